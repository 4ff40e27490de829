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
        version, first = await _first(deps, event_id, last_version)
        yield RETRY + first
        while not deps.feed.is_closing:
            try:
                item = await asyncio.wait_for(follower.queue.get(), HEARTBEAT_SECONDS)
            except TimeoutError:
                yield HEARTBEAT
                continue
            if item is None:
                return
            # What was handed out while the snapshot was being read is older than the snapshot.
            if item[0] > version:
                version, event = item
                yield event


async def _first(deps: Deps, event_id: str, last_version: int | None) -> tuple[int, bytes]:
    """Return the version that the reader has after this, and the bytes that bring it there."""
    if last_version is not None:
        missed = await deps.read_since(event_id, last_version)
        if missed is not None:
            delta = merge_changes(missed, deps.feed.capacities(event_id))
            if delta is None:
                return last_version, b""
            return delta.version, server_sent_event("delta", delta.version, delta)
    snapshot = await deps.read_snapshot(event_id)
    return snapshot.version, server_sent_event("snapshot", snapshot.version, snapshot)
