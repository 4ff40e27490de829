"""My booking: the tickets, for anyone with the booking's link."""

from msgspec import Struct

from admitone.booking.contracts import BookedTicket, Booking, BookingStatus, TicketLink
from admitone.booking.contracts.resale import ReturnOffer
from admitone.pages.contracts import Document
from admitone.pages.domain.refund_words import GivenBack, MoneyState, given_back, money_state
from admitone.pages.usecases.deps import Deps
from admitone.pages.usecases.show_checkout import show_checkout

_REFUNDED = (BookingStatus.REFUNDED, BookingStatus.PARTIALLY_REFUNDED)


class TicketCard(Struct, frozen=True):
    ticket: BookedTicket
    link: TicketLink


class BookingPage(Struct, frozen=True):
    """`cards`: the tickets that are still the buyer's; a cancelled event has none. `money`: of a cancelled event."""

    booking: Booking
    event: Document
    cards: tuple[TicketCard, ...]
    given_back: GivenBack
    money: MoneyState | None = None
    returns: ReturnOffer | None = None
    """What the buyer can give back; None: nothing."""


async def show_booking(deps: Deps, *, booking_id: str, token: str) -> BookingPage | None:
    """Return None before the purchase: the checkout page shows the state. Raises `booking-not-found`."""
    checkout = await show_checkout(deps, booking_id=booking_id, token=token)
    if not checkout.is_bought:
        return None
    booking = checkout.booking
    is_cancelled = checkout.event["status"] == "cancelled"
    kept = [] if is_cancelled else [ticket for ticket in booking.tickets if not ticket.refunded]
    cards = tuple(TicketCard(ticket, deps.ticket_links(ticket.ticket_id, booking.id)) for ticket in kept)
    refunds = await deps.list_refunds(booking.id) if is_cancelled or booking.status in _REFUNDED else []
    money = money_state(booking, refunds) if is_cancelled else None
    returns = await deps.read_return_offer(booking.id, token) if cards else None
    if returns is not None and not returns.tickets:
        returns = None
    return BookingPage(booking, checkout.event, cards, given_back(booking, refunds), money, returns)
