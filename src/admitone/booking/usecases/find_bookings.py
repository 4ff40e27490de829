"""Find bookings for the slices above, without a check of the caller: by id, by event, by the buyer's address."""

from datetime import datetime

from admitone.booking.contracts import Booking, BuyerChoice, StartingEvent
from admitone.booking.store import buyers
from admitone.booking.store.bookings import read_booking
from admitone.booking.usecases.deps import Deps


async def find_booking(deps: Deps, booking_id: str) -> Booking | None:
    """Return the booking as it is stored. Bound to its `deps` it is a `contracts.FindBooking`."""
    async with deps.pool.connection() as conn:
        stored = await read_booking(conn, booking_id)
    return None if stored is None else stored.booking


async def find_event_bookings(deps: Deps, event_id: str, after_id: str, size: int) -> list[Booking]:
    async with deps.pool.connection() as conn:
        return await buyers.list_event_buyers(conn, event_id, after_id=after_id, size=size)


async def count_event_bookings(deps: Deps, event_id: str, choice: BuyerChoice | None = None) -> int:
    async with deps.pool.connection() as conn:
        if choice is None:
            return await buyers.count_event_buyers(conn, event_id)
        return await buyers.count_chosen_buyers(conn, event_id, choice)


async def find_address_bookings(deps: Deps, address: str) -> list[Booking]:
    """Return the bookings bought with an address. Call it only for a client that has proved to read the address."""
    async with deps.pool.connection() as conn:
        return await buyers.list_address_bookings(conn, address)


async def find_starting_events(deps: Deps, starts_from: datetime, starts_to: datetime) -> list[StartingEvent]:
    async with deps.pool.connection() as conn:
        return await buyers.list_starting_events(conn, starts_from, starts_to)
