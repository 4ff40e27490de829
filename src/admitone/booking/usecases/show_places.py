"""Show places that were given back, held back, released or sold at the counter. PostgreSQL has decided it; this only
tells Redis."""

from collections.abc import Sequence

from admitone.booking.domain.layout import BLOCKED, FREE, HELD_BACK, SOLD
from admitone.booking.ports import ShownPlace
from admitone.booking.store import sales as store
from admitone.booking.usecases.deps import Deps
from admitone.booking.usecases.load_sale import load_sale

# What PostgreSQL says of a place → what everybody is shown. What somebody has claimed is Redis's own to show.
_SHOWN = {FREE: "a", BLOCKED: "b", HELD_BACK: "b", SOLD: "s"}


async def show_places(deps: Deps, *, event_id: str, indexes: Sequence[int]) -> None:
    """Make Redis show these places as PostgreSQL has them now. Doing it twice, or late, changes nothing."""
    async with deps.pool.connection() as conn, conn.transaction():
        # Locked: whoever raises the epoch after this reads what is read here, or something newer.
        sale = await store.read_sale(conn, event_id, lock=True)
        assert sale is not None, "places of a sale"
        rows = await store.read_places_at(conn, event_id, indexes)
    shown = tuple(
        ShownPlace(row["index"], row["area_id"], _SHOWN[row["state"]]) for row in rows if row["state"] in _SHOWN
    )
    if not await deps.locks.show(event_id, sale.epoch, shown):
        # A load that is under way may have read before the places changed; the one after it has not.
        for _ in range(2):
            await load_sale(deps, event_id=event_id)
    elif await _is_outdated(deps, event_id, shown):
        await load_sale(deps, event_id=event_id)


async def _is_outdated(deps: Deps, event_id: str, shown: tuple[ShownPlace, ...]) -> bool:
    """Whether a place became another's between reading and showing: it may be shown as what it no longer is."""
    async with deps.pool.connection() as conn:
        rows = await store.read_places_at(conn, event_id, [one.index for one in shown])
    was = {one.index: one.state for one in shown}
    return any(_SHOWN.get(row["state"]) != was[row["index"]] for row in rows)
