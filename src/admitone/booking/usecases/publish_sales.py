"""After every batch of sales, once more from the queue: a process may have died between commit and showing."""

import asyncio
from collections.abc import Sequence

from admitone.booking.store.bookings import read_confirmed_places
from admitone.booking.usecases.deps import Deps
from admitone.booking.usecases.publish_sale import mark_sold


async def publish_sales(deps: Deps, *, booking_ids: Sequence[str]) -> None:
    """Make Redis show these bookings' places as sold. Doing it twice changes nothing."""
    async with deps.pool.connection() as conn:
        sold = await read_confirmed_places(conn, booking_ids)
    # Nearly always whoever sold them has shown them: one look an event is all there is to do.
    shown = {event_id: await deps.locks.states(event_id) or b"" for event_id in {row["event_id"] for row in sold}}
    await asyncio.gather(
        *(
            mark_sold(deps, row["event_id"], booking_id=row["id"], indexes=tuple(row["indexes"]))
            for row in sold
            if any(shown[row["event_id"]][index : index + 1] != b"s" for index in row["indexes"])
        )
    )
