"""After every batch of sales, once more from the queue: a process may have died between commit and showing."""

import asyncio
from collections.abc import Sequence

from admitone.booking.store.bookings import read_confirmed_places
from admitone.booking.usecases.deps import Deps
from admitone.booking.usecases.show_sale import mark_sold


async def show_sales(deps: Deps, *, booking_ids: Sequence[str]) -> None:
    """Make Redis show these bookings' places as sold. Doing it twice changes nothing."""
    async with deps.pool.connection() as conn:
        sold = await read_confirmed_places(conn, booking_ids)
    await asyncio.gather(
        *(mark_sold(deps, row["event_id"], booking_id=row["id"], indexes=tuple(row["indexes"])) for row in sold)
    )
