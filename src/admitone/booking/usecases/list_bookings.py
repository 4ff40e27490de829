"""List or search bookings for their organizer, of one event or of all: a page, or all of them in chunks."""

from collections.abc import AsyncIterator

from msgspec import Struct

from admitone.booking.contracts import Booking
from admitone.booking.domain.refusals import EventNotFound
from admitone.booking.store import organizer_bookings as store
from admitone.booking.store.organizer_inventory import read_own_inventory
from admitone.booking.usecases.organizer_deps import OrganizerDeps
from admitone.kit.fold import all_spellings
from admitone.kit.postgres import Pool

CHUNK = 500
FOLD_CHUNK = 1_000
"""Folding a thousand takes some 10 ms of the event loop."""


class BookingsFound(Struct, frozen=True):
    """`bookings`: one page. `rest`: all that were found, read in chunks while they are asked for."""

    bookings: tuple[Booking, ...]
    total: int
    rest: AsyncIterator[Booking]


async def list_bookings(
    deps: OrganizerDeps,
    *,
    organization_id: str,
    event_id: str | None,
    words: str,
    status: str | None,
    page: int,
    size: int,
) -> BookingsFound:
    """The newest first; `event_id` None: of all events. Raises `EventNotFound` (also another organization's)."""
    async with deps.booking.pool.connection() as conn:
        if event_id is not None and await read_own_inventory(conn, organization_id, event_id) is None:
            raise EventNotFound(event_id)
    if words.strip():
        await _fold_bookings(deps.booking.pool, organization_id=organization_id, event_id=event_id)
    async with deps.booking.pool.connection() as conn:
        found = await store.list_bookings(
            conn, organization_id, event_id, status=status, words=words, size=size, skip=page * size
        )
        total = await store.count_bookings(conn, organization_id, event_id, status=status, words=words)
    rest = _all(deps, organization_id, event_id, status, words)
    return BookingsFound(tuple(booking.booking for booking in found), total, rest)


async def _fold_bookings(pool: Pool, *, organization_id: str, event_id: str | None) -> None:
    """Fold the words that bookings are found by: the first search all, later ones those changed since."""
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


async def _all(
    deps: OrganizerDeps, organization_id: str, event_id: str | None, status: str | None, words: str
) -> AsyncIterator[Booking]:
    before_id: str | None = None
    while True:
        # No connection is held while a slow reader takes what it was given.
        async with deps.booking.pool.connection() as conn:
            chunk = await store.list_bookings(
                conn, organization_id, event_id, status=status, words=words, before_id=before_id, size=CHUNK
            )
        for entry in chunk:
            yield entry.booking
        if len(chunk) < CHUNK:
            return
        before_id = chunk[-1].booking.id
