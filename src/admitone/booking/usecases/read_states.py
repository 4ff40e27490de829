"""The states of an event's seats, for picking."""

from admitone.booking.usecases.deps import Deps
from admitone.booking.usecases.load_inventory import load_inventory


async def read_states(deps: Deps, *, event_id: str) -> bytes | None:
    """Return them as the locks have them, after loading the event where they did not; None where it went again."""
    states = await deps.locks.states(event_id)
    if states is None:
        await load_inventory(deps, event_id=event_id)
        states = await deps.locks.states(event_id)
    return states
