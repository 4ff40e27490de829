"""The organizer's queries of a sale, and held back places. Every WHERE clause contains the owner."""

from collections.abc import Sequence
from typing import Any

from admitone.booking.store.booking_rows import StoredBooking, stored_booking
from admitone.kit.fold import fold
from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql

Row = dict[str, Any]


async def read_own_inventory(conn: Connection, organization_id: str, event_id: str) -> Row | None:
    """Return {event_id, capacity}; None for another organization's event, or one that was never published."""
    owned = {"event_id": event_id, "organization_id": organization_id}
    return await (await conn.execute(load_sql(__package__, "read_own_inventory"), owned)).fetchone()


async def move_places(
    conn: Connection, organization_id: str, event_id: str, indexes: Sequence[int], *, from_state: str, to_state: str
) -> dict[int, bool]:
    """Return the indexes of places that were in `from_state` and moved to `to_state`.

    The value says whether a place that was put on sale is kept for the waiting list instead.
    """
    cursor = await conn.execute(
        load_sql(__package__, "move_places"),
        {
            "event_id": event_id,
            "organization_id": organization_id,
            "indexes": list(indexes),
            "from_state": from_state,
            "to_state": to_state,
        },
    )
    return {row["index"]: row["is_withheld"] for row in await cursor.fetchall()}


async def pick_area_places(conn: Connection, event_id: str, area_id: str, state: str, quantity: int) -> list[int]:
    cursor = await conn.execute(
        load_sql(__package__, "pick_area_places"),
        {"event_id": event_id, "area_id": area_id, "state": state, "quantity": quantity},
    )
    return [row["index"] for row in await cursor.fetchall()]


async def count_states(conn: Connection, event_id: str) -> list[Row]:
    """Return {area_id, state, places}."""
    return await (await conn.execute(load_sql(__package__, "count_states"), {"event_id": event_id})).fetchall()


async def list_held_back(conn: Connection, event_id: str) -> list[int]:
    cursor = await conn.execute(load_sql(__package__, "list_held_back"), {"event_id": event_id})
    return [row["index"] for row in await cursor.fetchall()]


async def sum_tickets(conn: Connection, organization_id: str, event_id: str) -> list[Row]:
    owned = {"event_id": event_id, "organization_id": organization_id}
    return await (await conn.execute(load_sql(__package__, "sum_tickets"), owned)).fetchall()


async def sum_bookings(conn: Connection, organization_id: str, event_id: str) -> list[Row]:
    owned = {"event_id": event_id, "organization_id": organization_id}
    return await (await conn.execute(load_sql(__package__, "sum_bookings"), owned)).fetchall()


async def list_bookings(
    conn: Connection,
    organization_id: str,
    event_id: str,
    *,
    status: str | None = None,
    words: str = "",
    before_id: str | None = None,
    size: int,
    skip: int = 0,
) -> list[StoredBooking]:
    """Return the newest first; `words` are searched in id, buyer and promo code, folded before (`list_unfolded`)."""
    cursor = await conn.execute(
        load_sql(__package__, "list_bookings"),
        _found(organization_id, event_id, status, words) | {"before_id": before_id, "size": size, "skip": skip},
    )
    return [stored_booking(row) for row in await cursor.fetchall()]


async def count_bookings(
    conn: Connection, organization_id: str, event_id: str, *, status: str | None, words: str
) -> int:
    cursor = await conn.execute(
        load_sql(__package__, "count_bookings"), _found(organization_id, event_id, status, words)
    )
    row = await cursor.fetchone()
    assert row is not None, "a count is one row"
    return int(row["total"])


async def list_bookings_of_places(
    conn: Connection, organization_id: str, event_id: str, indexes: Sequence[int]
) -> list[StoredBooking]:
    """Return every booking that holds or held one of these places, the newest first."""
    cursor = await conn.execute(
        load_sql(__package__, "list_bookings_of_places"),
        {"event_id": event_id, "organization_id": organization_id, "indexes": list(indexes)},
    )
    return [stored_booking(row) for row in await cursor.fetchall()]


async def list_unfolded(conn: Connection, organization_id: str, event_id: str, *, size: int) -> list[tuple[str, str]]:
    """Return (booking id, its searchable words) of bookings whose words are not folded, or changed since."""
    cursor = await conn.execute(
        load_sql(__package__, "list_unfolded"),
        {"event_id": event_id, "organization_id": organization_id, "size": size},
    )
    return [(row["booking_id"], row["words"]) for row in await cursor.fetchall()]


async def store_folded(
    conn: Connection, event_id: str, words: Sequence[tuple[str, str]], folded: Sequence[str]
) -> None:
    """`words` as `list_unfolded` returned them, each beside its folded form."""
    await conn.execute(
        load_sql(__package__, "store_folded"),
        {
            "event_id": event_id,
            "booking_ids": [booking_id for booking_id, _ in words],
            "words": [text for _, text in words],
            "folded": list(folded),
        },
    )


def _found(organization_id: str, event_id: str, status: str | None, words: str) -> Row:
    """Return the patterns of a search: every word must match, in any order."""
    asked = [(word, fold(word)) for word in words.replace("\0", "").split()]
    return {
        "event_id": event_id,
        "organization_id": organization_id,
        "status": status,
        "folded": [_pattern(folded) for _, folded in asked if folded] or None,
        "literal": [_pattern(word) for word, folded in asked if not folded],
    }


def _pattern(text: str) -> str:
    literal = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{literal}%"
