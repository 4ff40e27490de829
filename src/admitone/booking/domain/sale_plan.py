"""The sale plan of an event: its terms applied to its seat map."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import msgspec

from admitone.booking.contracts import BookedTicket
from admitone.booking.domain.refusals import (
    EventCancelled,
    EventNotFound,
    SaleNotOpen,
    UnknownPriceLevel,
    UnknownSeat,
    UnknownSection,
)
from admitone.booking.domain.seat_index import SeatIndex
from admitone.catalogue.contracts import Area, EventStatus, PriceLevel, SaleTerms, sale_end


@dataclass(frozen=True)
class SalePlan:
    """Immutable; rebuilt when the terms' revision changes."""

    terms: SaleTerms
    seat_index: SeatIndex
    issued_digest: str | None = None
    """The inventory that the event's tickets were issued for; None: they are issued at the first use."""

    @cached_property
    def is_inventory_outdated(self) -> bool:
        """Whether tickets were issued for another inventory: the inventory is reissued before a ticket is sold."""
        return self.issued_digest not in (None, inventory_digest(self.terms))

    @cached_property
    def levels(self) -> dict[str, PriceLevel]:
        return {level.id: level for level in self.terms.price_levels}

    @cached_property
    def areas(self) -> dict[str, Area]:
        return {area.id: area for area in self.terms.areas}

    @cached_property
    def sections(self) -> frozenset[str]:
        return frozenset(seat.section_id for seat in self.seat_index.seats)

    @cached_property
    def level_of_category(self) -> dict[str, PriceLevel]:
        return {category: level for level in self.terms.price_levels for category in level.categories}

    @cached_property
    def level_of_repriced(self) -> dict[int, PriceLevel]:
        """Seats at another price level than their category's."""
        return {
            index: level
            for level in self.terms.price_levels
            for first, last in level.seat_ranges
            for index in range(first, last + 1)
        }

    def level_of_seat(self, index: int) -> PriceLevel | None:
        """Return the price level of a seat, or None if its category is not for sale.

        Repricing never changes whether a seat is for sale, and needs no new ticket.
        """
        level = self.level_of_category.get(self.seat_index.seats[index].category)
        return level if level is None else self.level_of_repriced.get(index, level)

    @cached_property
    def level_ids(self) -> tuple[str | None, ...]:
        """The price level of every seat, by index."""
        return tuple(map(self.level_id_of_seat, range(len(self.seat_index.seats))))

    def level_id_of_seat(self, index: int) -> str | None:
        level = self.level_of_seat(index)
        return None if level is None else level.id

    @cached_property
    def released(self) -> frozenset[int]:
        """Wheelchair places and companion seats on general sale."""
        return frozenset(index for first, last in self.terms.open_seats for index in range(first, last + 1))

    @cached_property
    def reserved(self) -> frozenset[int]:
        """Wheelchair places and companion seats that are sold only on request; mostly empty.

        Excludes those that the organizer released for general sale. A companion seat is reserved while its wheelchair
        place is.
        """
        if not self.seat_index.wheelchair_places:
            return frozenset()
        released = self.released
        places = {i for i in self.seat_index.wheelchair_places - released if self.level_of_seat(i) is not None}
        companions = {
            seat for seat, place in self.seat_index.place_of.items() if place in places and seat not in released
        }
        return frozenset(places | companions)

    def seat_indexes(self, seat_ids: Iterable[str]) -> list[int]:
        """Return the indexes of seats, sorted (locks are taken in one order). Raises `UnknownSeat`."""
        known = self.seat_index.index_by_seat_id
        unknown = [seat_id for seat_id in seat_ids if seat_id not in known]
        if unknown:
            raise UnknownSeat(unknown)
        return sorted(known[seat_id] for seat_id in seat_ids)

    def area(self, section_id: str) -> Area:
        """Return a general-admission section. Raises `UnknownSection`."""
        if section_id not in self.areas:
            raise UnknownSection(section_id)
        return self.areas[section_id]

    def check_filter(self, section_id: str | None, price_level_id: str | None) -> None:
        """Raise `UnknownSection` or `UnknownPriceLevel` if a filter names something that the event does not have."""
        if section_id is not None and section_id not in self.sections and section_id not in self.areas:
            raise UnknownSection(section_id)
        if price_level_id is not None and price_level_id not in self.levels:
            raise UnknownPriceLevel(price_level_id)

    def seat_ticket(self, index: int) -> BookedTicket:
        """Return the ticket for a numbered seat at today's price."""
        seat, level = self.seat_index.seats[index], self.level_of_seat(index)
        assert level is not None, "only seats that are for sale become tickets"
        return BookedTicket(
            ticket_id=ticket_id(self.terms.event_id, index),
            index=index,
            section_id=seat.section_id,
            section=seat.section,
            price_level_id=level.id,
            price_level=level.name,
            price=level.amount,
            fees=level.fee,
            total=level.amount + level.fee,
            row=seat.row,
            seat=seat.number,
            seat_id=seat.id,
            seat_kind=self._kind_of_reserved(index) if index in self.reserved else None,
        )

    def _kind_of_reserved(self, index: int) -> str:
        return "wheelchair_place" if index in self.seat_index.wheelchair_places else "companion_seat"

    def area_ticket(self, area: Area, index: int) -> BookedTicket:
        """Return the ticket for a general-admission place at today's price."""
        level = self.levels[area.price_level_id]
        return BookedTicket(
            ticket_id=ticket_id(self.terms.event_id, index),
            index=index,
            section_id=area.id,
            section=area.name,
            price_level_id=level.id,
            price_level=level.name,
            price=level.amount,
            fees=level.fee,
            total=level.amount + level.fee,
        )

    def check_open(self, now: datetime) -> None:
        """Raise `EventNotFound`, `EventCancelled` or `SaleNotOpen` unless tickets are sold at `now`."""
        terms = self.terms
        if terms.status is EventStatus.CANCELLED:
            raise EventCancelled(terms.event_id)
        if not terms.published:
            raise EventNotFound(terms.event_id)
        if terms.status is EventStatus.POSTPONED:
            raise SaleNotOpen(closed_at=now)
        if terms.on_sale_at is not None and now < terms.on_sale_at:
            raise SaleNotOpen(opens_at=terms.on_sale_at, timezone=terms.timezone)
        closes_at = sale_end(starts_at=terms.starts_at, ends_at=terms.ends_at, off_sale_at=terms.off_sale_at)
        if closes_at is not None and now >= closes_at:
            raise SaleNotOpen(closed_at=closes_at)


def inventory_digest(terms: SaleTerms) -> str:
    """Return a digest that changes if the terms need other tickets (not if only prices change)."""
    levels = {category: level.id for level in terms.price_levels for category in level.categories}
    areas = [(area.id, area.capacity, area.price_level_id) for area in terms.areas]
    content = msgspec.json.encode([terms.seat_map_id, sorted(levels.items()), areas])
    return hashlib.blake2b(content, digest_size=12).hexdigest()


def ticket_id(event_id: str, index: int) -> str:
    """`evt_01j…`, 17 → `tkt_01j…_17`: opaque to clients; `tickets` reads event and place from it."""
    return f"tkt_{event_id.removeprefix('evt_')}_{index}"
