"""What the use cases of tickets need, given by the role."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from admitone.booking.contracts import ReadBooking, ReadBoughtBooking, ReadSoldTicket, ResoldPlace
from admitone.catalogue.contracts import ReadDocuments
from admitone.kit.postgres import Pool
from admitone.kit.short_codes import ShortCodes
from admitone.tickets.domain.keys import TicketKeys

ListSoldIndexes = Callable[[str], Awaitable[list[int]]]
"""event_id → indexes of its sold places, ascending."""

ListResold = Callable[[str], Awaitable[list[ResoldPlace]]]
"""event_id → its sold places that somebody else had bought before."""


@dataclass(frozen=True)
class Deps:
    """`keys` = `tickets.domain.keys.derive_keys(secret)`."""

    pool: Pool
    keys: TicketKeys
    read_sold_ticket: ReadSoldTicket
    read_booking: ReadBooking
    read_bought_booking: ReadBoughtBooking
    list_sold_indexes: ListSoldIndexes
    list_resold: ListResold
    read_documents: ReadDocuments
    codes: ShortCodes
    now: Callable[[], datetime]
