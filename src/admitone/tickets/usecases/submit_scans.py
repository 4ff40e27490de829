"""A door that worked alone hands in what it scanned: each scan is kept, and the first by time admits."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from msgspec import Struct, structs

from admitone.booking.contracts import BookingStatus
from admitone.catalogue.contracts import EventDocument, EventStatus
from admitone.kit.postgres import Connection
from admitone.organizers.contracts import Identity
from admitone.tickets.domain.barcode import is_of_sale
from admitone.tickets.domain.offline_scan import Clock, JudgedScan, check_clock, judge_version, read_scan
from admitone.tickets.domain.refusals import TicketNotFound
from admitone.tickets.store import scans as store
from admitone.tickets.usecases.deps import Deps
from admitone.tickets.usecases.find_event import find_event
from admitone.tickets.usecases.find_ticket import read_sold


class OfflineScan(Struct, frozen=True):
    """`scan` as it was made; `ticket_id` in place of a code."""

    scan: JudgedScan
    ticket_id: str | None


class RejectedLine(Struct, frozen=True):
    """A line that is no scan; it is not kept. `scan_id` where it can be read."""

    scan_id: str | None
    detail: str


class OfflineResult(Struct, frozen=True, omit_defaults=True):
    """`admitted`: this scan is the one that counts, as far as is known. `duplicate`: an earlier one does;
    `admitted_at` and `gate` are its. `void`: the ticket was no longer good when it was scanned. `unknown`: it names no
    ticket of this event. `reason` says why; `invalid-line`: the line is no scan and was not kept, `detail` says where.
    `clock`: the device's time is impossible; the scan counts as of its arrival, behind all others."""

    scan_id: str | None
    result: Literal["admitted", "duplicate", "void", "unknown"]
    reason: str | None = None
    ticket_id: str | None = None
    holder_name: str | None = None
    admitted_at: datetime | None = None
    gate: str | None = None
    clock: Clock | None = None
    detail: str | None = None


async def submit_scans(
    deps: Deps, *, identity: Identity, event_id: str, device: str, lines: Sequence[OfflineScan | RejectedLine]
) -> list[OfflineResult]:
    """Return what each line is worth, in their order; each is judged alone. Handed in again, a scan is the same one.

    Whatever order devices hand in: the first good scan by time admits, and a later arrival of an earlier one makes the
    other a duplicate. Raises `EventNotFound` (another organization's too).
    """
    event = await find_event(deps, organization_id=identity.organization_id, event_id=event_id)
    scans = [line for line in lines if isinstance(line, OfflineScan)]
    ids = {scan.scan.scan_id for scan in scans}
    async with deps.pool.connection() as conn:
        known = await store.read_scans(conn, event_id, device, ids)
    new = {scan.scan.scan_id: scan for scan in reversed(scans) if scan.scan.scan_id not in known}
    if new:
        judged = [await _judge(deps, event, new_scan) for new_scan in new.values()]
        async with deps.pool.connection() as conn, conn.transaction():
            await _keep(conn, event_id, device, judged, identity.key_id)
    async with deps.pool.connection() as conn:
        known = await store.read_scans(conn, event_id, device, ids)
    return [
        _result(line.scan, known[line.scan.scan_id])
        if isinstance(line, OfflineScan)
        else OfflineResult(line.scan_id, "unknown", "invalid-line", detail=line.detail)
        for line in lines
    ]


async def _judge(deps: Deps, event: EventDocument, offline_scan: OfflineScan) -> JudgedScan:
    now = deps.now()
    scan = read_scan(
        check_clock(offline_scan.scan, now=now), offline_scan.ticket_id, event_id=event.id, keys=deps.keys.codes
    )
    if scan.ticket is None or scan.verdict != "good":
        return scan
    try:
        booking, _ = await read_sold(deps, scan.ticket)
    except TicketNotFound:
        return scan.refused("void", "not-sold")
    is_own = scan.issued_at is None or is_of_sale(scan.issued_at, booking.confirmed_at)
    if booking.status is BookingStatus.REFUNDED or not is_own:
        return scan.refused("void", "refunded")
    if event.status is EventStatus.CANCELLED:
        return scan.refused("void", "event-cancelled")
    return structs.replace(check_clock(scan, now=now, sold_at=booking.confirmed_at), booking_id=booking.id)


async def _keep(conn: Connection, event_id: str, device: str, scans: Sequence[JudgedScan], key_id: str) -> None:
    tickets = {
        scan.ticket.ticket_id: (scan.ticket, scan.booking_id)
        for scan in scans
        if scan.ticket is not None and scan.booking_id is not None
    }
    locked = await store.lock_tickets(conn, event_id, tickets.values())
    judged = [_with_version(scan, locked) for scan in scans]
    await store.insert_scans(conn, event_id, device, judged, key_id=key_id)
    await store.settle_admissions(conn, event_id, list(tickets))


def _with_version(scan: JudgedScan, locked: dict[str, store.LockedTicket]) -> JudgedScan:
    if scan.ticket is None or scan.verdict != "good":
        return scan
    ticket = locked[scan.ticket.ticket_id]
    return judge_version(scan, version=ticket.version, transferred_at=ticket.transferred_at)


def _result(scan: JudgedScan, known: store.KnownScan) -> OfflineResult:
    if scan.digest != known.digest:
        return OfflineResult(scan.scan_id, "unknown", "scan-id-reused")
    if known.verdict == "good":
        return OfflineResult(
            scan.scan_id,
            "admitted" if known.is_first else "duplicate",
            None,
            known.ticket_id,
            known.holder_name,
            known.admitted_at,
            known.admitted_gate,
            known.clock,
        )
    return OfflineResult(
        scan.scan_id,
        "void" if known.verdict == "void" else "unknown",
        known.reason,
        known.ticket_id,
        clock=known.clock,
    )
