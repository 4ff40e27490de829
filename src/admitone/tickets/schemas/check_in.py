"""Bodies of check-in, as the contract has them."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct, structs

from admitone.kit.faults import convert_value
from admitone.kit.paging import Page, page_of
from admitone.kit.refusal import InvalidBody
from admitone.kit.text import NAME
from admitone.tickets.domain.barcode import CODE_CHARACTERS_MAX
from admitone.tickets.domain.offline_scan import JudgedScan
from admitone.tickets.usecases.offline_check_in import OfflineResult, OfflineScan, RejectedLine

Printable = r"^[^\x00-\x1f\x7f]+$"
PRINTABLE = {"words": "Write it on one line, without control characters."}
Line = Annotated[str, Meta(min_length=1, max_length=200, extra={"rule": NAME})]


class ScanBody(Struct, frozen=True, forbid_unknown_fields=True):
    """`code`: what the QR code says, or the ticket's short code as a person typed it, which needs the `event_id`.
    `gate` is a name of your choice; `event_id` is the event at this gate."""

    code: Annotated[str, Meta(min_length=1, max_length=CODE_CHARACTERS_MAX)]
    gate: Line
    event_id: Annotated[str, Meta(max_length=64)] | None = None


class OfflineScanIn(Struct, frozen=True, forbid_unknown_fields=True):
    """A scan that admitted somebody: a `code`, or a `ticket_id` if the gate found the person by name. `scan_id`: chosen
    by the device, never reused. `scanned_at`: RFC 3339, by the device's clock."""

    scan_id: Annotated[str, Meta(min_length=1, max_length=100, pattern=Printable, extra=PRINTABLE)]
    gate: Line
    scanned_at: Any
    code: (
        Annotated[str, Meta(min_length=1, max_length=CODE_CHARACTERS_MAX, pattern=Printable, extra=PRINTABLE)] | None
    ) = None
    ticket_id: Annotated[str, Meta(min_length=1, max_length=128, pattern=Printable, extra=PRINTABLE)] | None = None


class OfflineScansIn(Struct, frozen=True, forbid_unknown_fields=True):
    """Scans that one device made offline at one event, in any order, any number of times. Each of the `scans` is
    decoded separately as an `OfflineScanIn`: a malformed one gets an error in its place, and the others are stored."""

    event_id: Annotated[str, Meta(max_length=64)]
    device: Annotated[str, Meta(min_length=1, max_length=100, pattern=Printable, extra=PRINTABLE)]
    scans: Annotated[list[Any], Meta(min_length=1, max_length=500)]


class OfflineScansOut(Struct, frozen=True):
    """Results in the order of submission."""

    scans: list[OfflineResult]


class ConflictScan(Struct, frozen=True, omit_defaults=True):
    """Without a device: the scan was made online."""

    gate: str
    scanned_at: datetime
    received_at: datetime
    device: str | None = None
    scan_id: str | None = None
    reason: str | None = None
    clock: str | None = None
    device_time: datetime | None = None


class Conflict(Struct, frozen=True, omit_defaults=True):
    """`duplicate`: the ticket admitted several people, and the first scan counts. `clock`: the device's time was
    impossible. `void`, `unknown`: somebody was admitted without a valid ticket."""

    kind: str
    scans: list[ConflictScan]
    ticket_id: str | None = None


class ConflictList(Struct, frozen=True):
    conflicts: list[Conflict]
    page: Page


def offline_lines(data: OfflineScansIn) -> list[OfflineScan | RejectedLine]:
    """Decode each scan separately. Scanners end a code with CR or LF: remove the white space around it."""
    return [_read_line(line) for line in data.scans]


def _read_line(line: Any) -> OfflineScan | RejectedLine:
    if isinstance(line, dict):
        line = {
            name: value.strip() if name in ("code", "ticket_id") and isinstance(value, str) else value
            for name, value in line.items()
        }
    try:
        offline_scan = convert_value(line, OfflineScanIn)
    except InvalidBody as refused:
        return RejectedLine(_readable_id(line), refused.detail)
    if (offline_scan.code is None) == (offline_scan.ticket_id is None):
        return RejectedLine(offline_scan.scan_id, "Give either the code or the ticket's id.")
    scanned_at = _read_time(offline_scan.scanned_at)
    digest = hashlib.sha256(
        msgspec.json.encode(structs.replace(offline_scan, scanned_at=scanned_at or offline_scan.scanned_at))
    ).digest()
    scan = JudgedScan(offline_scan.scan_id, offline_scan.gate, scanned_at or _NO_TIME, digest, offline_scan.code)
    return OfflineScan(scan if scanned_at else structs.replace(scan, clock="unreadable"), offline_scan.ticket_id)


_NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)
"""Replaces an unreadable device time; it is not compared with anything."""


class _Moment(Struct):
    value: Annotated[datetime, Meta(tz=True)]


def _read_time(value: Any) -> datetime | None:
    try:
        return msgspec.convert({"value": value}, _Moment).value
    except msgspec.ValidationError:
        return None


def _readable_id(line: Any) -> str | None:
    scan_id = line.get("scan_id") if isinstance(line, dict) else None
    return scan_id[:100] if isinstance(scan_id, str) else None


def conflict_list(rows: Sequence[dict[str, Any]], *, page: int, size: int, total: int) -> ConflictList:
    conflicts = msgspec.convert(
        [{"kind": row["kind"], "ticket_id": row["ticket_id"], "scans": row["scans"]} for row in rows], list[Conflict]
    )
    return ConflictList(conflicts, page_of(page, size, total))
