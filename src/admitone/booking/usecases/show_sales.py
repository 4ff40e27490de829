"""After every batch of sales, once more from the queue: a process may have died between commit and showing."""

import asyncio
from collections.abc import Sequence

from admitone.booking.contracts import BookingStatus
from admitone.booking.store.bookings import read_bookings
from admitone.booking.usecases.deps import Deps
from admitone.booking.usecases.show_sale import mark_sold


async def show_sales(deps: Deps, *, booking_ids: Sequence[str]) -> None:
    """Make Redis show these bookings' places as sold. Doing it twice changes nothing."""
    async with deps.pool.connection() as conn:
        stored = await read_bookings(conn, booking_ids)
    sold = [one.booking for one in stored.values() if one.booking.status is BookingStatus.CONFIRMED]
    await asyncio.gather(*(mark_sold(deps, booking=booking) for booking in sold))
