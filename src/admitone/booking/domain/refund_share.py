"""What goes back for which tickets: written down here, in minor units, no rounding anywhere.

- Tickets go back at the price they were bought at (what a promo code took off was never paid), with their fees
  where the organizer says so; the last tickets take the booking fee along.
- A named amount takes the place of that sum; what exceeds the tickets' prices comes out of the fees.
- An amount without tickets is goodwill: the tickets stay, so something must stay paid for them.
"""

from collections.abc import Sequence

from msgspec import Struct

from admitone.booking.contracts import BookedTicket, Booking
from admitone.booking.domain.refusals import RefundNeedsTickets, UnknownTickets


class RefundShare(Struct, frozen=True):
    """`fees` of `amount` come out of our fees; `tickets` die."""

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
        # Goodwill of earlier is not paid twice: the last tickets get what is left.
        whole = min(prices + fees, booking.total - given_back)
        return RefundShare(tickets, whole, max(0, min(fees, whole)))
    return RefundShare(tickets, amount, max(0, amount - prices))


def _choose(booking: Booking, ticket_ids: Sequence[str] | None) -> tuple[BookedTicket, ...]:
    left = {ticket.ticket_id: ticket for ticket in booking.tickets if not ticket.refunded}
    if ticket_ids is None:
        return tuple(left.values())
    unknown = [ticket_id for ticket_id in ticket_ids if ticket_id not in left]
    if unknown or len(set(ticket_ids)) != len(ticket_ids):
        raise UnknownTickets(unknown or list(ticket_ids))
    return tuple(left[ticket_id] for ticket_id in ticket_ids)
