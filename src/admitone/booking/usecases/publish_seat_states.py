"""Show places that were given back, held back, released or sold at the box office. PostgreSQL has decided it; this only
tells Redis."""

from collections.abc import Sequence

from admitone.booking.domain.inventory import BLOCKED, FREE, HELD_BACK, SOLD
from admitone.booking.ports import PlaceState
from admitone.booking.store import inventory as store
from admitone.booking.usecases.deps import Deps
from admitone.booking.usecases.load_inventory import load_inventory

# What PostgreSQL says of a place → what everybody is shown. What somebody has claimed is Redis's own to show.
_SHOWN = {FREE: "a", BLOCKED: "b", HELD_BACK: "b", SOLD: "s"}


async def publish_seat_states(deps: Deps, *, event_id: str, indexes: Sequence[int]) -> None:
    """Make Redis show these places as PostgreSQL has them now. Doing it twice, or late, changes nothing."""
    async with deps.pool.connection() as conn, conn.transaction():
        # Locked: whoever raises the epoch after this reads what is read here, or something newer.
        sale = await store.read_inventory(conn, event_id, lock=True)
        assert sale is not None, "places of a sale"
        rows = await store.read_places_at(conn, event_id, indexes)
    shown = tuple(
        PlaceState(row["index"], row["area_id"], _SHOWN[row["state"]]) for row in rows if row["state"] in _SHOWN
    )
    if not await deps.locks.publish(event_id, sale.epoch, shown):
        # A load that is under way may have read before the places changed; the one after it has not.
        for _ in range(2):
            await load_inventory(deps, event_id=event_id)
    elif await _is_outdated(deps, event_id, shown):
        await load_inventory(deps, event_id=event_id)


async def _is_outdated(deps: Deps, event_id: str, shown: tuple[PlaceState, ...]) -> bool:
    """Whether a place became another's between reading and showing: it may be shown as what it no longer is."""
    async with deps.pool.connection() as conn:
        rows = await store.read_places_at(conn, event_id, [place_state.index for place_state in shown])
    was = {place_state.index: place_state.state for place_state in shown}
    return any(_SHOWN.get(row["state"]) != was[row["index"]] for row in rows)
