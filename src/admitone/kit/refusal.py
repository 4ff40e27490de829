"""Refusals: the expected errors of the product.

A Refusal has a stable `code`, a `kind`, and typed members that tell the caller what to do next. The module of the rule
raises it, as a subclass named for the fact (`SeatsTaken`, `HoldExpired`). Any other exception is a defect. Only
`kit.http.problem` turns kinds into HTTP statuses.
"""

from enum import Enum
from typing import Any, ClassVar


class Kind(Enum):
    """Why it is refused, independent of HTTP."""

    MALFORMED = "malformed"  # the request cannot be read
    UNAUTHENTICATED = "unauthenticated"
    UNPAID = "unpaid"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    GONE = "gone"
    STALE = "stale"  # the caller's version is not the current one
    TOO_LARGE = "too_large"
    UNSUPPORTED = "unsupported"  # media type
    UNPROCESSABLE = "unprocessable"  # the request can be read, and breaks a rule
    TOO_EARLY = "too_early"
    TOO_MANY = "too_many"
    BUSY = "busy"


class Refusal(Exception):
    """Base of every expected error. `members` appear in the answer beside `code` and `detail`."""

    code: ClassVar[str]
    kind: ClassVar[Kind]

    def __init__(self, detail: str, *, retry_after_seconds: int | None = None, **members: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.retry_after_seconds = retry_after_seconds
        self.members = members


class InvalidParameter(Refusal):
    """A query or path parameter that is unknown or malformed; `parameter` names it."""

    code = "invalid-parameter"
    kind = Kind.MALFORMED

    def __init__(self, parameter: str, detail: str) -> None:
        super().__init__(detail, parameter=parameter)


class MalformedBody(Refusal):
    """The body is not JSON (or not UTF-8, or nested too deeply)."""

    code = "malformed-body"
    kind = Kind.MALFORMED


FAULTS_MAX = 100
"""The most faults that one answer lists: a longer list helps no caller."""


class InvalidBody(Refusal):
    """The body is JSON and breaks rules: `errors` lists {pointer, detail} (RFC 6901), at most `FAULTS_MAX` of them."""

    code = "invalid-body"
    kind = Kind.UNPROCESSABLE

    def __init__(self, faults: "list[Fault]") -> None:
        shown = "; ".join(f"{pointer or '/'}: {detail}" for pointer, detail in faults[:3])
        count = f"{len(faults) - 3} more" if len(faults) <= FAULTS_MAX else "more"
        more = f"; and {count}" if len(faults) > 3 else ""
        super().__init__(
            shown + more,
            errors=[{"pointer": pointer, "detail": detail} for pointer, detail in faults[:FAULTS_MAX]],
        )


class BodyTooLarge(Refusal):
    code = "body-too-large"
    kind = Kind.TOO_LARGE


class Busy(Refusal):
    """Load is shed, or a server that we need does not answer: try again after `retry_after_seconds`."""

    code = "busy"
    kind = Kind.BUSY

    def __init__(
        self, detail: str = "The service is busy. Try again shortly.", *, retry_after_seconds: int = 1
    ) -> None:
        super().__init__(detail, retry_after_seconds=retry_after_seconds)


class IdempotencyKeyReused(Refusal):
    code = "idempotency-key-reused"
    kind = Kind.UNPROCESSABLE

    def __init__(self) -> None:
        super().__init__("This Idempotency-Key came before with another request.")


class RequestInProgress(Refusal):
    code = "request-in-progress"
    kind = Kind.CONFLICT

    def __init__(self) -> None:
        super().__init__("A request with this Idempotency-Key is still running.", retry_after_seconds=1)


Fault = tuple[str, str]
"""(JSON pointer, the fault there)."""
