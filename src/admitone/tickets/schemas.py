"""Bodies of the tickets' HTTP, as the contract has them."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from admitone.kit.refusal import Fault, InvalidBody
from admitone.kit.text import MOMENT, NAME
from admitone.tickets.domain.barcode import CODE_CHARACTERS_MAX
from admitone.tickets.domain.offline_scan import JudgedScan
from admitone.tickets.usecases.submit_scans import OfflineResult, OfflineScan

Printable = r"^[^\x00-\x1f\x7f]+$"
PRINTABLE = {"words": "Write it on one line, without control characters."}
Line = Annotated[str, Meta(min_length=1, max_length=200, extra={"rule": NAME})]


class ScanBody(Struct, frozen=True, forbid_unknown_fields=True):
    """`gate` is a name of your choice; `event_id`, where given, is the event at this door."""

    code: Annotated[str, Meta(min_length=1, max_length=CODE_CHARACTERS_MAX)]
    gate: Line
    event_id: Annotated[str, Meta(max_length=64)] | None = None


class TransferBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Who gets the ticket; printed on it."""

    name: Line


class Transfer(Struct, frozen=True):
    """What the giver passes to the recipient: links that show the ticket, and `transfer_token`, with which the
    recipient (alone) may transfer it in turn."""

    ticket_id: str
    barcode_url: str
    pdf_url: str
    transfer_token: str


# A clock that stands outside was never set: who was first cannot be said by it.
SCANNED_FROM, SCANNED_BEFORE = datetime(2020, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


class OfflineScanIn(Struct, frozen=True, forbid_unknown_fields=True):
    """A scan that let somebody in: a `code`, or a `ticket_id` where somebody was found by name. `scan_id`: the device's
    own, for ever."""

    scan_id: Annotated[str, Meta(min_length=1, max_length=100, pattern=Printable, extra=PRINTABLE)]
    gate: Line
    scanned_at: Annotated[datetime, Meta(tz=True, extra={"rule": MOMENT})]
    code: (
        Annotated[str, Meta(min_length=1, max_length=CODE_CHARACTERS_MAX, pattern=Printable, extra=PRINTABLE)] | None
    ) = None
    ticket_id: Annotated[str, Meta(min_length=1, max_length=128, pattern=Printable, extra=PRINTABLE)] | None = None


class OfflineScansIn(Struct, frozen=True, forbid_unknown_fields=True):
    """What one device scanned at one event without asking. Any order, any number of times."""

    event_id: Annotated[str, Meta(max_length=64)]
    device: Annotated[str, Meta(min_length=1, max_length=100, pattern=Printable, extra=PRINTABLE)]
    scans: Annotated[tuple[OfflineScanIn, ...], Meta(min_length=1, max_length=500)]


class OfflineScansOut(Struct, frozen=True):
    """In the order in which they were handed in."""

    scans: list[OfflineResult]


class ConflictScan(Struct, frozen=True, omit_defaults=True):
    """Without a device the door asked, and was answered."""

    gate: str
    scanned_at: datetime
    received_at: datetime
    device: str | None = None
    scan_id: str | None = None
    reason: str | None = None


class Conflict(Struct, frozen=True, omit_defaults=True):
    """`duplicate`: the ticket let more than one in, and the first scan counts. `void`, `unknown`: somebody was let in
    without a good ticket."""

    kind: str
    scans: list[ConflictScan]
    ticket_id: str | None = None


class ConflictList(Struct, frozen=True):
    conflicts: list[Conflict]
    page: dict[str, int]


def offline_scans(data: OfflineScansIn) -> list[OfflineScan]:
    """Raise `InvalidBody` where a scan names both or neither of code and ticket, or has a time of no clock."""
    faults = list[Fault]()
    for number, one in enumerate(data.scans):
        if (one.code is None) == (one.ticket_id is None):
            faults.append((f"/scans/{number}", "Give either the code or the ticket's id."))
        if not SCANNED_FROM <= one.scanned_at < SCANNED_BEFORE:
            faults.append((f"/scans/{number}/scanned_at", "This is no time at which something was scanned."))
    if faults:
        raise InvalidBody(faults)
    return [OfflineScan(_scan(one), one.ticket_id) for one in data.scans]


def _scan(one: OfflineScanIn) -> JudgedScan:
    digest = hashlib.sha256(msgspec.json.encode(one)).digest()
    return JudgedScan(one.scan_id, one.gate, one.scanned_at, digest, one.code)


def conflict_list(rows: Sequence[dict[str, Any]], *, page: int, size: int, total: int) -> ConflictList:
    conflicts = msgspec.convert(
        [{"kind": row["kind"], "ticket_id": row["ticket_id"], "scans": row["scans"]} for row in rows], list[Conflict]
    )
    pages = {"number": page, "size": size, "total": total, "total_pages": -(-total // size)}
    return ConflictList(conflicts, pages)
