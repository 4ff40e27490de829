"""Refund amounts, in minor units, without rounding.

- A ticket is refunded at the price that was paid (after a promo code), with its fees if the organizer chooses so; the
  refund of the last tickets includes the booking fee.
- A named amount replaces that sum; the part above the tickets' prices comes out of the fees.
- An amount without tickets is goodwill: the tickets stay valid, so part of their price must stay paid.
"""

from collections.abc import Iterable, Sequence

from msgspec import Struct, structs

from admitone.booking.contracts import BookedTicket, Booking
from admitone.booking.domain.refusals import RefundNeedsTickets, UnknownTickets
from admitone.payments.contracts import RefundView


class RefundShare(Struct, frozen=True):
    """`fees` of `amount` come out of our fees; `tickets` become void."""

    tickets: tuple[BookedTicket, ...]
    amount: int
    fees: int


def refund_share(
    booking: Booking, *, ticket_ids: Sequence[str] | None, amount: int | None, refund_fees: bool, given_back: int
) -> RefundShare:
    """`given_back`: refunds of this booking so far. Raises `UnknownTickets`, `RefundNeedsTickets`."""
    if ticket_ids is None and amount is not None:
        if given_back + amount >= booking.total:
            raise RefundNeedsTickets
        return RefundShare((), amount, max(0, amount - (booking.subtotal - booking.discount)))
    tickets = _choose(booking, ticket_ids)
    prices = sum(ticket.price - ticket.discount for ticket in tickets)
    if amount is None:
        is_last = len(tickets) == sum(not ticket.refunded for ticket in booking.tickets)
        fees = sum(ticket.fees for ticket in tickets) + (booking.booking_fee if is_last else 0) if refund_fees else 0
        # Do not pay earlier goodwill twice: the last tickets get the rest.
        whole = min(prices + fees, booking.total - given_back)
        return RefundShare(tickets, whole, max(0, min(fees, whole)))
    return RefundShare(tickets, amount, max(0, amount - prices))


def resale_price(place: BookedTicket, before: BookedTicket) -> BookedTicket:
    """Return the ticket of a place at what its buyer paid: the next buyer pays neither more nor less."""
    price = before.price - before.discount
    return structs.replace(place, price=price, fees=before.fees, discount=0, total=price + before.fees)


def sum_refunds(refunds: Iterable[RefundView]) -> int:
    """Return what went back, or is on its way."""
    return sum(refund.amount for refund in refunds if refund.status in ("pending", "succeeded"))


def _choose(booking: Booking, ticket_ids: Sequence[str] | None) -> tuple[BookedTicket, ...]:
    left = {ticket.ticket_id: ticket for ticket in booking.tickets if not ticket.refunded}
    if ticket_ids is None:
        return tuple(left.values())
    unknown = [ticket_id for ticket_id in ticket_ids if ticket_id not in left]
    if unknown or len(set(ticket_ids)) != len(ticket_ids):
        raise UnknownTickets(unknown or list(ticket_ids))
    return tuple(left[ticket_id] for ticket_id in ticket_ids)
