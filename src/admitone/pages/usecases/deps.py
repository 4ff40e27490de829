"""The dependencies that the pages' roles give to their use cases."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from admitone.booking.contracts import (
    ApplyPromoCode,
    ConfirmBooking,
    HoldTickets,
    ReadBooking,
    ReleaseBooking,
    TicketLinks,
)
from admitone.catalogue.contracts import (
    ReadDocuments,
    ReadPerformer,
    ReadVenue,
)
from admitone.catalogue.contracts.sitemap import ReadSitemapEntries, ReadSitemapShards
from admitone.kit.client_token import ClientTokens
from admitone.pages.contracts import Attribution, Loading, ReadDocument, ReadPaymentTerms
from admitone.pages.domain.booking_links import BookingLinks
from admitone.payments.contracts import ListRefunds
from admitone.search.contracts import SearchEvents, Suggest
from admitone.waiting_room.contracts import JoinQueue, ReadQueue, TakeTurn


@dataclass(frozen=True, slots=True)
class Deps:
    """Callables of other slices, the clock, and settings. Nothing here writes: pages only read."""

    search: SearchEvents
    suggest: Suggest
    read_documents: ReadDocuments
    read_details: ReadDocument
    read_performer: ReadPerformer
    read_venue: ReadVenue
    read_sitemap_shards: ReadSitemapShards
    read_sitemap_entries: ReadSitemapEntries
    read_booking: ReadBooking
    read_payment_terms: ReadPaymentTerms
    list_refunds: ListRefunds
    ticket_links: TicketLinks
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


@dataclass(frozen=True, slots=True)
class FormDeps:
    """The dependencies of forms that write, in addition to those of their pages. Only the booking role has them."""

    pages: Deps
    hold: HoldTickets
    confirm: ConfirmBooking
    release: ReleaseBooking
    apply_promo_code: ApplyPromoCode
    read_queue: ReadQueue
    join_queue: JoinQueue
    take_turn: TakeTurn
