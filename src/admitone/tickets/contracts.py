"""The contract of tickets."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Literal

from msgspec import Struct

from admitone.booking.contracts import BookedTicket, Booking, TicketLink
from admitone.kit.postgres import Connection

PrintBooking = Callable[[str], Awaitable[bytes | None]]
"""booking_id → a PDF of the tickets that its buyer still has (neither refunded nor transferred); None where there are
none, or more than one document has. The caller has checked who asks. Raises `Busy`: ask again later."""

BookingDocuments = Callable[[str], str]
"""booking_id → the signed path of the document with all tickets of the booking; it needs no booking token."""

TransferState = Literal["offered", "accepted", "undone", "lapsed"]

TRANSFER_PREFIX = "trf_"
"""Ids of transfers begin with it: a holder is a transfer or a booking."""


class HeldTicket(Struct, frozen=True):
    """A valid ticket of its holder. `code`: the short code. `name`: to show on it, where the organizer wants names.
    `guest`: the name that was entered for this ticket."""

    ticket: BookedTicket
    link: TicketLink
    code: str
    name: str | None
    is_used: bool
    guest: str | None = None


class GivenTransfer(Struct, frozen=True):
    """What a holder has offered. `friend`: as the holder names them."""

    id: str
    friend: str
    state: TransferState
    expires_at: datetime
    tickets: tuple[BookedTicket, ...]


class Holding(Struct, frozen=True):
    """The tickets of a buyer (`holder_id` is the booking) or of a person who accepted a transfer (its id).

    `tickets`: the valid ones. `refunded`: refunded to the buyer since. `open_until`: until when tickets can be
    transferred; None: no deadline. `closed`: why they cannot (off | ended | event-cancelled). `asks_names`: the holder
    can enter the names of guests now.
    """

    holder_id: str
    booking: Booking
    name: str | None
    tickets: tuple[HeldTicket, ...]
    refunded: tuple[BookedTicket, ...]
    given: tuple[GivenTransfer, ...]
    open_until: datetime | None
    closed: str | None
    asks_names: bool = False

    @property
    def renewable(self) -> tuple[HeldTicket, ...]:
        """The tickets whose codes the holder can make void: unused, and not on their way to a friend."""
        if self.closed is not None:
            return ()
        offered = {ticket.ticket_id for given in self.given if given.state == "offered" for ticket in given.tickets}
        return tuple(held for held in self.tickets if not held.is_used and held.ticket.ticket_id not in offered)


class Offer(Struct, frozen=True):
    """An offer that was made. `code` opens it, once accepted nothing more; only its hash is stored."""

    transfer_id: str
    code: str
    friend: str
    expires_at: datetime
    tickets: tuple[BookedTicket, ...]


class OfferView(Struct, frozen=True):
    """An offer to the person who has its link. `giver`: the name of the person who offers."""

    transfer_id: str
    event_id: str
    giver: str | None
    friend: str
    state: TransferState
    expires_at: datetime
    tickets: tuple[BookedTicket, ...]
    is_refunded: bool


class TransferNews(Struct, frozen=True):
    """What happened to a transfer, for the people whom it concerns. `code`: of the offer's link, when it is made.
    `holder_name`, `holder_email`: of the person who accepted."""

    kind: Literal["offered", "accepted", "undone"]
    transfer_id: str
    event_id: str
    booking_id: str
    giver_id: str
    friend: str
    friend_email: str | None
    expires_at: datetime
    ticket_ids: tuple[str, ...]
    code: str | None = None
    holder_name: str | None = None
    holder_email: str | None = None


AnnounceTransfer = Callable[[Connection, TransferNews], Awaitable[None]]
"""Called in the transaction that makes the news."""

ReadHolding = Callable[[str], Awaitable[Holding]]
"""holder_id → what the holder has. The caller has checked who asks. Raises `TransferNotFound`, `TicketNotFound`."""

OfferTickets = Callable[[str, tuple[str, ...], str, str | None], Awaitable[Offer]]
"""(holder_id, ticket_ids, friend, the friend's mail address or None). The caller has checked who asks."""

NameTickets = Callable[[str, Mapping[str, str]], Awaitable[None]]
"""(holder_id, ticket id → the guest's name). The caller has checked who asks."""

UndoOffer = Callable[[str, str], Awaitable[None]]
"""(holder_id, transfer_id). The caller has checked who asks."""

ReadOffer = Callable[[str], Awaitable[OfferView]]
"""The code of an offer's link → the offer. Raises `TransferNotFound`."""

RenewTickets = Callable[[str], Awaitable[str | None]]
"""booking_id → the transfer's id, under which the buyer has the tickets with new codes; None: nothing to renew. The
caller has checked who asks."""

AcceptOffer = Callable[[str, str, str, str | None], Awaitable[str]]
"""(code, name, mail address, idempotency key of the form) → the transfer's id, under which its holder has the
tickets."""
