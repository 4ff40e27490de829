"""Explain refunds to buyers, and the state of the money after a cancellation."""

from collections.abc import Sequence
from enum import Enum

from msgspec import Struct

from admitone.booking.contracts import Booking
from admitone.payments.contracts import RefundView

_ON_ITS_WAY = ("pending", "succeeded")
_LINES = {
    "pending": "On its way to your card",
    "succeeded": "Paid back to your card. Your bank may take up to ten days to show it",
}
_AT_THE_BOX_OFFICE = "Paid out at the box office"
_NOT_PAID = "The card did not accept it: ask the organizer"


class RefundLine(Struct, frozen=True):
    """One line of the receipt; `is_paid` False: it did not reach the buyer, and does not count."""

    amount: int
    words: str
    is_paid: bool
    day: str


class GivenBack(Struct, frozen=True):
    """`amount` was refunded or is on its way; `kept`: the amount that stays paid. Minor units."""

    lines: tuple[RefundLine, ...]
    amount: int
    kept: int


class MoneyState(Enum):
    """The state of the refund of a cancelled event's booking."""

    FREE = "free"  # nothing was paid
    NOT_ORDERED = "not_ordered"  # no refund is ordered, or only a partial one
    ON_ITS_WAY = "on_its_way"
    PAID_BACK = "paid_back"
    FAILED = "failed"  # a refund did not reach the buyer


def money_state(booking: Booking, refunds: Sequence[RefundView]) -> MoneyState:
    """Return the worst state that applies: a buyer must learn that money is missing."""
    if booking.total == 0:
        return MoneyState.FREE
    going = [refund for refund in refunds if refund.status in _ON_ITS_WAY]
    if sum(refund.amount for refund in going) < booking.total:
        return MoneyState.FAILED if len(going) < len(refunds) else MoneyState.NOT_ORDERED
    is_pending = any(refund.status == "pending" for refund in going)
    return MoneyState.ON_ITS_WAY if is_pending else MoneyState.PAID_BACK


def booking_amounts(booking: Booking, refunds: GivenBack | None = None) -> list[int]:
    """Return every amount that a page of the booking shows, in minor units."""
    sums = [booking.total, booking.subtotal, booking.fees, booking.discount or 0, booking.booking_fee or 0]
    tickets = [amount for ticket in booking.tickets for amount in (ticket.price, ticket.fees, ticket.total)]
    back = [refunds.kept, *(line.amount for line in refunds.lines)] if refunds else []
    return [*sums, *tickets, *back]


def given_back(booking: Booking, refunds: Sequence[RefundView]) -> GivenBack:
    lines = tuple(
        RefundLine(
            refund.amount,
            _LINES.get(refund.status, _NOT_PAID) if refund.method is None else _AT_THE_BOX_OFFICE,
            refund.status in _ON_ITS_WAY,
            f"{refund.created_at.day} {refund.created_at:%b %Y}",
        )
        for refund in refunds
    )
    amount = sum(line.amount for line in lines if line.is_paid)
    return GivenBack(lines, amount, booking.total - amount)
