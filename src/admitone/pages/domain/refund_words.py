"""What went back, in a buyer's words."""

from collections.abc import Sequence

from msgspec import Struct

from admitone.booking.contracts import Booking
from admitone.payments.contracts import RefundView

_ON_ITS_WAY = ("pending", "succeeded")
_LINES = {
    "pending": "On its way to the card that paid",
    "succeeded": "Paid back to the card; a bank takes up to ten days to show it",
}
_AT_THE_COUNTER = "Paid out at the box office, where it was paid"
_NOT_PAID = "It could not be paid to that card: ask the organizer"


class RefundLine(Struct, frozen=True):
    """One line of the receipt; `is_paid` False: it did not reach the buyer, and counts for nothing."""

    amount: int
    words: str
    is_paid: bool
    day: str


class GivenBack(Struct, frozen=True):
    """`amount` went back, or is on its way; `kept`: what stays paid. Minor units."""

    lines: tuple[RefundLine, ...]
    amount: int
    kept: int


def given_back(booking: Booking, refunds: Sequence[RefundView]) -> GivenBack:
    lines = tuple(
        RefundLine(
            one.amount,
            _LINES.get(one.status, _NOT_PAID) if one.method is None else _AT_THE_COUNTER,
            one.status in _ON_ITS_WAY,
            f"{one.created_at.day} {one.created_at:%b %Y}",
        )
        for one in refunds
    )
    amount = sum(line.amount for line in lines if line.is_paid)
    return GivenBack(lines, amount, booking.total - amount)
