"""What everybody may see of an event's seats now."""

from admitone.booking.contracts import SeatSnapshot
from admitone.booking.usecases.deps import Deps
from admitone.booking.usecases.load_inventory import load_inventory
from admitone.kit.refusal import Busy


async def read_snapshot(deps: Deps, *, event_id: str) -> SeatSnapshot:
    """Return the snapshot; an event that Redis does not have is loaded first. Raises `EventNotFound`, `Busy`."""
    for _ in range(2):
        snapshot = await deps.locks.snapshot(event_id)
        if snapshot is not None:
            return snapshot
        await load_inventory(deps, event_id=event_id)
    raise Busy
