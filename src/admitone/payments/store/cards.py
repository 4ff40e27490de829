"""The last four digits of cards, by which staff find a booking."""

from collections.abc import Mapping, Sequence

from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql


async def keep_cards(conn: Connection, last4_of: Mapping[str, str]) -> None:
    """`last4_of`: booking id → last four digits."""
    given = {"booking_ids": list(last4_of), "last4": list(last4_of.values())}
    await conn.execute(load_sql(__package__, "keep_cards"), given)


async def list_by_card(conn: Connection, organization_id: str, last4: str, *, size: int) -> list[str]:
    """Return ids of the organization's bookings, the newest first."""
    given = {"organization_id": organization_id, "last4": last4, "size": size}
    cursor = await conn.execute(load_sql(__package__, "list_by_card"), given)
    return [row["booking_id"] for row in await cursor.fetchall()]


async def erase_cards(conn: Connection, address: str, booking_ids: Sequence[str] | None) -> int:
    given = {"address": address, "booking_ids": None if booking_ids is None else list(booking_ids)}
    return (await conn.execute(load_sql(__package__, "erase_cards"), given)).rowcount


async def erase_booking_cards(conn: Connection, booking_ids: Sequence[str]) -> None:
    await conn.execute(load_sql(__package__, "erase_booking_cards"), {"booking_ids": list(booking_ids)})
