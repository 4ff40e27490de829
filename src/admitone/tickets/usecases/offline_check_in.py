"""Check in without a network: the signed manifest that a gate downloads, and the scans that it submits afterwards."""

import base64
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Literal

import msgspec
import psycopg
from msgspec import Struct, structs

from admitone.booking.contracts import BookingStatus, ResoldPlace, sold_at
from admitone.catalogue.contracts import EventDocument, EventStatus
from admitone.organizers.contracts import Identity
from admitone.tickets.domain.barcode import STEP_SECONDS, STEPS_TOLERATED, is_of_sale
from admitone.tickets.domain.keys import event_rotating_key
from admitone.tickets.domain.offline_scan import Clock, JudgedScan, check_clock, judge_version, read_scan
from admitone.tickets.domain.refusals import TicketNotFound
from admitone.tickets.store import scans as store
from admitone.tickets.store.tickets import list_changed_tickets
from admitone.tickets.usecases.deps import Deps
from admitone.tickets.usecases.lookups.event import find_event
from admitone.tickets.usecases.lookups.ticket import read_sold


class ManifestKey(Struct, frozen=True):
    """The keys with which a gate verifies codes; base64url without padding."""

    public_key: str
    rotating_key: str


class Manifest(Struct, frozen=True):
    """The payload. `sold` are ranges of ticket indexes, both ends included; keys are base64url without padding.

    A code is valid if its signature is valid, its index is sold, its version is the ticket's (1 if `transferred` does
    not list it), it was issued no earlier than `resold` says, it is fresh, and it is not in `admitted`.
    """

    event_id: str
    name: str
    starts_at: datetime | None
    issued_at: datetime
    public_key: str
    rotating_key: str
    keys: list[ManifestKey]
    """The newest first (it is `public_key`, `rotating_key` too): a code is valid if any of them signed it."""
    step_seconds: int
    steps_tolerated: int
    sold: list[tuple[int, int]]
    transferred: dict[str, int]
    admitted: dict[str, datetime]
    resold: dict[str, int]
    """Index → seconds since 1970: older codes belong to an earlier buyer of the place, who was refunded or moved."""


class SignedManifest(Struct, frozen=True):
    """JWS, flattened JSON serialization (RFC 7515), EdDSA: `payload` is a `Manifest`, base64url.

    `public_key` is the raw Ed25519 key, base64url; a gate should learn it once and keep it until the
    installation rotates its secret.
    """

    protected: str
    payload: str
    signature: str
    public_key: str


class OfflineScan(Struct, frozen=True):
    """`scan` as the device made it; `ticket_id` in place of a code."""

    scan: JudgedScan
    ticket_id: str | None


class RejectedLine(Struct, frozen=True):
    """A line that is not a scan and is not stored. `scan_id`: if it can be read."""

    scan_id: str | None
    detail: str


class OfflineResult(Struct, frozen=True, omit_defaults=True):
    """`admitted`: this scan counts, as far as is known. `duplicate`: an earlier one counts; `admitted_at` and `gate`
    are its. `void`: the ticket was no longer valid when it was scanned. `unknown`: the scan names no ticket of this
    event. `reason` says why; `invalid-line`: the line is not a scan and was not stored; `detail` names the fault.
    `clock`: the device's time is impossible; the scan counts as of its arrival, after all others."""

    scan_id: str | None
    result: Literal["admitted", "duplicate", "void", "unknown"]
    reason: str | None = None
    ticket_id: str | None = None
    holder_name: str | None = None
    admitted_at: datetime | None = None
    gate: str | None = None
    clock: Clock | None = None
    detail: str | None = None


async def read_manifest(deps: Deps, *, organization_id: str, event_id: str) -> SignedManifest:
    """Return the data with which a gate works offline. Raises `EventNotFound`, also for another organization's."""
    event = await find_event(deps, organization_id=organization_id, event_id=event_id)
    sold = await deps.list_sold_indexes(event_id)
    async with deps.pool.connection() as conn:
        changed = await list_changed_tickets(conn, event_id)
    resold = {place.index: place for place in await deps.list_resold(event_id)}
    # Ignore changes under an earlier booking of a place.
    changed = [row for row in changed if row["index"] not in resold or _is_of(row, resold[row["index"]])]
    keys = [
        ManifestKey(_base64url(key.public_bytes), _base64url(event_rotating_key(key, event_id)))
        for key in deps.keys.codes
    ]
    manifest = Manifest(
        event_id=event_id,
        name=event.name,
        starts_at=event.starts_at,
        issued_at=deps.now(),
        public_key=keys[0].public_key,
        rotating_key=keys[0].rotating_key,
        keys=keys,
        step_seconds=STEP_SECONDS,
        steps_tolerated=STEPS_TOLERATED,
        sold=_ranges(sold),
        transferred={str(row["index"]): row["version"] for row in changed if row["version"] > 1},
        admitted={str(row["index"]): row["admitted_at"] for row in changed if row["admitted_at"]},
        resold={str(index): int(place.sold_at.timestamp()) for index, place in resold.items()},
    )
    return _sign(deps, manifest)


