"""What the box office sends and reads when it sells directly."""

import hashlib
from typing import Annotated, Any

from msgspec import Meta, Struct

from admitone.booking.contracts import Booking, CounterPayment
from admitone.booking.schemas.booking import Email, Id, Name, Quantity, ticket_out
from admitone.booking.schemas.organizer_events import OrganizerBookingOut, organizer_booking
from admitone.booking.usecases.sell_at_counter import CounterArea, CounterOrder
from admitone.kit.money import Money
from admitone.kit.refusal import InvalidParameter


class CounterBuyerIn(Struct, frozen=True, forbid_unknown_fields=True):
    """Whoever stands at the counter may stay unnamed; the name is printed on the tickets."""

    email: Email | None = None
    name: Name | None = None


class CounterAreaIn(Struct, frozen=True, forbid_unknown_fields=True):
    """`held_back_first`: places that are held back are taken before those that are for sale, else after them."""

    section_id: Id
    quantity: Quantity
    held_back_first: bool = False


class CounterBookingIn(Struct, frozen=True, forbid_unknown_fields=True):
    """Sell these tickets: seats by id, places without numbers, or both. `payment`: how they were paid; complimentary
    tickets cost nothing. `waive_fees`: without the fees of the tickets and of the order."""

    payment: CounterPayment
    seats: Annotated[tuple[Id, ...], Meta(max_length=1000)] = ()
    general_admission: Annotated[tuple[CounterAreaIn, ...], Meta(max_length=100)] = ()
    buyer: CounterBuyerIn | None = None
    waive_fees: bool = False


class CounterBookingOut(OrganizerBookingOut, frozen=True, kw_only=True):
    """Confirmed. `booking_token`: for the customer's own page, as a buyer online has it."""

    event_id: str
    booking_token: str
    booking_fee: Money


def counter_order(data: CounterBookingIn, *, event_id: str, key_digest: bytes | None, body: bytes) -> CounterOrder:
    """Raise `InvalidParameter` without a key: no processor's own key keeps a counter from being paid twice."""
    if key_digest is None:
        raise InvalidParameter("Idempotency-Key", "Every sale needs a key of its own, so that it is made once.")
    return CounterOrder(
        event_id=event_id,
        payment=data.payment,
        idempotency_key=key_digest,
        request_hash=hashlib.sha256(body).digest(),
        seats=data.seats,
        areas=tuple(CounterArea(one.section_id, one.quantity, one.held_back_first) for one in data.general_admission),
        waive_fees=data.waive_fees,
        buyer_email=data.buyer.email if data.buyer else None,
        buyer_name=data.buyer.name if data.buyer else None,
    )


def counter_booking_out(booking: Booking, token: str, links: Any) -> CounterBookingOut:
    """`links`: (ticket id, booking id) → signed urls."""
    tickets = [
        ticket_out(ticket, booking.currency, {} if ticket.refunded else links(ticket.ticket_id, booking.id))
        for ticket in booking.tickets
    ]
    return CounterBookingOut(
        **organizer_booking(booking, tickets),
        event_id=booking.event_id,
        booking_token=token,
        booking_fee=Money(booking.booking_fee, booking.currency),
    )
