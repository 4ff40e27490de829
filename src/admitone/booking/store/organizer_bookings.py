"""Bookings as their organizer lists and searches them. The owner is in every WHERE clause."""

import re
from collections.abc import Sequence
from typing import Any, LiteralString

from msgspec import Struct, structs

from admitone.booking.contracts import Booking, BookingStatus
from admitone.booking.domain.seat_changes import Maker
from admitone.booking.store.booking_rows import StoredBooking, stored_booking
from admitone.kit.fold import fold
from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql
from admitone.payments.contracts import MoneyRange

Row = dict[str, Any]

_LIVE = frozenset({BookingStatus.IN_PROGRESS.value, BookingStatus.PAYING.value})

# Statement → the same for bookings of one state, which reads the table of that state: of those that are not sold yet,
# and of those that have ended without a sale.
_BY_STATE: dict[str, tuple[str, str]] = {
    "list_bookings": ("list_bookings_live", "list_bookings_ended"),
    "count_bookings": ("count_bookings_live", "count_bookings_ended"),
    "count_tickets": ("count_tickets_live", "count_tickets_ended"),
}

_TICKET = re.compile(r"tkt_([0-9a-z]{1,64})_([0-9]{1,9})")
"""The id of a ticket: event and index of its place (`domain.sale_plan.ticket_id`)."""


class BookingFilter(Struct, frozen=True):
    """Which bookings of an organization a list has; None: any. `words` are looked for in what `list_unfolded` gave to
    fold, or name a ticket."""

    organization_id: str
    event_id: str | None = None
    status: str | None = None
    words: str = ""
    ids: Sequence[str] | None = None


async def list_bookings(
    conn: Connection, asked: BookingFilter, *, before_id: str | None = None, size: int, skip: int = 0
) -> list[StoredBooking]:
    """Return the newest first."""
    cursor = await conn.execute(
        statement("list_bookings", asked.status),
        _found(asked) | {"before_id": before_id, "size": size, "skip": skip},
    )
    return [stored_booking(row) for row in await cursor.fetchall()]


async def count_bookings(conn: Connection, asked: BookingFilter) -> int:
    return await _count(conn, "count_bookings", asked)


async def count_tickets(conn: Connection, asked: BookingFilter) -> int:
    """Return how many tickets those bookings have."""
    return await _count(conn, "count_tickets", asked)


def statement(name: str, status: str | None) -> LiteralString:
    """Return the named statement, for one state the one that reads the table of that state."""
    if status not in (None, BookingStatus.CONFIRMED.value):
        live, ended = _BY_STATE[name]
        name = live if status in _LIVE else ended
    return load_sql(__package__, name)


async def _count(conn: Connection, name: str, asked: BookingFilter) -> int:
    cursor = await conn.execute(statement(name, asked.status), _found(asked))
    row = await cursor.fetchone()
    assert row is not None, "a count is one row"
    return int(row["total"])


async def list_bookings_of_places(
    conn: Connection, organization_id: str, event_id: str | None, indexes: Sequence[int]
) -> list[tuple[Booking, list[int]]]:
    """Return every bought booking that holds or held one of these places, with the places that its tickets left in
    exchanges, the newest first; `event_id` None: any."""
    cursor = await conn.execute(
        load_sql(__package__, "list_bookings_of_places"),
        {"event_id": event_id, "organization_id": organization_id, "indexes": list(indexes)},
    )
    return [(stored_booking(row).booking, row["former"]) for row in await cursor.fetchall()]


async def list_unfolded(
    conn: Connection, organization_id: str, event_id: str | None, *, after_id: str, size: int
) -> list[Row]:
    """Return {booking_id, event_id, words} of bookings whose words are not folded, or changed since."""
    cursor = await conn.execute(
        load_sql(__package__, "list_unfolded"),
        {"event_id": event_id, "organization_id": organization_id, "after_id": after_id, "size": size},
    )
    return await cursor.fetchall()


async def store_folded(conn: Connection, rows: Sequence[Row], folded: Sequence[str]) -> None:
    """`rows` as `list_unfolded` returned them, each beside its folded form."""
    await conn.execute(
        load_sql(__package__, "store_folded"),
        {
            "booking_ids": [row["booking_id"] for row in rows],
            "event_ids": [row["event_id"] for row in rows],
            "words": [row["words"] for row in rows],
            "folded": list(folded),
        },
    )


class CorrectedBuyer(Struct, frozen=True):
    """`is_moved`: the booking has another address. `is_taken_back`: links from before open nothing any more."""

    booking: Booking
    is_moved: bool
    is_taken_back: bool


async def correct_buyer(
    conn: Connection,
    organization_id: str,
    booking_id: str,
    *,
    correction_id: str,
    made_by: Maker,
    email: str | None,
    name: str | None,
) -> CorrectedBuyer | None:
    """None: there is no such booking. None leaves the address or the name as it is."""
    cursor = await conn.execute(
        load_sql(__package__, "correct_buyer"),
        {
            "id": booking_id,
            "organization_id": organization_id,
            "email": email,
            "name": name,
            "correction_id": correction_id,
            "made_by": made_by.id,
            "made_by_name": made_by.name,
        },
    )
    row = await cursor.fetchone()
    if row is None:
        return None
    return CorrectedBuyer(stored_booking(row).booking, row["is_moved"], row["is_taken_back"])


async def sum_discounts(conn: Connection, covered: MoneyRange) -> list[Row]:
    """Return {event_id, month, currency, discount}."""
    return await (await conn.execute(load_sql(__package__, "sum_discounts"), structs.asdict(covered))).fetchall()


def _found(asked: BookingFilter) -> Row:
    """Return the inputs of the statement `bookings_found`. Every word must be found, in any order."""
    words = asked.words.replace("\0", "").split()
    tickets = [found for word in words if (found := _TICKET.fullmatch(word))]
    folds = [(word, fold(word)) for word in words if not _TICKET.fullmatch(word)]
    return {
        "event_id": asked.event_id,
        "organization_id": asked.organization_id,
        "status": asked.status,
        "ids": None if asked.ids is None else list(asked.ids),
        "folded": [_pattern(folded) for _, folded in folds if folded] or None,
        "literal": [_pattern(word) for word, folded in folds if not folded],
        "ticket_events": [f"evt_{found[1]}" for found in tickets],
        "ticket_indexes": [int(found[2]) for found in tickets],
    }


def _pattern(text: str) -> str:
    literal = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{literal}%"
