"""Snapshot, then numbered changes: applying the changes to the snapshot always gives a fresh snapshot."""

import asyncio
from collections.abc import Callable, Sequence

from admitone.live.domain.changes import merge_changes
from admitone.live.domain.wire import Encoding, Sent, event, notices_in
from admitone.live.usecases.deps import Deps
from admitone.live.usecases.follower import Follower
from admitone.live.usecases.seat_feed import Watched

Connect = Callable[[asyncio.Protocol], asyncio.Transport | None]
"""Returns the reader's connection, from now on the given protocol's; None where the reader has left."""


async def follow_seats(
    deps: Deps, *, event_id: str, last_version: int | None, encoding: Encoding, connect: Connect
) -> None:
    """Begin a stream on the reader's connection; the feed goes on with it until the reader leaves.

    With `last_version` it goes on from there where the changes still reach back to it. Raises the refusals of the
    snapshot (`EventNotFound`, `Busy`), all of them before `connect` is called.
    """
    watched = await deps.feed.watch(event_id)
    follower = Follower(deps.feed, encoding)
    start, notices = await _start(deps, watched, event_id, last_version)
    if start is None and last_version is not None:
        follower.version = last_version
    transport = connect(follower)
    if transport is not None:
        deps.feed.add(watched, follower, transport, start, notices)


async def _start(
    deps: Deps, watched: Watched, event_id: str, last_version: int | None
) -> tuple[Sent | None, Sequence[Sent]]:
    """Return the first event and the notices on the way to it; no event where the feed's own memory leads on from
    `last_version`."""
    if last_version is None:
        return watched.snapshot, watched.news(asyncio.get_running_loop().time())
    if watched.recent.reaches(last_version):
        return None, ()
    # Another process told the reader of it, or this one is new: Redis remembers further back.
    missed = await deps.read_since(event_id, last_version)
    if missed is not None:
        delta = merge_changes(missed, watched.recent.capacities)
        return None if delta is None else event("delta", delta.version, delta), notices_in(missed)
    watched = await deps.feed.watch(event_id)
    return watched.snapshot, watched.notices_between(last_version, watched.snapshot.version)
