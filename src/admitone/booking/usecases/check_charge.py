"""What is left to pay must be nothing, or so much that it can be charged: said at once, not when somebody pays."""

from collections.abc import Sequence

from admitone.booking.contracts import BookedTicket
from admitone.booking.domain.pricing import price_order
from admitone.booking.domain.refusals import InvalidPromoCode, TotalBelowMinimum
from admitone.booking.usecases.deps import Deps
from admitone.kit.money import Money


def check_charge(
    deps: Deps, *, tickets: Sequence[BookedTicket], booking_fee: int, currency: str, has_promo: bool
) -> None:
    """Raises `InvalidPromoCode` (`below-minimum`) where a code led there, else `TotalBelowMinimum`."""
    if deps.smallest_charge is None:
        return
    total, smallest = price_order(tickets, booking_fee).total, deps.smallest_charge(currency)
    if total == 0 or total >= smallest:
        return
    if has_promo:
        raise InvalidPromoCode("below-minimum")
    raise TotalBelowMinimum(total=Money(total, currency), minimum=Money(smallest, currency))
