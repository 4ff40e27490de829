"""Which bookings must keep their buyer's name and address for now: held, with open money, or with a show to come."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import Enum

from msgspec import Struct

from admitone.catalogue.contracts import event_end
from admitone.kit.moments import utc_text
from admitone.kit.refusal import Kind, Refusal
from admitone.payments.contracts import OpenMoney


class Reason(Enum):
    HELD = "held"
    """Held, or being paid."""
    PAYMENT_OPEN = "payment_open"
    REFUND_PENDING = "refund_pending"
    DISPUTE_OPEN = "dispute_open"
    EVENT_AHEAD = "event_ahead"
    """The only one that an erasure may ignore: mails about a change of the show do not reach the person any more."""


class ConcernedBooking(Struct, frozen=True):
    """`starts_at` and `ends_at` None: no date is known."""

    id: str
    event_id: str
    organization_id: str
    status: str
    starts_at: datetime | None
    ends_at: datetime | None


class Obstacle(Struct, frozen=True):
    """Why one booking cannot be erased now."""

    booking_id: str
    event_id: str
    reason: Reason
    starts_at: datetime | None = None


_NAMED_MAX = 20
_WORDS = {
    Reason.HELD: "is held or being paid",
    Reason.PAYMENT_OPEN: "has a payment that is not settled",
    Reason.REFUND_PENDING: "has a refund that is not finished",
    Reason.DISPUTE_OPEN: "has a dispute at the buyer's bank",
}


class PersonNotErasable(Refusal):
    """`bookings`: those that need their buyer for now, each with its reason; nothing was erased."""

    code = "person-not-erasable"
    kind = Kind.CONFLICT

    def __init__(self, obstacles: Sequence[Obstacle]) -> None:
        named = "; ".join(f"{obstacle.booking_id} {obstacle_words(obstacle)}" for obstacle in obstacles[:_NAMED_MAX])
        more = f"; and {len(obstacles) - _NAMED_MAX} more" if len(obstacles) > _NAMED_MAX else ""
        super().__init__(
            f"Nothing was erased, because bookings need their buyer for now: {named}{more}.",
            bookings=[obstacle_document(obstacle) for obstacle in obstacles],
        )


def obstacle_words(obstacle: Obstacle) -> str:
    """Return what follows the booking's id."""
    if obstacle.reason is not Reason.EVENT_AHEAD:
        return _WORDS[obstacle.reason]
    if obstacle.starts_at is None:
        return "is for a show that has no date yet"
    return f"is for a show on {obstacle.starts_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def obstacle_document(obstacle: Obstacle) -> dict[str, str | None]:
    """Return the obstacle as JSON."""
    return {
        "booking_id": obstacle.booking_id,
        "event_id": obstacle.event_id,
        "reason": obstacle.reason.value,
        "starts_at": None if obstacle.starts_at is None else utc_text(obstacle.starts_at),
    }


_OF_MONEY = {
    OpenMoney.PAYMENT: Reason.PAYMENT_OPEN,
    OpenMoney.REFUND: Reason.REFUND_PENDING,
    OpenMoney.DISPUTE: Reason.DISPUTE_OPEN,
}


def find_obstacles(
    bookings: Sequence[ConcernedBooking], open_money: Mapping[str, OpenMoney], *, now: datetime
) -> list[Obstacle]:
    """Return at most one obstacle a booking, in the order of the bookings."""
    return [
        Obstacle(booking.id, booking.event_id, reason, booking.starts_at)
        for booking in bookings
        if (reason := _reason(booking, open_money.get(booking.id), now)) is not None
    ]


def _reason(booking: ConcernedBooking, money: OpenMoney | None, now: datetime) -> Reason | None:
    if booking.status in ("in_progress", "paying"):
        return Reason.HELD
    if money is not None:
        return _OF_MONEY[money]
    if booking.status not in ("confirmed", "partially_refunded"):
        return None
    end = event_end(booking.starts_at, booking.ends_at)
    return Reason.EVENT_AHEAD if end is None or end > now else None
