"""Refusals of the waiting room."""

from datetime import datetime
from typing import Any

from admitone.catalogue.contracts import EventNotFound as EventNotFound
from admitone.kit.refusal import Kind, Refusal


class QueueNotNeeded(Refusal):
    """The event has no waiting room."""

    code = "queue-not-needed"
    kind = Kind.CONFLICT

    def __init__(self, event_id: str) -> None:
        super().__init__("This event has no waiting room: check out without a pass.", event_id=event_id)


class QueueClosed(Refusal):
    """Before the pre-queue (`opens_at` says when it begins), or when the sale is over."""

    code = "queue-closed"
    kind = Kind.FORBIDDEN

    def __init__(self, event_id: str, opens_at: datetime | None) -> None:
        detail = "The sale is over." if opens_at is None else "The waiting room is not open yet."
        super().__init__(detail, event_id=event_id, opens_at=opens_at)


class QueueFull(Refusal):
    code = "queue-full"
    kind = Kind.BUSY

    def __init__(self, event_id: str) -> None:
        super().__init__("The waiting room is full.", retry_after_seconds=30, event_id=event_id)


class InvalidNonce(Refusal):
    code = "invalid-nonce"
    kind = Kind.UNPROCESSABLE

    def __init__(self) -> None:
        super().__init__("The nonce is not valid UTF-8 text.")


class ProofRequired(Refusal):
    """Solve `challenge` (ALTCHA, bound to this nonce) and join again with `proof` and the same nonce."""

    code = "proof-required"
    kind = Kind.FORBIDDEN

    def __init__(self, challenge: dict[str, Any], nonce: str, detail: str) -> None:
        super().__init__(detail, challenge=challenge, nonce=nonce)


class QueueTokenInvalid(Refusal):
    code = "queue-token-invalid"
    kind = Kind.FORBIDDEN

    def __init__(self) -> None:
        super().__init__("This queue token does not belong to this event's waiting room.")


class NotYet(Refusal):
    """`position` is how many are called before and with this place: 1 is next. `eta_seconds` at today's pace."""

    code = "not-yet"
    kind = Kind.TOO_EARLY

    def __init__(self, *, position: int | None, eta_seconds: int | None, retry_after_seconds: int) -> None:
        super().__init__(
            "It is not this place's turn yet.",
            position=position,
            eta_seconds=eta_seconds,
            retry_after_seconds=retry_after_seconds,
        )


class TurnMissed(Refusal):
    """The turn went to the next in the queue; the person can join again at the end."""

    code = "turn-missed"
    kind = Kind.GONE

    def __init__(self, event_id: str, detail: str) -> None:
        super().__init__(detail, event_id=event_id, join_url=f"/e/{event_id}/queue")


class QueueNotFound(Refusal):
    code = "queue-not-found"
    kind = Kind.NOT_FOUND

    def __init__(self) -> None:
        super().__init__("There is no such event of yours, or it has no waiting room.")


class DrawFixed(Refusal):
    """An input of the draw can no longer be changed, or not yet be entered."""

    code = "draw-fixed"
    kind = Kind.CONFLICT


class EntrantsNotPublished(Refusal):
    """The list of marks is fixed, and public, when the pre-queue ends."""

    code = "entrants-not-published"
    kind = Kind.CONFLICT

    def __init__(self, event_id: str) -> None:
        super().__init__("The list is published when the pre-queue has ended.", event_id=event_id)
