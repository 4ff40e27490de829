"""What a scan is worth that a door made without asking, when it is handed in later."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from msgspec import Struct, structs

from admitone.tickets.domain.barcode import BarcodeRefused, check_freshness, read_code
from admitone.tickets.domain.keys import CodeKeys, event_rotating_key
from admitone.tickets.domain.ticket_id import TicketName, parse_ticket_id

Verdict = Literal["good", "void", "unknown"]


class JudgedScan(Struct, frozen=True):
    """One scan of a device: `code`, or the ticket's id where somebody was found by name.

    `version` and `issued_at` (seconds since 1970) as the code says; None: there is no code. `booking_id`: that has the
    ticket. `reason` says why it is not good.
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

    def refused(self, verdict: Verdict, reason: str) -> "JudgedScan":
        return structs.replace(self, verdict=verdict, reason=reason)


def read_scan(scan: JudgedScan, ticket_id: str | None, *, event_id: str, keys: Sequence[CodeKeys]) -> JudgedScan:
    """Return the scan with the ticket that it names; unknown where it names none of this event.

    A screen's code must have been of its half minute when it was scanned, by the device's clock.
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
    try:
        check_freshness(scan.code, barcode, event_rotating_key(signer, event_id), now=scan.scanned_at)
    except BarcodeRefused as refused:
        return named_scan.refused("void", refused.reason)
    return named_scan


def judge_version(scan: JudgedScan, *, version: int, transferred_at: datetime | None) -> JudgedScan:
    """A code is good while it is the ticket's own: one that was scanned before the ticket was given away was so."""
    if scan.version in (None, version):
        return scan
    was_own = scan.version == version - 1 and transferred_at is not None and scan.scanned_at < transferred_at
    return scan if was_own else scan.refused("void", "transferred")
