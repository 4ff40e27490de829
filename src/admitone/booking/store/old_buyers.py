"""Bookings and waiting lists of events that ended long ago: their names and addresses are erased by age."""

from collections.abc import Sequence

from admitone.booking.store.personal_data import erase_buyers
from admitone.catalogue.contracts import ASSUMED_LENGTH
from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql

_HOURS = int(ASSUMED_LENGTH.total_seconds() // 3600)


async def list_old_events(conn: Connection, *, keep_days: int, after_id: str, size: int) -> list[str]:
    cursor = await conn.execute(
        load_sql(__package__, "list_old_events"),
        {"keep_days": keep_days, "hours": _HOURS, "after_id": after_id, "size": size},
    )
    return [row["event_id"] for row in await cursor.fetchall()]


async def list_old_bookings(conn: Connection, event_id: str, *, after_id: str, size: int) -> dict[str, bool]:
    """Return the ids in order; False: held or being paid."""
    cursor = await conn.execute(
        load_sql(__package__, "list_old_bookings"), {"event_id": event_id, "after_id": after_id, "size": size}
    )
    return {row["id"]: row["is_ended"] for row in await cursor.fetchall()}


async def erase_old_buyers(conn: Connection, booking_ids: Sequence[str]) -> int:
    """Return how many bookings lost a name or an address. Needs a transaction."""
    return (await erase_buyers(conn, booking_ids))["booking.bookings"]


async def erase_event_entries(conn: Connection, event_id: str) -> int:
    return (await conn.execute(load_sql(__package__, "erase_event_entries"), {"event_id": event_id})).rowcount


async def erase_event_recipients(conn: Connection, event_id: str) -> None:
    """Erase for whom promo codes of an event are."""
    await conn.execute(load_sql(__package__, "erase_event_recipients"), {"event_id": event_id})


async def erase_old_recipients(conn: Connection, *, keep_days: int) -> None:
    """Erase for whom promo codes are that ended long ago."""
    await conn.execute(load_sql(__package__, "erase_old_recipients"), {"keep_days": keep_days})


async def erase_held_for(conn: Connection, event_id: str) -> None:
    """Erase for whom seats of an event are or were held back, also from what is recorded of changes."""
    for name in ("erase_held_for", "erase_changed_holds", "erase_scheduled_holds"):
        await conn.execute(load_sql(__package__, name), {"event_id": event_id})


async def record_buyers_erased(conn: Connection, event_id: str) -> None:
    await conn.execute(load_sql(__package__, "record_buyers_erased"), {"event_id": event_id})
