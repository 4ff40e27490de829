"""Bodies of direct sales at the box office."""

import hashlib
from collections.abc import Sequence
from typing import Annotated

from msgspec import Meta, Struct

from admitone.booking.contracts import BookedTicket, Booking, BoxOfficePayment, TicketLinks, ticket_code
from admitone.booking.schemas.booking import Email, Id, Name, Quantity, ticket_out
from admitone.booking.schemas.organizer_events import OrganizerBookingOut, organizer_booking
from admitone.booking.usecases.sell_at_box_office import BoxOfficeArea, BoxOfficeOrder
from admitone.kit.money import Money
from admitone.kit.refusal import InvalidParameter
from admitone.kit.short_codes import ShortCodes


class BoxOfficeBuyerIn(Struct, frozen=True, forbid_unknown_fields=True):
    """A box office customer may stay unnamed; a name is printed on the tickets."""

    email: Email | None = None
    name: Name | None = None


class BoxOfficeAreaIn(Struct, frozen=True, forbid_unknown_fields=True):
    """`held_back_first`: sell places that are held back before those on sale; otherwise after them."""

    section_id: Id
    quantity: Quantity
    held_back_first: bool = False


class BoxOfficeBookingIn(Struct, frozen=True, forbid_unknown_fields=True):
    """Sell these tickets: seats by id, places without numbers, or both. `payment`: how they were paid; complimentary
    tickets cost nothing. `waive_fees`: without the fees of the tickets and of the order."""

    payment: BoxOfficePayment
    seats: Annotated[tuple[Id, ...], Meta(max_length=1000)] = ()
    general_admission: Annotated[tuple[BoxOfficeAreaIn, ...], Meta(max_length=100)] = ()
    buyer: BoxOfficeBuyerIn | None = None
    waive_fees: bool = False


class BoxOfficeBookingOut(OrganizerBookingOut, frozen=True, kw_only=True):
    """A confirmed booking. `booking_token` opens the customer's booking page, as it does for online buyers."""

    booking_token: str
    booking_fee: Money


class SuggestedSeat(Struct, frozen=True):
    seat_id: str
    section: str
    row: str
    seat: str
    price_level: str


class SuggestedSeats(Struct, frozen=True):
    seats: list[SuggestedSeat]


def suggested_seats(tickets: Sequence[BookedTicket]) -> SuggestedSeats:
    return SuggestedSeats(
        [
            SuggestedSeat(ticket.seat_id or "", ticket.section, ticket.row or "", ticket.seat or "", ticket.price_level)
            for ticket in tickets
        ]
    )


def box_office_order(
    data: BoxOfficeBookingIn, *, event_id: str, key_digest: bytes | None, body: bytes
) -> BoxOfficeOrder:
    """Raise `InvalidParameter` without a key: no processor's key protects a box office sale from a repetition."""
    if key_digest is None:
        raise InvalidParameter("Idempotency-Key", "Every sale needs its own key, so that it is made once.")
    return BoxOfficeOrder(
        event_id=event_id,
        payment=data.payment,
        idempotency_key=key_digest,
        request_hash=hashlib.sha256(body).digest(),
        seats=data.seats,
        areas=tuple(
            BoxOfficeArea(area.section_id, area.quantity, area.held_back_first) for area in data.general_admission
        ),
        waive_fees=data.waive_fees,
        buyer_email=data.buyer.email if data.buyer else None,
        buyer_name=data.buyer.name if data.buyer else None,
    )


def box_office_booking_out(booking: Booking, token: str, links: TicketLinks, codes: ShortCodes) -> BoxOfficeBookingOut:
    tickets = [
        ticket_out(
            ticket,
            booking.currency,
            None if ticket.refunded else links(ticket.ticket_id, booking.id),
            ticket_code(codes, booking.id, ticket.index),
        )
        for ticket in booking.tickets
    ]
    return BoxOfficeBookingOut(
        **organizer_booking(booking, tickets, codes),
        booking_token=token,
        booking_fee=Money(booking.booking_fee, booking.currency),
    )