async def submit_scans(
    deps: Deps, *, identity: Identity, event_id: str, device: str, lines: Sequence[OfflineScan | RejectedLine]
) -> list[OfflineResult]:
    """Store the scans of a device and return each line's result, in their order. A scan submitted twice counts once.

    The first valid scan by time admits, in whatever order devices submit: an earlier scan that arrives later makes the
    other one a duplicate. Raises `EventNotFound`, for another organization's event too.
    """
    event = await find_event(deps, organization_id=identity.organization_id, event_id=event_id)
    scans = [line for line in lines if isinstance(line, OfflineScan)]
    ids = {line.scan.scan_id for line in scans}
    async with deps.pool.connection() as conn:
        known = await store.read_scans(conn, event_id, device, ids)
    new = {line.scan.scan_id: line for line in reversed(scans) if line.scan.scan_id not in known}
    if new:
        judged = [await _judge(deps, event, line) for line in new.values()]
        await _keep(deps, event_id, device, judged, identity.actor_id)
    async with deps.pool.connection() as conn:
        known = await store.read_scans(conn, event_id, device, ids)
    return [
        _result(line.scan, known[line.scan.scan_id])
        if isinstance(line, OfflineScan)
        else OfflineResult(line.scan_id, "unknown", "invalid-line", detail=line.detail)
        for line in lines
    ]


def _is_of(row: dict[str, Any], place: ResoldPlace) -> bool:
    return row["booking_id"] in (None, place.booking_id)


def _sign(deps: Deps, manifest: Manifest) -> SignedManifest:
    header: dict[str, Any] = {"alg": "EdDSA", "typ": "admitone-manifest+json"}
    protected, payload = _base64url(msgspec.json.encode(header)), _base64url(msgspec.json.encode(manifest))
    signature = deps.keys.newest.signing.sign(f"{protected}.{payload}".encode())
    return SignedManifest(protected, payload, _base64url(signature), _base64url(deps.keys.newest.public_bytes))


def _ranges(indexes: list[int]) -> list[tuple[int, int]]:
    ranges: list[tuple[int, int]] = []
    for index in indexes:
        if ranges and ranges[-1][1] == index - 1:
            ranges[-1] = (ranges[-1][0], index)
        else:
            ranges.append((index, index))
    return ranges


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


async def _judge(deps: Deps, event: EventDocument, line: OfflineScan) -> JudgedScan:
    now = deps.now()
    scan = read_scan(check_clock(line.scan, now=now), line.ticket_id, event_id=event.id, keys=deps.keys.codes)
    if scan.ticket is None or scan.verdict != "good":
        return scan
    try:
        booking, ticket = await read_sold(deps, scan.ticket)
    except TicketNotFound:
        return scan.refused("void", "not-sold")
    since = sold_at(booking, ticket)
    is_own = scan.issued_at is None or is_of_sale(scan.issued_at, since)
    if booking.status is BookingStatus.REFUNDED or not is_own:
        return scan.refused("void", "refunded")
    if event.status is EventStatus.CANCELLED:
        return scan.refused("void", "event-cancelled")
    return structs.replace(check_clock(scan, now=now, sold_at=since), booking_id=booking.id)


async def _keep(deps: Deps, event_id: str, device: str, scans: Sequence[JudgedScan], key_id: str) -> None:
    """Store the scans. Those whose place was refunded since they were judged are void.

    The lock of a ticket comes before that of its place, as in returns, and makes it the ticket of the judged booking.
    So where a booking lost a place, the transaction is rolled back and repeated without that ticket. Each repetition
    locks fewer tickets than the one before.
    """
    lost = True
    while lost:
        async with deps.pool.connection() as conn, conn.transaction() as transaction:
            tickets = {
                scan.ticket.ticket_id: (scan.ticket, scan.booking_id)
                for scan in scans
                if scan.ticket is not None and scan.booking_id is not None
            }
            locked = await store.lock_tickets(conn, event_id, tickets.values())
            places = {(booking_id, ticket.index) for ticket, booking_id in tickets.values()}
            lost = bool(places - (sold := await deps.lock_sold_places(conn, places)))
            if lost:
                scans = [_unless_lost(scan, sold) for scan in scans]
                raise psycopg.Rollback(transaction)
            judged = [_with_version(scan, locked) for scan in scans]
            await store.insert_scans(conn, event_id, device, judged, key_id=key_id)
            await store.settle_admissions(conn, event_id, list(tickets))


def _unless_lost(scan: JudgedScan, sold: Collection[tuple[str, int]]) -> JudgedScan:
    if scan.ticket is None or scan.booking_id is None or (scan.booking_id, scan.ticket.index) in sold:
        return scan
    return structs.replace(scan, booking_id=None).refused("void", "refunded")


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
