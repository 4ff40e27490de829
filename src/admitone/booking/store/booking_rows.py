"""Convert rows of booking.bookings to data, and tickets to and from their column."""

from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from admitone.booking.contracts import BookedTicket, Booking, BookingStatus, BoxOfficePayment
from admitone.booking.domain.sale_plan import ticket_id

Row = dict[str, Any]


class StoredTicket(Struct, frozen=True, array_like=True, gc=False):
    """A `BookedTicket` as an array, whose order never changes: half the bytes in every version of the row."""

    index: int
    section_id: str
    section: str
    price_level_id: str
    price_level: str
    price: int
    fees: int
    row: str | None
    seat: str | None
    seat_id: str | None


class DiscountedTicket(StoredTicket, frozen=True, array_like=True, gc=False):
    """A ticket with a promo code: the price before, and the discount."""

    discount: int = 0


class MarkedTicket(DiscountedTicket, frozen=True, array_like=True, gc=False):
    """A ticket for a wheelchair place or a companion seat."""

    seat_kind: str | None = None


class ExchangedTicket(MarkedTicket, frozen=True, array_like=True, gc=False):
    """A ticket that moved to its place from another one."""

    exchanged_at: datetime | None = None


class StoredBooking(Struct, frozen=True):
    """A booking with the members that only this slice uses. `is_recorded`: payments has a row of this attempt.

    `pass_ref`: the waiting room's pass that it was made with.
    """

    booking: Booking
    attempt: int
    request_hash: bytes | None
    is_recorded: bool = False
    pass_ref: str | None = None
    client_key: str | None = None
    block_key: str | None = None
    paying_since: datetime | None = None
    is_withheld: bool = False
    """The statement that freed its places keeps some for the waiting list: an offer is due."""


def stored_booking(row: Row) -> StoredBooking:
    """Convert a row of booking.bookings."""
    stored = msgspec.convert(row["tickets"], tuple[ExchangedTicket, ...])
    paid_there = row["counter_payment"]
    discount = sum(ticket.discount for ticket in stored)
    return StoredBooking(
        booking=Booking(
            id=row["id"],
            event_id=row["event_id"],
            organization_id=row["organization_id"],
            status=BookingStatus(row["status"]),
            tickets=tuple(_booked(ticket, row["event_id"], ticket.index in row["refunded"]) for ticket in stored),
            subtotal=row["subtotal"] + discount,
            fees=row["fees"],
            total=row["subtotal"] + row["fees"],
            currency=row["currency"],
            created_at=row["created_at"],
            expires_at=row["expires_at"],
            confirmed_at=row["confirmed_at"],
            buyer_email=row["buyer_email"],
            buyer_name=row["buyer_name"],
            discount=discount,
            booking_fee=row["fees"] - sum(ticket.fees for ticket in stored),
            promo_code=row["promo_code"],
            box_office_payment=None if paid_there is None else BoxOfficePayment(paid_there),
            is_resale=bool(row["is_resale"]),
            link_version=row["link_version"] or 0,
        ),
        attempt=row["attempt"],
        request_hash=row["request_hash"],
        pass_ref=row["pass_ref"],
        client_key=row["client_key"],
        block_key=row["block_key"],
        paying_since=row["paying_since"],
        is_withheld=row.get("is_withheld", False),
    )


def stored_text(tickets: tuple[BookedTicket, ...]) -> str:
    """Return tickets in the format of `booking.bookings`."""
    return msgspec.json.encode([_stored(ticket) for ticket in tickets]).decode()


def _stored(ticket: BookedTicket) -> StoredTicket:
    known = (
        ticket.index,
        ticket.section_id,
        ticket.section,
        ticket.price_level_id,
        ticket.price_level,
        ticket.price,
        ticket.fees,
    )
    if ticket.exchanged_at:
        return ExchangedTicket(
            *known,
            ticket.row,
            ticket.seat,
            ticket.seat_id,
            ticket.discount,
            ticket.seat_kind,
            ticket.exchanged_at,
        )
    if ticket.seat_kind:
        return MarkedTicket(*known, ticket.row, ticket.seat, ticket.seat_id, ticket.discount, ticket.seat_kind)
    if ticket.discount:
        return DiscountedTicket(*known, ticket.row, ticket.seat, ticket.seat_id, ticket.discount)
    return StoredTicket(*known, ticket.row, ticket.seat, ticket.seat_id)


def _booked(ticket: ExchangedTicket, event_id: str, refunded: bool) -> BookedTicket:
    return BookedTicket(
        ticket_id=ticket_id(event_id, ticket.index),
        index=ticket.index,
        section_id=ticket.section_id,
        section=ticket.section,
        price_level_id=ticket.price_level_id,
        price_level=ticket.price_level,
        price=ticket.price,
        fees=ticket.fees,
        total=ticket.price - ticket.discount + ticket.fees,
        row=ticket.row,
        seat=ticket.seat,
        seat_id=ticket.seat_id,
        discount=ticket.discount,
        refunded=refunded,
        seat_kind=ticket.seat_kind,
        exchanged_at=ticket.exchanged_at,
    )
