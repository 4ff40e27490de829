"""My booking: the tickets, for anyone with the booking's link."""

from msgspec import Struct

from admitone.booking.contracts import BookedTicket, Booking, BookingStatus, TicketLink, booking_code, ticket_code
from admitone.kit.short_codes import spaced
from admitone.pages.contracts import Document
from admitone.pages.domain.refund_words import GivenBack, MoneyState, given_back, money_state
from admitone.pages.usecases.deps import Deps
from admitone.pages.usecases.show_checkout import show_checkout

_REFUNDED = (BookingStatus.REFUNDED, BookingStatus.PARTIALLY_REFUNDED)


class TicketCard(Struct, frozen=True):
    """`code`: the short code, as people read it."""

    ticket: BookedTicket
    link: TicketLink
    code: str


class BookingPage(Struct, frozen=True):
    """`cards`: the tickets that are still the buyer's; a cancelled event has none. `money`: of a cancelled event.
    `code`: the booking's short code, as people read it. `document`: the path of one PDF with all tickets.
    """

    booking: Booking
    code: str
    document: str
    event: Document
    cards: tuple[TicketCard, ...]
    given_back: GivenBack
    money: MoneyState | None = None


async def show_booking(deps: Deps, *, booking_id: str, token: str) -> BookingPage | None:
    """Return None before the purchase: the checkout page shows the state. Raises `booking-not-found`."""
    checkout = await show_checkout(deps, booking_id=booking_id, token=token)
    if not checkout.is_bought:
        return None
    booking = checkout.booking
    is_cancelled = checkout.event["status"] == "cancelled"
    kept = [] if is_cancelled else [ticket for ticket in booking.tickets if not ticket.refunded]
    cards = tuple(
        TicketCard(
            ticket,
            deps.ticket_links(ticket.ticket_id, booking.id),
            spaced(ticket_code(deps.codes, booking.id, ticket.index)),
        )
        for ticket in kept
    )
    refunds = await deps.list_refunds(booking.id) if is_cancelled or booking.status in _REFUNDED else []
    money = money_state(booking, refunds) if is_cancelled else None
    return BookingPage(
        booking,
        spaced(booking_code(deps.codes, booking)),
        deps.booking_documents(booking.id),
        checkout.event,
        cards,
        given_back(booking, refunds),
        money,
    )
