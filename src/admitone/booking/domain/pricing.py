"""The price of an order, with all rounding rules (docs/reference/money.md describes them).

- Amounts are integers of minor units, and multiples of the currency's step (`kit.money.amount_step`).
- A percentage reduces each ticket's price separately, rounded to the step, halves in the buyer's favour.
- A fixed amount reduces the order, at most by the sum of the prices. It is spread over the tickets by their prices
  (largest remainder, the first ticket first), so that each ticket has a refundable price.
- Fees are not discounted. Every order that is not free without it pays the booking fee once.
"""

from collections.abc import Sequence

import msgspec
from msgspec import Struct

from admitone.booking.contracts import BookedTicket
from admitone.booking.domain.refusals import InvalidPromoCode, TotalBelowMinimum
from admitone.kit.money import Money, amount_step


class Discount(Struct, frozen=True):
    """Either `percent` (1–100) or `amount` (minor units of the event's currency)."""

    percent: int | None = None
    amount: int | None = None


class OrderPrice(Struct, frozen=True):
    """`total` = `subtotal` − `discount` + `fees`; `fees` include the `booking_fee`."""

    subtotal: int
    discount: int
    fees: int
    booking_fee: int
    total: int


def price_order(tickets: Sequence[BookedTicket], booking_fee: int) -> OrderPrice:
    """Return the totals of an order whose tickets are discounted already."""
    subtotal = sum(ticket.price for ticket in tickets)
    discount = sum(ticket.discount for ticket in tickets)
    fees = sum(ticket.fees for ticket in tickets)
    due = subtotal - discount + fees
    charged = booking_fee if due else 0
    return OrderPrice(subtotal, discount, fees + charged, charged, due + charged)


def apply_discount(tickets: Sequence[BookedTicket], discount: Discount, currency: str) -> tuple[BookedTicket, ...]:
    """Return the tickets at their prices with this discount, which replaces an earlier one."""
    step = amount_step(currency)
    prices = [ticket.price for ticket in tickets]
    if discount.percent is not None:
        shares = [_percentage(price, discount.percent, step) for price in prices]
    else:
        shares = _spread(discount.amount or 0, prices, step)
    return tuple(
        msgspec.structs.replace(ticket, discount=share, total=ticket.price - share + ticket.fees)
        for ticket, share in zip(tickets, shares, strict=True)
    )


def check_charge(price: OrderPrice, currency: str, *, smallest: int, has_promo: bool) -> None:
    """Raise if the total is above zero but below `smallest`, the smallest amount that the processor charges.

    `InvalidPromoCode` (`below-minimum`) if a promo code caused it, else `TotalBelowMinimum`. Checked at the hold,
    before the buyer enters payment data.
    """
    total = price.total
    if total == 0 or total >= smallest:
        return
    if has_promo:
        raise InvalidPromoCode("below-minimum")
    raise TotalBelowMinimum(total=Money(total, currency), minimum=Money(smallest, currency))


def _percentage(price: int, percent: int, step: int) -> int:
    rounded = (price * percent * 2 + 100 * step) // (200 * step) * step
    return min(price, rounded)


def _spread(amount: int, prices: Sequence[int], step: int) -> list[int]:
    """Return a share a price, none above its price; they sum to the amount, or to all the prices."""
    units = [price // step for price in prices]
    whole = sum(units)
    wanted = min(amount // step, whole)
    if not wanted:
        return [0] * len(prices)
    shares = [wanted * unit // whole for unit in units]
    remainders = [(wanted * unit % whole, -place) for place, unit in enumerate(units)]
    # A share that is rounded up has a remainder, so it is below the ticket's price: one more unit still fits.
    for _, place in sorted(remainders, reverse=True)[: wanted - sum(shares)]:
        shares[-place] += 1
    return [share * step for share in shares]
