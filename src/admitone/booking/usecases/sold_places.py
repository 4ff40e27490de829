"""Sold places of events: whether there are any, their indexes, and those sold before, for check-in."""

from collections.abc import Collection, Sequence

from admitone.booking.contracts import ResoldPlace
from admitone.booking.store import inventory as store
from admitone.booking.store import refunds
from admitone.booking.usecases.deps import Deps
from admitone.kit.postgres import Connection


async def has_sales(deps: Deps, *, event_ids: Sequence[str]) -> bool:
    """Return whether any ticket of these events is claimed or sold: such an event is not deleted."""
    async with deps.pool.connection() as conn:
        return await store.has_sales(conn, event_ids)


async def list_sold_indexes(deps: Deps, *, event_id: str) -> list[int]:
    """Return the indexes of the event's sold places, ascending."""
    async with deps.pool.connection() as conn:
        return await store.list_sold_indexes(conn, event_id)


async def list_resold(deps: Deps, *, event_id: str) -> list[ResoldPlace]:
    """Return the sold places that another booking had before, or that an exchange changed, by index: codes from before
    `sold_at` are void."""
    async with deps.pool.connection() as conn:
        rows = await store.list_resold(conn, event_id)
    return [ResoldPlace(row["index"], row["booking_id"], row["sold_at"]) for row in rows]


async def lock_sold_places(conn: Connection, places: Collection[tuple[str, int]]) -> set[tuple[str, int]]:
    """Return those of the places (booking id, index) that their bookings have, sold and not in dispute. Until the
    caller's transaction ends, no refund takes them. It is a `contracts.LockSoldPlaces`."""
    return await refunds.lock_sold_places(conn, places)
