"""The contract of returned tickets and the waiting list."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from enum import Enum
from typing import Any

from msgspec import Struct

from admitone.booking.contracts import Booking, Client
from admitone.kit.postgres import Connection


class ReturnMode(Enum):
    """Whether buyers give tickets back, and when they get the money."""

    OFF = "off"
    AT_ONCE = "at_once"
    WHEN_SOLD = "when_sold"
    """The ticket stays the buyer's, and is offered to the waiting list; the sale to another person voids it."""


class WaitingListMode(Enum):
    """Whether people wait for freed places of a sold-out event, and in which order places are offered."""

    OFF = "off"
    IN_ORDER = "in_order"
    DRAW = "draw"
    """In an order that is drawn at `draw_at`; who joins later waits behind, in the order of arrival."""


class ResaleTerms(Struct, frozen=True):
    """How an event takes tickets back and offers freed places. The values are those of an event without its own."""

    returns: ReturnMode = ReturnMode.OFF
    returns_until: datetime | None = None
    """None: until the doors open, or the event starts; never later."""
    refund_fees: bool = True
    """Whether a return refunds the fees of the tickets too."""
    waiting_list: WaitingListMode = WaitingListMode.IN_ORDER
    offer_seconds: int = 1800
    """How long an offer lasts; shorter near the end of the sale."""
    draw_at: datetime | None = None
    """When the order is drawn; set if `waiting_list` is `draw`."""


class EntryState(Enum):
    """waiting → offered → bought | missed | declined; waiting → left | ended (nothing to wait for any more)."""

    WAITING = "waiting"
    OFFERED = "offered"
    BOUGHT = "bought"
    MISSED = "missed"
    DECLINED = "declined"
    LEFT = "left"
    ENDED = "ended"


class WaitingEntry(Struct, frozen=True):
    """A person's place on the waiting list of an event. `price_level_id` None: any. `draw_at`: while the order is not
    drawn yet, when it will be; then there is no position."""

    id: str
    event_id: str
    state: EntryState
    quantity: int
    price_level_id: str | None
    together: bool
    buyer_email: str
    buyer_name: str | None
    joined_at: datetime
    position: int | None = None
    """From 1; None unless it waits."""
    booking_id: str | None = None
    """The booking that holds the offered places."""
    offer_expires_at: datetime | None = None
    draw_at: datetime | None = None
    drawn_rank: int | None = None
    """From 0, of an entry that was drawn."""
    mark: str | None = None
    """Of an entry that was drawn: its mark in the public list of the draw, in hex."""


class WaitingDraw(Struct, frozen=True):
    """What is public of the draw of a waiting list, in hex. `seed`, `entrants_hash`, `marks`: once it was made. `marks`
    is one page of the entrants, in the order of arrival, and `ranks` their drawn places, from 0."""

    event_id: str
    seed_commitment: str
    draw_at: datetime | None
    drawn_at: datetime | None
    seed: str | None
    draw_size: int | None
    entrants_hash: str | None
    marks: tuple[str, ...]
    ranks: tuple[int, ...] = ()


class JoinedList(Struct, frozen=True):
    """`token` is the proof that the client made the entry."""

    entry: WaitingEntry
    token: str


class ListOrder(Struct, frozen=True):
    """What a person wants to wait for."""

    event_id: str
    buyer_email: str
    buyer_name: str | None
    quantity: int
    price_level_id: str | None = None
    together: bool = True


JoinWaitingList = Callable[[ListOrder, Client], Awaitable[JoinedList]]
"""Raises the refusals of `POST /events/{id}/waiting-list`."""

ReadEntry = Callable[[str, str], Awaitable[WaitingEntry]]
"""(event_id, entry token) → the entry. Raises `WaitingEntryNotFound`, for a wrong token too."""

ReadWaitingDraw = Callable[[str, int], Awaitable[WaitingDraw]]
"""(event_id, page from 0) → what is public of its draw. Raises `WaitingDrawNotFound`."""

LeaveWaitingList = Callable[[str, str], Awaitable[WaitingEntry]]
"""(event_id, entry token) → the entry after it: it left, or declined its offer; one that was over stays so."""

ReadResaleTerms = Callable[[str], Awaitable[ResaleTerms]]
"""event_id → its resale terms; those of an unknown event are the defaults."""


ReadSoldOutLevels = Callable[[str], Awaitable[Sequence[str]]]
"""event_id → the ids of its price levels of which no place was available seconds ago."""


class Returnable(Struct, frozen=True):
    """A ticket that its buyer can return now, and the refund in minor units."""

    ticket_id: str
    refund: int


class OnOffer(Returnable, frozen=True):
    """A ticket that its buyer offers: it is valid, and `refund` is due when another person has bought it. `is_held`:
    another person holds or pays for it. `is_withdrawing`: its buyer took it back meanwhile, and has it back unless that
    person buys it."""

    is_held: bool = False
    is_withdrawing: bool = False


class ReturnOffer(Struct, frozen=True):
    """The tickets that the buyer of a booking can return, and those `on_offer`. `until` None: no date is known.
    `fault`: why nothing can be returned (a `reason` of `ReturnNotPossible`). `pays`: when the money goes back."""

    currency: str
    tickets: tuple[Returnable, ...] = ()
    until: datetime | None = None
    fault: str | None = None
    on_offer: tuple[OnOffer, ...] = ()
    pays: ReturnMode = ReturnMode.AT_ONCE


ReadReturnOffer = Callable[[str, str], Awaitable[ReturnOffer]]
"""(booking_id, booking_token) → what can be returned. Raises `BookingNotFound`."""

ReturnTickets = Callable[[str, str, Sequence[str]], Awaitable[Booking]]
"""(booking_id, booking_token, ticket ids) → the booking after it. Raises those of `POST /booking/{id}/returns`."""

TakeTicketsBack = Callable[[str, str, Sequence[str]], Awaitable[None]]
"""(booking_id, booking_token, ticket ids): no other person is offered them. Raises those of
`POST /booking/{id}/returns/withdrawals`."""

ListUnreturnable = Callable[[Connection, Sequence[Booking], bool], Awaitable[set[str]]]
"""(connection, bookings of one event, lock) → the ids of their tickets that admitted a person, or that another person
has by now. `lock`: in the transaction of a return, so that gates and transfers wait until it ends."""


CarryName = Callable[[Connection, str, str, str], Awaitable[None]]
"""(connection, booking id, old ticket id, new ticket id): in the transaction of an exchange, move the guest's name to
the new ticket."""


class PersonNotice(Enum):
    """A notice to a person, by mail for example."""

    WAITING_LIST_JOINED = "waiting_list_joined"
    WAITING_LIST_OFFER = "waiting_list_offer"
    WAITING_LIST_OFFER_ENDED = "waiting_list_offer_ended"
    WAITING_LIST_ENDED = "waiting_list_ended"
    TICKETS_RETURNED = "tickets_returned"
    RESALE_OFFERED = "resale_offered"
    RESALE_SOLD = "resale_sold"
    RESALE_WITHDRAWN = "resale_withdrawn"
    RESALE_ENDED = "resale_ended"
    ADDRESS_ASKED = "address_asked"
    ADDRESS_TOLD = "address_told"
    ADDRESS_CORRECTED = "address_corrected"
    ADDRESS_LEFT = "address_left"


AnnounceToPerson = Callable[[Connection, PersonNotice, str, Mapping[str, Any]], Awaitable[None]]
"""(connection, kind, id of the entry, booking or correction, facts as JSON values), in the transaction that makes it
so."""
