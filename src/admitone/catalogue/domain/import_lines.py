"""The lines of an import: a venue, a performer or an event each, by the sender's own ids."""

import hashlib
from collections.abc import Callable
from typing import Any, Literal, TypeVar

import msgspec
from msgspec import Struct

from admitone.catalogue.contracts import EventStatus
from admitone.catalogue.domain.drafts import EventDraft, Id, PerformerDraft, VenueDraft
from admitone.kit.faults import convert_value, decode_json, is_clean
from admitone.kit.refusal import InvalidBody, MalformedBody
from admitone.kit.shapes import shape_of

LINE_BYTES_MAX = 1024 * 1024
FAILURES_LISTED_MAX = 1_000


class VenueLine(VenueDraft, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type", tag="venue"):
    id: Id


class PerformerLine(
    PerformerDraft, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type", tag="performer"
):
    id: Id


class EventLine(EventDraft, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type", tag="event"):
    """`publish` absent leaves an event as it is; a new one stays a draft."""

    id: Id
    status: Literal["scheduled", "postponed", "rescheduled", "cancelled"] | None = None
    publish: bool | None = None


Line = VenueLine | PerformerLine | EventLine
NamedLine = TypeVar("NamedLine", VenueLine, PerformerLine)

_SHAPES: dict[str, type[VenueLine] | type[PerformerLine] | type[EventLine]] = {
    "venue": VenueLine,
    "performer": PerformerLine,
    "event": EventLine,
}
_decoder: msgspec.json.Decoder[Line] = msgspec.json.Decoder(Line)


class Failure(Struct, frozen=True):
    """The fault of a line; `pointer` locates it, `id` is the sender's, if readable."""

    line: int
    id: str | None
    code: str
    detail: str
    pointer: str


class Report(Struct):
    """The result: counts of all failures, and a list of the first thousand."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    failed: int = 0
    failures: list[Failure] = msgspec.field(default_factory=list)

    @property
    def lines(self) -> int:
        return self.created + self.updated + self.unchanged + self.failed

    def count(self, *, written: int, updated: int, unchanged: int) -> None:
        """Add a batch: of the `written` records, `updated` existed before."""
        self.created += written - updated
        self.updated += updated
        self.unchanged += unchanged

    def fail(self, failure: Failure) -> None:
        self.failed += 1
        if len(self.failures) < FAILURES_LISTED_MAX:
            self.failures.append(failure)


def read_line(number: int, text: bytes) -> Line | Failure:
    """Return the record of the line, or its fault."""
    try:
        line = _decoder.decode(text)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return _read_slowly(number, text)
    return line if is_clean(line, shape_of(type(line))) else _read_slowly(number, text)


def failure_of(number: int, line_id: str | None, faults: InvalidBody) -> Failure:
    """Return the first fault of a line; the others are in its detail."""
    pointer = faults.members["errors"][0]["pointer"] if faults.members["errors"] else ""
    unknown = faults.detail.endswith(("no such venue.", "no such performer.", "no such seat map."))
    code = "unknown-reference" if unknown else "invalid-line"
    return Failure(number, line_id, code, faults.detail, pointer)


def keep_good(
    batch: list[tuple[int, NamedLine]], check: Callable[[NamedLine], None], report: Report
) -> list[NamedLine]:
    """Return the lines that pass `check`; record an `InvalidBody` of the others in `report`."""
    good: list[NamedLine] = []
    for number, line in batch:
        try:
            check(line)
            good.append(line)
        except InvalidBody as faults:
            report.fail(failure_of(number, line.id, faults))
    return good


def fingerprint_of(line: Line) -> str:
    """Return a digest that identifies a line, independent of its spacing and order of members."""
    return hashlib.blake2b(msgspec.json.encode(line), digest_size=16).hexdigest()


def status_of(line: EventLine, published: bool, before: EventStatus | None) -> EventStatus:
    """Return the status an imported event has: the sender's, else its previous one, else by publication."""
    if line.status is not None and (published or line.status == "cancelled"):
        return EventStatus(line.status)
    if before is not None and before is not EventStatus.DRAFT and (published or before is not EventStatus.SCHEDULED):
        return before
    return EventStatus.SCHEDULED if published else EventStatus.DRAFT


def _read_slowly(number: int, text: bytes) -> Line | Failure:
    """Read a line that has a fault or needs cleaning."""
    try:
        raw: Any = decode_json(text)
    except MalformedBody as error:
        return Failure(number, None, "malformed-line", error.detail.replace("The body", "The line"), "")
    if not isinstance(raw, dict):
        return Failure(number, None, "invalid-line", "A line is one JSON object.", "")
    given = raw.get("id")
    line_id = given if isinstance(given, str) and len(given) <= 200 else None
    shape = _SHAPES.get(raw["type"]) if isinstance(raw.get("type"), str) else None
    if shape is None:
        return Failure(number, line_id, "invalid-line", "type is venue, performer or event.", "/type")
    try:
        return convert_value(raw, shape)
    except InvalidBody as faults:
        return failure_of(number, line_id, faults)
