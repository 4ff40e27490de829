"""How bookings stand, for the waiting room: whoever shops there keeps others waiting."""

from admitone.booking.store.bookings import read_booking_states
from admitone.booking.usecases.deps import Deps


async def get_booking_states(deps: Deps, *, booking_ids: list[str]) -> dict[str, str]:
    """Return "live" or "sold" by booking id. Bound to its `deps` it is a `waiting_room.contracts.GetBookingStates`."""
    async with deps.pool.connection() as conn:
        return await read_booking_states(conn, booking_ids)
