"""What people send and read of returns and of the waiting list."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from admitone.booking.contracts.resale import (
    EntryState,
    ListOrder,
    ResaleTerms,
    ReturnMode,
    ReturnOffer,
    WaitingDraw,
    WaitingEntry,
    WaitingListMode,
)
from admitone.booking.domain.promo_draft import Moment
from admitone.booking.schemas.booking import BuyerIn, Id, RefundOut, TicketOut, refund_out, ticket_out
from admitone.booking.usecases.made_refunds import RefundMade
from admitone.booking.usecases.waiting_list import EntryCount
from admitone.kit.money import Money

Token = Annotated[str, Meta(min_length=1, max_length=255)]
TICKETS_MAX = 1000


class JoinListIn(Struct, forbid_unknown_fields=True):
    """Wait for `quantity` tickets of a price level, or of any. `together`: only for seats side by side."""

    buyer: BuyerIn
    quantity: Annotated[int, Meta(ge=1, le=TICKETS_MAX)]
    price_level_id: Id | None = None
    together: bool = True


class OfferOut(Struct):
    """Places that are held for this entry. Confirm the booking until `expires_at`, like any other."""

    booking_id: str
    booking_token: str
    expires_at: datetime


class EntryOut(Struct, omit_defaults=True):
    """A place on the waiting list. `position` counts from 1, while it waits; `draw_at`: before the order is drawn;
    `offer`, while it has one."""

    entry_id: str
    event_id: str
    state: Literal["waiting", "offered", "bought", "missed", "declined", "left", "ended"]
    quantity: int
    together: bool
    joined_at: datetime
    price_level_id: str | None = None
    position: int | None = None
    draw_at: datetime | None = None
    offer: OfferOut | None = None
    entry_token: str | None = None


class EntryCountOut(Struct, omit_defaults=True):
    state: str
    entries: int
    tickets: int
    price_level_id: str | None = None


class OwnEntryOut(Struct, omit_defaults=True):
    """An entry as the organizer sees it."""

    entry_id: str
    state: str
    quantity: int
    together: bool
    joined_at: datetime
    email: str
    name: str | None = None
    price_level_id: str | None = None
    booking_id: str | None = None


class WaitingListOut(Struct):
    """`counts`: by state and price level; `entries`: one page in the order of arrival."""

    event_id: str
    counts: list[EntryCountOut]
    entries: list[OwnEntryOut]


class ResaleTermsIn(Struct, forbid_unknown_fields=True):
    """`returns_until` null: until the doors open, or the event starts; never later. `offer_seconds`: how long an offer
    lasts; shorter near the end of the sale. `draw_at`: when the order is drawn; needed if `waiting_list` is `draw`."""

    returns: ReturnMode = ReturnMode.OFF
    returns_until: Moment | None = None
    refund_fees: bool = True
    waiting_list: WaitingListMode = WaitingListMode.IN_ORDER
    offer_seconds: Annotated[int, Meta(ge=60, le=3600)] = 1800
    draw_at: Moment | None = None


class ResaleTermsOut(Struct):
    returns: str
    returns_until: datetime | None
    refund_fees: bool
    waiting_list: str
    offer_seconds: int
    draw_at: datetime | None


class WaitingDrawOut(Struct, omit_defaults=True):
    """The draw of a waiting list, as docs/reference/waiting-list.md says; bytes in hex. `marks`: one page of at most
    1,000 entrants, in the order of arrival."""

    event_id: str
    seed_commitment: str
    draw_at: datetime | None = None
    drawn_at: datetime | None = None
    seed: str | None = None
    draw_size: int | None = None
    entrants_hash: str | None = None
    marks: list[str] = []


class ReturnIn(Struct, forbid_unknown_fields=True):
    """Tickets of the booking to return."""

    ticket_ids: Annotated[list[Id], Meta(min_length=1, max_length=TICKETS_MAX)]


class ReturnableOut(Struct):
    ticket_id: str
    refund: Money


class OnOfferOut(Struct):
    """A ticket on offer: it is valid until another person has bought it; then `refund` goes back. `is_held`: another
    person holds or pays for it. `is_withdrawing`: its buyer took it back meanwhile, and has it back unless that person
    buys it."""

    ticket_id: str
    refund: Money
    is_held: bool
    is_withdrawing: bool


class ReturnOfferOut(Struct, omit_defaults=True):
    """The tickets that can be returned now; `refund`: for one of them alone. `reason`: why there are none. `pays`: when
    the money goes back. `on_offer`: tickets that are offered to other people."""

    tickets: list[ReturnableOut]
    pays: Literal["off", "at_once", "when_sold"]
    until: datetime | None = None
    reason: str | None = None
    on_offer: list[OnOfferOut] = []


class ReturnMadeOut(Struct, omit_defaults=True):
    """The booking after it. `refund`: what is on its way; absent if nothing was paid, or the tickets are on offer.
    `offered`: ids of tickets that are on offer now, and stay valid until another person has bought them."""

    booking_id: str
    status: str
    tickets: list[TicketOut]
    refund: RefundOut | None = None
    offered: list[str] = []


def list_order(event_id: str, data: JoinListIn) -> ListOrder:
    return ListOrder(
        event_id, data.buyer.email, data.buyer.name, data.quantity, data.price_level_id, together=data.together
    )


def entry_out(entry: WaitingEntry, issue_token: Callable[[str], str], *, entry_token: str | None = None) -> EntryOut:
    """`issue_token`: booking id → booking token; for the holder of the entry's token only."""
    offer = None
    if entry.state is EntryState.OFFERED and entry.booking_id is not None and entry.offer_expires_at is not None:
        offer = OfferOut(entry.booking_id, issue_token(entry.booking_id), entry.offer_expires_at)
    return EntryOut(
        entry_id=entry.id,
        event_id=entry.event_id,
        state=entry.state.value,
        quantity=entry.quantity,
        together=entry.together,
        joined_at=entry.joined_at,
        price_level_id=entry.price_level_id,
        position=entry.position,
        draw_at=entry.draw_at,
        offer=offer,
        entry_token=entry_token,
    )


