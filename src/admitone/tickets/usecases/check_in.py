"""Check in at the gates: admit a ticket's holder once, and list for the organizer what went wrong."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from msgspec import Struct

from admitone.booking.contracts import Admission, BookedTicket, BookingStatus
from admitone.catalogue.contracts import EventStatus
from admitone.organizers.contracts import Identity
from admitone.tickets.domain.barcode import Barcode, BarcodeRefused, check_freshness, is_of_sale, read_code
from admitone.tickets.domain.keys import event_rotating_key
from admitone.tickets.domain.refusals import TicketNotFound
from admitone.tickets.store import scans
from admitone.tickets.store.tickets import admit_ticket, read_ticket
from admitone.tickets.store.tickets import list_admissions as list_stored_admissions
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


async def scan_ticket(deps: Deps, *, identity: Identity, code: str, gate: str, event_id: str | None) -> Scan:
    """Scan a code at a gate. Admit a ticket once: the first scan at any gate wins.

    `event_id` is the event at this gate, where the scanner knows it; a ticket of another event, or of another
    organization, is `wrong-event`.
    """
    now = deps.now()
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
    if booking.status is BookingStatus.REFUNDED:
        return Scan("void", "refunded", ticket)
    if not is_of_sale(barcode.issued_at, booking.confirmed_at):
        return Scan("void", "refunded")
    events = await deps.read_documents((booking.event_id,))
    if not events or events[0].status is EventStatus.CANCELLED:
        return Scan("void", "event-cancelled", ticket, booking.event_id)
    return await _admit(deps, barcode, booking.id, ticket, gate=gate, key_id=identity.actor_id, now=now)


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


async def _admit(
    deps: Deps, barcode: Barcode, booking_id: str, ticket: BookedTicket, *, gate: str, key_id: str, now: datetime
) -> Scan:
    async with deps.pool.connection() as conn:
        admitted = await admit_ticket(
            conn,
            barcode.ticket,
            booking_id=booking_id,
            version=barcode.version,
            gate=gate,
            key_id=key_id,
            admitted_at=now,
        )
        life = await read_ticket(conn, barcode.ticket.ticket_id, booking_id)
    if not admitted and life.version != barcode.version:
        return Scan("void", "transferred", ticket, barcode.ticket.event_id)
    return Scan(
        "admitted" if admitted else "already-admitted",
        None,
        ticket,
        barcode.ticket.event_id,
        life.holder_name,
        life.admitted_at,
        life.admitted_gate,
    )


def _reason(refused: BarcodeRefused) -> Reason:
    reasons: dict[str, Reason] = {"malformed": "malformed", "forged": "forged", "stale": "stale"}
    return reasons[refused.reason]


async def list_admissions(deps: Deps, *, booking_id: str, ticket_ids: Sequence[str]) -> list[Admission]:
    """Return who was admitted with the tickets of one booking, by time."""
    async with deps.pool.connection() as conn:
        return await list_stored_admissions(conn, booking_id, ticket_ids)
