"""How bookings stand, for the waiting room: whoever shops there keeps others waiting."""

from admitone.booking.store.bookings import follow_bookings as store_follow
from admitone.booking.usecases.deps import Deps


async def follow_bookings(deps: Deps, *, booking_ids: list[str]) -> dict[str, str]:
    """Return "live" or "sold" by booking id. Bound to its `deps` it is a `waiting_room.contracts.FollowBookings`."""
    async with deps.pool.connection() as conn:
        return await store_follow(conn, booking_ids)
