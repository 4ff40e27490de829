"""Judge scans that a gate made offline and submits later."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal

from msgspec import Struct, structs

from admitone.tickets.domain.barcode import BarcodeRefused, check_freshness, read_code
from admitone.tickets.domain.keys import CodeKeys, event_rotating_key
from admitone.tickets.domain.ticket_id import TicketName, parse_ticket_id

Verdict = Literal["good", "void", "unknown"]
Clock = Literal["ahead", "behind", "unset", "unreadable"]
"""Why the device's time of a scan is impossible. `behind`: before the ticket was sold."""

CLOCK_TOLERANCE = timedelta(minutes=15)
_SET_SINCE = datetime(2020, 1, 1, tzinfo=UTC)
"""A clock before this was never set: it cannot say which scan was first."""
_STORED = (datetime(1970, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC))
"""Between these a device's time is stored unchanged; outside it means nothing."""


class JudgedScan(Struct, frozen=True):
    """One scan of a device: `code`, or the ticket's id if the gate found the person by name.

    `version` and `issued_at` (seconds since 1970) are from the code; None: no code. `booking_id`: the ticket's current
    booking. `reason`: why it is not valid. `clock`: the device's time was impossible; then `scanned_at` is the time of
    arrival, and `device_time` the device's time, if readable.
    """

    scan_id: str
    gate: str
    scanned_at: datetime
    digest: bytes
    code: str | None = None
    ticket: TicketName | None = None
    version: int | None = None
    issued_at: int | None = None
    booking_id: str | None = None
    verdict: Verdict = "good"
    reason: str | None = None
    clock: Clock | None = None
    device_time: datetime | None = None

    def refused(self, verdict: Verdict, reason: str) -> "JudgedScan":
        return structs.replace(self, verdict=verdict, reason=reason)

    def with_bad_clock(self, clock: Clock, *, now: datetime) -> "JudgedScan":
        """Return the scan with the time of its arrival: it counts, but never precedes a scan with a good clock."""
        told = None if clock == "unreadable" or not _STORED[0] <= self.scanned_at < _STORED[1] else self.scanned_at
        return structs.replace(self, clock=clock, device_time=told, scanned_at=now)


def check_clock(scan: JudgedScan, *, now: datetime, sold_at: datetime | None = None) -> JudgedScan:
    """Return the scan, with `clock` if its time is impossible. `sold_at`: when its ticket was sold, if known."""
    if scan.device_time is not None:
        return scan
    if scan.clock == "unreadable":
        return scan.with_bad_clock("unreadable", now=now)
    if scan.scanned_at < _SET_SINCE:
        return scan.with_bad_clock("unset", now=now)
    if scan.scanned_at > now + CLOCK_TOLERANCE:
        return scan.with_bad_clock("ahead", now=now)
    if sold_at is not None and scan.scanned_at < sold_at - CLOCK_TOLERANCE:
        return scan.with_bad_clock("behind", now=now)
    return scan


def read_scan(scan: JudgedScan, ticket_id: str | None, *, event_id: str, keys: Sequence[CodeKeys]) -> JudgedScan:
    """Return the scan with the ticket that it names; unknown if it names no ticket of this event.

    A screen code must be from the half minute of the scan, by the device's clock. With an impossible clock that cannot
    be checked; the organizer sees such a scan in any case.
    """
    if scan.code is None:
        named = parse_ticket_id(ticket_id or "")
        if named is None or named.event_id != event_id:
            return scan.refused("unknown", "wrong-event" if named else "malformed")
        return structs.replace(scan, ticket=named)
    try:
        barcode, signer = read_code(scan.code, keys)
    except BarcodeRefused as refused:
        return scan.refused("unknown", refused.reason)
    if barcode.ticket.event_id != event_id:
        return scan.refused("unknown", "wrong-event")
    named_scan = structs.replace(scan, ticket=barcode.ticket, version=barcode.version, issued_at=barcode.issued_at)
    if scan.clock is not None:
        return named_scan
    try:
        check_freshness(scan.code, barcode, event_rotating_key(signer, event_id), now=scan.scanned_at)
    except BarcodeRefused as refused:
        return named_scan.refused("void", refused.reason)
    return named_scan


def judge_version(scan: JudgedScan, *, version: int, transferred_at: datetime | None) -> JudgedScan:
    """A code is valid while its version is the ticket's: a scan before the transfer keeps its validity."""
    if scan.version in (None, version):
        return scan
    was_own = scan.version == version - 1 and transferred_at is not None and scan.scanned_at < transferred_at
    return scan if was_own else scan.refused("void", "transferred")
