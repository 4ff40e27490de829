"""Begin a stream of seats: a snapshot, then numbered changes. Applied to it, they give a fresh snapshot."""

import asyncio
from collections.abc import Callable, Sequence

from admitone.live.domain.changes import merge_changes
from admitone.live.domain.wire import Encoding, Sent, event, notices_in
from admitone.live.usecases.deps import Deps
from admitone.live.usecases.feed.channel import Channel, loop_time
from admitone.live.usecases.feed.subscriber import Subscriber

Connect = Callable[[asyncio.Protocol], asyncio.Transport | None]
"""Hand the client's connection to the given protocol and return its transport; None if the client has left."""


async def subscribe_to_seats(
    deps: Deps, *, event_id: str, last_version: int | None, encoding: Encoding, connect: Connect
) -> None:
    """Begin a stream on the client's connection; the feed writes to it until the client leaves.

    With `last_version`, continue from there where the kept changes reach back to it. Raises the refusals of the
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
    """Return the first event and the notices up to it; no event where the feed's own memory reaches back to
    `last_version`."""
    if last_version is None:
        return channel.snapshot, channel.recent_notices(loop_time())
    if channel.recent.reaches(last_version):
        return None, ()
    # Another process served the client before, or this one is new: Redis reaches further back.
    missed = await deps.read_since(event_id, last_version)
    if missed is not None:
        delta = merge_changes(missed, channel.recent.capacities)
        return None if delta is None else event("delta", delta.version, delta), notices_in(missed)
    channel = await deps.feed.open_channel(event_id)
    return channel.snapshot, channel.notices_between(last_version, channel.snapshot.version)
