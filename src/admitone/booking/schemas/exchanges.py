"""Seats that a sold ticket can move to, and the request that moves it."""

from typing import Annotated

from msgspec import Meta, Struct

from admitone.booking.schemas.booking import Id
from admitone.booking.usecases.exchange_seat import ExchangeSeats
from admitone.kit.money import Money


class ExchangeIn(Struct, frozen=True, forbid_unknown_fields=True):
    """Move the ticket to the seat. It keeps the price that was paid."""

    ticket_id: Id
    seat: Annotated[str, Meta(min_length=1, max_length=128)]


class ExchangeSeat(Struct, frozen=True, omit_defaults=True):
    seat_id: str
    section_id: str
    section: str
    row: str
    seat: str
    price_level: str
    total: Money
    """Price and fees today; the ticket keeps what was paid."""
    seat_kind: str | None = None


class ExchangeSection(Struct, frozen=True):
    section_id: str
    name: str


class ExchangeSeatsOut(Struct, frozen=True):
    """`seats`: those at the price of the ticket that are for sale or held back. `is_cut`: ask for one section.

    `sections`: all that have such seats.
    """

    ticket_id: str
    seats: list[ExchangeSeat]
    is_cut: bool
    sections: list[ExchangeSection]


def exchange_seats_out(found: ExchangeSeats) -> ExchangeSeatsOut:
    seats = [
        ExchangeSeat(
            seat_id=seat.seat_id or "",
            section_id=seat.section_id,
            section=seat.section,
            row=seat.row or "",
            seat=seat.seat or "",
            price_level=seat.price_level,
            total=Money(seat.total, found.currency),
            seat_kind=seat.seat_kind,
        )
        for seat in found.seats
    ]
    sections = [ExchangeSection(section_id, name) for section_id, name in found.sections.items()]
    return ExchangeSeatsOut(found.ticket.ticket_id, seats, found.is_cut, sections)
