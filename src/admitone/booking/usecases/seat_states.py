"""The states of an event's seats on the live map: read them, and repair them from PostgreSQL by jobs."""

import asyncio
from collections.abc import Sequence

import msgspec

from admitone.booking.contracts import Notice, SeatSnapshot
from admitone.booking.store.bookings import read_confirmed_places
from admitone.booking.usecases.deps import Deps
from admitone.booking.usecases.projection.loading import load_inventory, load_twice
from admitone.booking.usecases.projection.showing import mark_sold, publish_seat_states
from admitone.kit.refusal import Busy


async def read_snapshot(deps: Deps, *, event_id: str) -> SeatSnapshot:
    """Return the snapshot; an event that Redis does not have is loaded first. Raises `EventNotFound`, `Busy`."""
    for _ in range(2):
        snapshot = await deps.locks.snapshot(event_id)
        if snapshot is not None:
            return snapshot
        await load_inventory(deps, event_id=event_id)
    raise Busy


async def publish_sales(deps: Deps, *, booking_ids: Sequence[str]) -> None:
    """Make Redis show these bookings' places as sold, after every batch of sales. Doing it twice changes nothing.

    The process that sold them may have died between the commit and showing them.
    """
    async with deps.pool.connection() as conn:
        sold = await read_confirmed_places(conn, booking_ids)
    # The process that sold them has nearly always shown them: then one read per event is enough.
    shown = {event_id: await deps.locks.states(event_id) or b"" for event_id in {row["event_id"] for row in sold}}
    await asyncio.gather(
        *(
            mark_sold(deps, row["event_id"], booking_id=row["id"], indexes=tuple(row["indexes"]))
            for row in sold
            if any(shown[row["event_id"]][index : index + 1] != b"s" for index in row["indexes"])
        )
    )


async def publish_returns(deps: Deps, *, event_id: str, indexes: Sequence[int] | None) -> None:
    """Make Redis show these places as PostgreSQL has them. `indexes` None (jobs of earlier versions): all places."""
    if indexes is None:
        await load_twice(deps, event_id=event_id)
    else:
        await publish_seat_states(deps, event_id=event_id, indexes=indexes)


async def reissue_inventory(deps: Deps, *, event_id: str) -> None:
    """Issue and withdraw tickets after the terms of a running sale changed a capacity or a category, and show it."""
    await load_twice(deps, event_id=event_id)


async def publish_notice(deps: Deps, *, notice: Notice, notice_id: str) -> None:
    """Append the notice to the event's stream; the second time with the same `notice_id` changes nothing.

    No-op for an event that is not loaded: it has no subscribers, or each is about to get a snapshot.
    """
    await deps.locks.append_notice(notice.event_id, notice_id, msgspec.json.encode(notice))
