"""Snapshot, then numbered changes: applying the changes to the snapshot always gives a fresh snapshot."""

import asyncio
from collections.abc import Callable, Sequence

from admitone.live.domain.changes import merge_changes
from admitone.live.domain.wire import Encoding, Sent, event, notices_in
from admitone.live.usecases.deps import Deps
from admitone.live.usecases.seat_feed import Channel
from admitone.live.usecases.subscriber import Subscriber

Connect = Callable[[asyncio.Protocol], asyncio.Transport | None]
"""Returns the reader's connection, from now on the given protocol's; None where the reader has left."""


async def subscribe_to_seats(
    deps: Deps, *, event_id: str, last_version: int | None, encoding: Encoding, connect: Connect
) -> None:
    """Begin a stream on the reader's connection; the feed goes on with it until the reader leaves.

    With `last_version` it goes on from there where the changes still reach back to it. Raises the refusals of the
    snapshot (`EventNotFound`, `Busy`), all of them before `connect` is called.
    """
    channel = await deps.feed.open_channel(event_id)
    subscriber = Subscriber(deps.feed, encoding)
    start, notices = await _start(deps, channel, event_id, last_version)
    if start is None and last_version is not None:
        subscriber.version = last_version
    transport = connect(subscriber)
    if transport is not None:
        deps.feed.add(channel, subscriber, transport, start, notices)


async def _start(
    deps: Deps, channel: Channel, event_id: str, last_version: int | None
) -> tuple[Sent | None, Sequence[Sent]]:
    """Return the first event and the notices on the way to it; no event where the feed's own memory leads on from
    `last_version`."""
    if last_version is None:
        return channel.snapshot, channel.recent_notices(asyncio.get_running_loop().time())
    if channel.recent.reaches(last_version):
        return None, ()
    # Another process told the reader of it, or this one is new: Redis remembers further back.
    missed = await deps.read_since(event_id, last_version)
    if missed is not None:
        delta = merge_changes(missed, channel.recent.capacities)
        return None if delta is None else event("delta", delta.version, delta), notices_in(missed)
    channel = await deps.feed.open_channel(event_id)
    return channel.snapshot, channel.notices_between(last_version, channel.snapshot.version)
