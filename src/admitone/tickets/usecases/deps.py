"""Dependencies of the use cases of tickets; the role provides them."""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from admitone.booking.contracts import LockSoldPlaces, ReadBooking, ReadBoughtBooking, ReadSoldTicket, ResoldPlace
from admitone.catalogue.contracts import ReadDocuments
from admitone.kit.postgres import Connection, Pool
from admitone.kit.short_codes import ShortCodes
from admitone.organizers.contracts.settings import ReadSeller, Seller
from admitone.tickets.contracts import AnnounceTransfer, TransferNews
from admitone.tickets.domain.keys import TicketKeys

_CODE_BYTES = 16


async def announce_nothing(_conn: Connection, _news: TransferNews) -> None:
    """Without mail, only its pages inform about a transfer."""


async def no_seller(_organization_id: str) -> Seller | None:
    """Where no organizations are plugged in, tickets name no seller."""
    return None


def new_code() -> str:
    return secrets.token_urlsafe(_CODE_BYTES)


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
    lock_sold_places: LockSoldPlaces
    is_holder_token: Callable[[str, str], Awaitable[bool]]
    """(holder_id, token) → whether it is the booking token of a booking, or the token of an accepted transfer."""
    issue_holder_token: Callable[[str], str]
    codes: ShortCodes
    now: Callable[[], datetime]
    public_url: str = ""
    """The base of the links that people get."""
    announce: AnnounceTransfer = announce_nothing
    read_seller: ReadSeller = no_seller
    new_code: Callable[[], str] = new_code
    """The code of an offer's link."""
