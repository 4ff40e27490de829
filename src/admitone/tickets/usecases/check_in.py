"""Check in at the gates: admit a ticket's holder once, and list conflicts for the organizer."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from msgspec import Struct

from admitone.booking.contracts import Admission, BookedTicket, Booking, BookingStatus, is_ticket_code, sold_at
from admitone.catalogue.contracts import EventStatus
from admitone.kit.refusal import InvalidBody
from admitone.kit.short_codes import normalize_code
from admitone.organizers.contracts import Identity
from admitone.tickets.domain.barcode import BarcodeRefused, check_freshness, is_of_sale, read_code
from admitone.tickets.domain.keys import event_rotating_key
from admitone.tickets.domain.refusals import TicketNotFound, TicketRefunded
from admitone.tickets.domain.ticket_id import TicketName
from admitone.tickets.store import scans
from admitone.tickets.store.tickets import TicketLife, admit_ticket, read_ticket
from admitone.tickets.store.tickets import count_admitted as count_stored_admitted
from admitone.tickets.store.tickets import list_admissions as list_stored_admissions
from admitone.tickets.store.tickets import list_admitted as list_stored_admitted
from admitone.tickets.usecases.deps import Deps
from admitone.tickets.usecases.lookups.event import find_event
from admitone.tickets.usecases.lookups.ticket import read_sold

Result = Literal["admitted", "already-admitted", "void", "wrong-event"]
Reason = Literal["malformed", "forged", "stale", "not-sold", "refunded", "transferred", "event-cancelled"]


class Scan(Struct, frozen=True, omit_defaults=True):
    """`reason` says why a ticket is void; `admitted_at` and `gate` are those of the scan that admitted."""

    result: Result
    reason: Reason | None = None
    ticket: BookedTicket | None = None
    event_id: str | None = None
    holder_name: str | None = None
    admitted_at: datetime | None = None
    gate: str | None = None


class ShownTicket(Struct, frozen=True):
    """A sold ticket, and the version of the code that was shown."""

    booking: Booking
    ticket: BookedTicket
    version: int


async def scan_ticket(deps: Deps, *, identity: Identity, code: str, gate: str, event_id: str | None) -> Scan:
    """Scan a code at a gate, or type the ticket's short code. Admit a ticket once: the first scan at any gate wins.

    `event_id` is the event at this gate, where the scanner knows it; a ticket of another event, or of another
    organization, is `wrong-event`. A short code is of one event: without `event_id` it raises `InvalidBody`.
    """
    now = deps.now()
    if normalize_code(code) is not None:
        if event_id is None:
            raise InvalidBody([("/event_id", "Name the event of this gate: a typed code does not say which it is.")])
        return await _admit_typed(deps, identity, code, event_id, gate=gate, now=now)
    try:
        barcode, signer = read_code(code, deps.keys.codes)
        if event_id not in (None, barcode.ticket.event_id):
            return Scan("wrong-event", event_id=barcode.ticket.event_id)
        check_freshness(code, barcode, event_rotating_key(signer, barcode.ticket.event_id), now=now)
        booking, ticket = await read_sold(deps, barcode.ticket)
    except BarcodeRefused as refused:
        return Scan("void", _reason(refused))
    except TicketNotFound:
        return Scan("void", "not-sold")
    if booking.organization_id != identity.organization_id:
        return Scan("wrong-event")
    if not is_of_sale(barcode.issued_at, sold_at(booking, ticket)):
        return Scan("void", "refunded")
    shown = ShownTicket(booking, ticket, barcode.version)
    return await _admit(deps, shown, gate=gate, key_id=identity.actor_id, now=now)


async def list_conflicts(
    deps: Deps, *, organization_id: str, event_id: str, page: int, size: int
) -> tuple[list[dict[str, Any]], int]:
    """Return one page, by time, and how many there are in all: tickets that admitted several people, and people who
    were admitted with a void ticket or without one.

    Raises `EventNotFound`, for another organization's event too.
    """
    await find_event(deps, organization_id=organization_id, event_id=event_id)
    async with deps.pool.connection() as conn:
        rows = await scans.list_conflicts(conn, event_id, size=size, skip=page * size)
    return rows, rows[0]["total"] if rows else 0


async def _admit_typed(deps: Deps, identity: Identity, code: str, event_id: str, *, gate: str, now: datetime) -> Scan:
    for index in deps.codes.indexes(code):
        name = TicketName(event_id, index)
        try:
            booking, ticket = await read_sold(deps, name)
        except TicketNotFound:
            continue
        if booking.organization_id != identity.organization_id:
            continue
        async with deps.pool.connection() as conn:
            newest = (await read_ticket(conn, name.ticket_id, booking.id)).version
        for version in range(newest, 0, -1):
            if is_ticket_code(deps.codes, code, booking.id, index, version):
                shown = ShownTicket(booking, ticket, version)
                return await _admit(deps, shown, gate=gate, key_id=identity.actor_id, now=now)
    return Scan("void", "not-sold")


async def _admit(deps: Deps, shown: ShownTicket, *, gate: str, key_id: str, now: datetime) -> Scan:
    booking, ticket = shown.booking, shown.ticket
    if booking.status is BookingStatus.REFUNDED:
        return Scan("void", "refunded", ticket)
    events = await deps.read_documents((booking.event_id,))
    if not events or events[0].status is EventStatus.CANCELLED:
        return Scan("void", "event-cancelled", ticket, booking.event_id)
    try:
        admitted, life = await _admit_sold(deps, shown, gate=gate, key_id=key_id, now=now)
    except TicketRefunded:  # since the booking was read
        return Scan("void", "refunded", ticket)
    if not admitted and life.version != shown.version:
        return Scan("void", "transferred", ticket, booking.event_id)
    return Scan(
        "admitted" if admitted else "already-admitted",
        None,
        ticket,
        booking.event_id,
        life.holder_name,
        life.admitted_at,
        life.admitted_gate,
    )


async def _admit_sold(
    deps: Deps, shown: ShownTicket, *, gate: str, key_id: str, now: datetime
) -> tuple[bool, TicketLife]:
    """Return whether this scan admits, and the ticket after it. The ticket is locked before its place, as returns do,
    so of a scan and a refund at the same moment the first wins. Raises `TicketRefunded`; then nothing is written."""
    booking, ticket = shown.booking, shown.ticket
    async with deps.pool.connection() as conn, conn.transaction():
        admitted = await admit_ticket(
            conn,
            TicketName(booking.event_id, ticket.index),
            booking_id=booking.id,
            version=shown.version,
            gate=gate,
            key_id=key_id,
            admitted_at=now,
        )
        if admitted and not await deps.lock_sold_places(conn, [(booking.id, ticket.index)]):
            raise TicketRefunded
        return admitted, await read_ticket(conn, ticket.ticket_id, booking.id)


def _reason(refused: BarcodeRefused) -> Reason:
    reasons: dict[str, Reason] = {"malformed": "malformed", "forged": "forged", "stale": "stale"}
    return reasons[refused.reason]


async def list_admitted(deps: Deps, event_id: str) -> dict[str, str | None]:
    """Return ticket → booking that had it, of the tickets of an event that admitted a person."""
    async with deps.pool.connection() as conn:
        return await list_stored_admitted(conn, event_id)


async def count_admitted(deps: Deps, event_ids: Sequence[str]) -> dict[str, int]:
    """Return event → how many of its tickets have admitted a person (`booking.contracts.CountAdmitted`)."""
    async with deps.pool.connection() as conn:
        return await count_stored_admitted(conn, event_ids)


async def list_admissions(deps: Deps, *, booking_id: str, ticket_ids: Sequence[str]) -> list[Admission]:
    """Return who was admitted with the tickets of one booking, by time."""
    async with deps.pool.connection() as conn:
        return await list_stored_admissions(conn, booking_id, ticket_ids)