def waiting_list_out(event_id: str, counts: list[EntryCount], entries: list[WaitingEntry]) -> WaitingListOut:
    return WaitingListOut(
        event_id,
        [
            EntryCountOut(count.state.value, count.entries, count.tickets, price_level_id=count.price_level_id)
            for count in counts
        ],
        [
            OwnEntryOut(
                entry_id=entry.id,
                state=entry.state.value,
                quantity=entry.quantity,
                together=entry.together,
                joined_at=entry.joined_at,
                email=entry.buyer_email,
                name=entry.buyer_name,
                price_level_id=entry.price_level_id,
                booking_id=entry.booking_id,
            )
            for entry in entries
        ],
    )


def resale_terms(data: ResaleTermsIn) -> ResaleTerms:
    return ResaleTerms(
        data.returns, data.returns_until, data.refund_fees, data.waiting_list, data.offer_seconds, data.draw_at
    )


def resale_terms_out(terms: ResaleTerms) -> ResaleTermsOut:
    return ResaleTermsOut(
        terms.returns.value,
        terms.returns_until,
        terms.refund_fees,
        terms.waiting_list.value,
        terms.offer_seconds,
        terms.draw_at,
    )


def waiting_draw_out(draw: WaitingDraw) -> WaitingDrawOut:
    return WaitingDrawOut(
        draw.event_id,
        draw.seed_commitment,
        draw.draw_at,
        draw.drawn_at,
        draw.seed,
        draw.draw_size,
        draw.entrants_hash,
        list(draw.marks),
    )


def return_offer_out(offer: ReturnOffer) -> ReturnOfferOut:
    tickets = [ReturnableOut(ticket.ticket_id, Money(ticket.refund, offer.currency)) for ticket in offer.tickets]
    on_offer = [
        OnOfferOut(ticket.ticket_id, Money(ticket.refund, offer.currency), ticket.is_held, ticket.is_withdrawing)
        for ticket in offer.on_offer
    ]
    return ReturnOfferOut(tickets, offer.pays.value, offer.until, offer.fault, on_offer)


def return_made_out(made: RefundMade) -> ReturnMadeOut:
    booking = made.booking
    return ReturnMadeOut(
        booking.id,
        booking.status.value,
        [ticket_out(ticket, booking.currency) for ticket in booking.tickets],
        None if made.refund is None else refund_out(made.refund),
        list(made.offered),
    )
