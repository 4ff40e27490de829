"""The dependencies that the role gives to the pages."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from admitone.booking.contracts import ReadBooking
from admitone.catalogue.contracts import ReadDocuments
from admitone.kit.client_token import ClientTokens
from admitone.pages.contracts import (
    Attribution,
    JoinLine,
    Loading,
    PostJson,
    PostJsonOf,
    ReadJson,
    ReadPaymentTerms,
    TakeTurn,
    TicketLinks,
)
from admitone.pages.domain.booking_links import BookingLinks
from admitone.payments.contracts import ListRefunds
from admitone.search.contracts import SearchEvents, Suggest


@dataclass(frozen=True, slots=True)
class Deps:
    """Callables of other slices, the clock, and settings. Pages hold no connection of their own."""

    search: SearchEvents
    suggest: Suggest
    read_documents: ReadDocuments
    read_details: ReadJson
    read_performer: ReadJson
    read_venue: ReadJson
    read_booking: ReadBooking
    read_payment_terms: ReadPaymentTerms
    list_refunds: ListRefunds
    hold: PostJsonOf
    confirm: PostJson
    release: PostJson
    give_promo_code: PostJsonOf
    ticket_links: TicketLinks
    read_queue: ReadJson
    join_queue: JoinLine
    take_turn: TakeTurn
    clients: ClientTokens
    booking_links: BookingLinks
    now: Callable[[], datetime]
    """An aware datetime in UTC."""
    public_url: str = ""
    """`https://tickets.example`: the base of absolute page addresses, never the host of a request."""
    attributions: tuple[Attribution, ...] = field(default=())
    """Sources of the displayed data, for the page about licences."""
    read_loading: Callable[[], Loading | None] = field(default=lambda: None)
    """The progress of loading the sample, while it is loading."""
