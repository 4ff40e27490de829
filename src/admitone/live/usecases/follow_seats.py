"""Snapshot, then numbered changes: applying the changes to the snapshot always gives a fresh snapshot."""

import asyncio
from collections.abc import AsyncIterator

from admitone.live.domain.changes import merge_changes, server_sent_event
from admitone.live.usecases.deps import Deps

HEARTBEAT_SECONDS = 15.0
HEARTBEAT = b": still here\n\n"
RETRY = b"retry: 2000\n\n"


async def follow_seats(deps: Deps, *, event_id: str, last_version: int | None) -> AsyncIterator[bytes]:
    """Yield encoded server-sent events until the reader leaves, is dropped, or the server stops.

    With `last_version` it goes on from there where the stream still reaches back to it. The refusals of the
    snapshot (`EventNotFound`, `Busy`) are raised before the first byte.
    """
    async with deps.feed.follow(event_id) as follower:
        yield RETRY + await _first(deps, event_id, last_version)
        while not deps.feed.is_closing:
            try:
                event = await asyncio.wait_for(follower.queue.get(), HEARTBEAT_SECONDS)
            except TimeoutError:
                event = HEARTBEAT
            if event is None:
                return
            yield event


async def _first(deps: Deps, event_id: str, last_version: int | None) -> bytes:
    """What brings the reader up to date. Changes that are handed out meanwhile may say the same again: harmless."""
    if last_version is not None:
        missed = await deps.read_since(event_id, last_version)
        if missed is not None:
            delta = merge_changes(missed, deps.feed.capacities(event_id))
            return b"" if delta is None else server_sent_event("delta", delta.version, delta)
    snapshot = await deps.read_snapshot(event_id)
    return server_sent_event("snapshot", snapshot.version, snapshot)
