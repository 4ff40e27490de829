"""My booking: the tickets, for anyone with the booking's link."""

from msgspec import Struct

from admitone.booking.contracts import Booking, BookingStatus, booking_code
from admitone.booking.contracts.resale import ReturnOffer
from admitone.kit.short_codes import spaced
from admitone.pages.contracts import Document
from admitone.pages.domain.refund_words import GivenBack, MoneyState, given_back, money_state
from admitone.pages.usecases.deps import Deps
from admitone.pages.usecases.show_checkout import show_checkout
from admitone.tickets.contracts import HeldTicket, Holding

_REFUNDED = (BookingStatus.REFUNDED, BookingStatus.PARTIALLY_REFUNDED)


class BookingPage(Struct, frozen=True):
    """`cards`: the tickets that are still the buyer's; a cancelled event has none. `money`: of a cancelled event.
    `code`: the booking's short code, as people read it. `document`: the path of one PDF with all tickets.
    """

    booking: Booking
    code: str
    document: str
    event: Document
    holding: Holding
    cards: tuple[HeldTicket, ...]
    given_back: GivenBack
    money: MoneyState | None = None
    returns: ReturnOffer | None = None
    """The tickets that the buyer can return, or offers; None: none."""

    @property
    def on_offer(self) -> frozenset[str]:
        """The ids of tickets that the buyer offers."""
        return frozenset(ticket.ticket_id for ticket in self.returns.on_offer) if self.returns else frozenset()

    @property
    def refunded(self) -> int:
        """How many tickets were refunded."""
        return len(self.holding.refunded)

    @property
    def transferred(self) -> int:
        """How many tickets friends have accepted."""
        return len(self.booking.tickets) - len(self.holding.tickets) - self.refunded


async def show_booking(deps: Deps, *, booking_id: str, token: str) -> BookingPage | None:
    """Return None before the purchase: the checkout page shows the state. Raises `booking-not-found`."""
    checkout = await show_checkout(deps, booking_id=booking_id, token=token)
    if not checkout.is_bought:
        return None
    booking = checkout.booking
    is_cancelled = checkout.event["status"] == "cancelled"
    holding = await deps.read_holding(booking.id)
    cards = () if is_cancelled else holding.tickets
    returns = await deps.read_return_offer(booking.id, token) if cards else None
    refunds = await deps.list_refunds(booking.id) if is_cancelled or booking.status in _REFUNDED else []
    return BookingPage(
        booking=booking,
        code=spaced(booking_code(deps.codes, booking)),
        document=deps.booking_documents(booking.id),
        event=checkout.event,
        holding=holding,
        cards=cards,
        given_back=given_back(booking, refunds),
        money=money_state(booking, refunds) if is_cancelled else None,
        returns=returns if returns is not None and (returns.tickets or returns.on_offer) else None,
    )
