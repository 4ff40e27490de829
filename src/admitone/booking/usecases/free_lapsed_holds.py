"""Show on the live map that holds are over, though nobody asks for those seats."""

from admitone.booking.usecases.deps import Deps


async def free_lapsed_holds(deps: Deps) -> int:
    """Free lapsed holds in Redis, event by event; return how many. PostgreSQL is swept by `expire_bookings`."""
    freed = 0
    for event_id in await deps.locks.active_events():
        freed += await deps.locks.free_lapsed(event_id)
    return freed
