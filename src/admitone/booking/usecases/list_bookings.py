"""List or search bookings for their organizer, of one event or of all: a page, or all of them in chunks."""

import re
from collections.abc import AsyncIterator
from typing import Literal

from msgspec import Struct, structs

from admitone.booking.contracts import Booking, is_booking_code_at, is_ticket_code
from admitone.booking.domain.refusals import ExportTooLarge
from admitone.booking.store import organizer_bookings as store
from admitone.booking.usecases.organizer_deps import OrganizerDeps
from admitone.booking.usecases.projection.sale_plan import check_own_event
from admitone.kit.fold import all_spellings
from admitone.kit.postgres import Pool
from admitone.kit.short_codes import ShortCodes

CHUNK = 500
FOLD_CHUNK = 1_000
"""Folding a thousand takes some 10 ms of the event loop."""
_CARD = re.compile(r"(?:card\s+|[•*x]+\s*)(\d{4})", re.IGNORECASE)
"""A card's last four digits. Four digits alone may be a promo code, or a part of an id."""
VERSIONS_MAX = 16
"""Transfers of one ticket whose codes still find its booking."""
WORKBOOK_ROWS_MAX = {"bookings": 50_000, "tickets": 100_000}
"""Rows of one workbook: they take some 10 s, and 5 MB of memory. CSV has no limit."""


class BookingsFound(Struct, frozen=True):
    """`bookings`: one page. `total`: bookings on all pages. `tickets`: those of all pages; 0 where they were not
    counted. `rest`: all matches, read in chunks on demand."""

    bookings: tuple[Booking, ...]
    total: int
    rest: AsyncIterator[Booking]
    tickets: int = 0


async def list_bookings(
    deps: OrganizerDeps,
    *,
    organization_id: str,
    event_id: str | None,
    words: str,
    status: str | None,
    page: int,
    size: int,
    counts_tickets: bool = False,
) -> BookingsFound:
    """The newest first; `event_id` None: of all events. Raises `EventNotFound` (also another organization's)."""
    async with deps.booking.pool.connection() as conn:
        if event_id is not None:
            await check_own_event(conn, organization_id, event_id)
    asked = store.BookingFilter(organization_id, event_id, status, words)
    if (card := _CARD.fullmatch(words.strip())) is not None:
        asked = structs.replace(asked, words="", ids=await deps.find_by_card(organization_id, card[1]))
    elif named := await _find_by_code(deps, organization_id, event_id, words):
        shown = [booking for booking in named if status in (None, booking.status.value)]
        tickets = sum(len(booking.tickets) for booking in shown)
        return BookingsFound(tuple(shown[page * size : (page + 1) * size]), len(shown), _each(shown), tickets)
    elif words.strip():
        await _fold_bookings(deps.booking.pool, organization_id=organization_id, event_id=event_id)
    async with deps.booking.pool.connection() as conn:
        found = await store.list_bookings(conn, asked, size=size, skip=page * size)
        total = await store.count_bookings(conn, asked)
        tickets = await store.count_tickets(conn, asked) if counts_tickets else 0
    return BookingsFound(tuple(booking.booking for booking in found), total, _all(deps, asked), tickets)


def check_workbook(found: BookingsFound, rows: Literal["bookings", "tickets"]) -> None:
    """Raises `ExportTooLarge` if a workbook of these bookings would take too long."""
    asked, most = found.tickets if rows == "tickets" else found.total, WORKBOOK_ROWS_MAX[rows]
    if asked > most:
        raise ExportTooLarge(
            f"A workbook has {most} {rows} at most, and {asked} are found. Choose an event or a state, or export CSV.",
            rows=asked,
            rows_max=most,
        )


async def _find_by_code(deps: OrganizerDeps, organization_id: str, event_id: str | None, typed: str) -> list[Booking]:
    """Return the bookings whose code, or the code of one of whose tickets, was typed."""
    codes = deps.booking.codes
    indexes = codes.indexes(typed)
    if not indexes:
        return []
    async with deps.booking.pool.connection() as conn:
        found = await store.list_bookings_of_places(conn, organization_id, event_id, indexes)
    return [booking for booking, former in found if _has_code(codes, typed, booking, former, indexes)]


def _has_code(codes: ShortCodes, typed: str, booking: Booking, former: list[int], indexes: list[int]) -> bool:
    """`former`: places of before exchanges, whose codes are still on prints."""
    places = {ticket.index for ticket in booking.tickets}.union(former).intersection(indexes)
    return any(
        is_booking_code_at(codes, typed, booking.id, index)
        or any(is_ticket_code(codes, typed, booking.id, index, version) for version in range(1, VERSIONS_MAX + 1))
        for index in places
    )


async def _each(bookings: list[Booking]) -> AsyncIterator[Booking]:
    for booking in bookings:
        yield booking


async def _fold_bookings(pool: Pool, *, organization_id: str, event_id: str | None) -> None:
    """Fold the searchable words of bookings: the first search folds all, later ones those changed since."""
    after_id = ""
    while True:
        async with pool.connection() as conn:
            rows = await store.list_unfolded(conn, organization_id, event_id, after_id=after_id, size=FOLD_CHUNK)
            folded = ["\n".join(all_spellings(row["words"])) for row in rows]
            if rows:
                await store.store_folded(conn, rows, folded)
        if len(rows) < FOLD_CHUNK:
            return
        after_id = rows[-1]["booking_id"]


async def _all(deps: OrganizerDeps, asked: store.BookingFilter) -> AsyncIterator[Booking]:
    before_id: str | None = None
    while True:
        # No connection is held while a slow client reads a chunk.
        async with deps.booking.pool.connection() as conn:
            chunk = await store.list_bookings(conn, asked, before_id=before_id, size=CHUNK)
        for entry in chunk:
            yield entry.booking
        if len(chunk) < CHUNK:
            return
        before_id = chunk[-1].booking.id
