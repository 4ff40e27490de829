"""The dependencies that the pages' roles give to their use cases."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from admitone.booking.contracts import (
    ApplyPromoCode,
    Booking,
    ConfirmBooking,
    FindAddressBookings,
    HoldTickets,
    ReadBooking,
    ReleaseBooking,
    TicketLinks,
)
from admitone.booking.contracts.corrections import (
    AskForCorrection,
    ConfirmCorrection,
    CorrectionView,
    ReadCorrection,
    StopCorrection,
)
from admitone.booking.contracts.resale import (
    JoinWaitingList,
    LeaveWaitingList,
    ReadEntry,
    ReadResaleTerms,
    ReadReturnOffer,
    ReadSoldOutLevels,
    ReadWaitingDraw,
    ReturnTickets,
    TakeTicketsBack,
)
from admitone.catalogue.contracts import (
    ReadDocuments,
    ReadPerformer,
    ReadVenue,
)
from admitone.catalogue.contracts.series import ReadSeriesDates
from admitone.catalogue.contracts.sitemap import ReadSitemapEntries, ReadSitemapShards
from admitone.kit.client_token import ClientTokens
from admitone.kit.short_codes import ShortCodes
from admitone.mail.contracts import ReadSession, RequestSignIn, SignIn, SignOut, Unsubscribe
from admitone.organizers.contracts.settings import OrganizationNotFound, PublicTexts, ReadPublicTexts
from admitone.pages.contracts import Attribution, DemoMailbox, Loading, ReadDocument, ReadPaymentTerms
from admitone.pages.domain.booking_links import BookingLinks
from admitone.payments.contracts import ListRefunds
from admitone.search.contracts import SearchEvents, Suggest
from admitone.tickets.contracts import (
    AcceptOffer,
    BookingDocuments,
    NameTickets,
    OfferTickets,
    ReadHolding,
    ReadOffer,
    RenewTickets,
    UndoOffer,
)
from admitone.waiting_room.contracts import JoinQueue, ReadQueue, TakeTurn


async def _no_session(_token: str) -> str | None:
    return None


async def _no_texts(_organization_id: str, _number: int | None) -> PublicTexts:
    raise OrganizationNotFound


async def _no_bookings(_address: str) -> list[Booking]:
    return []


async def _no_correction(_id: str, _code: str, _purpose: str) -> CorrectionView:
    return CorrectionView("lapsed", None)


@dataclass(frozen=True, slots=True)
class Deps:
    """Callables of other slices, the clock, and settings. Nothing here writes: pages only read.

    `read_details` may be seconds old, `read_current_details` is not.
    """

    search: SearchEvents
    suggest: Suggest
    read_documents: ReadDocuments
    read_details: ReadDocument
    read_current_details: ReadDocument
    read_performer: ReadPerformer
    read_venue: ReadVenue
    read_series_dates: ReadSeriesDates
    read_sitemap_shards: ReadSitemapShards
    read_sitemap_entries: ReadSitemapEntries
    read_booking: ReadBooking
    read_payment_terms: ReadPaymentTerms
    list_refunds: ListRefunds
    ticket_links: TicketLinks
    booking_documents: BookingDocuments
    read_holding: ReadHolding
    read_offer: ReadOffer
    codes: ShortCodes
    clients: ClientTokens
    booking_links: BookingLinks
    read_entry: ReadEntry
    read_waiting_draw: ReadWaitingDraw
    read_resale_terms: ReadResaleTerms
    read_sold_out_levels: ReadSoldOutLevels
    read_return_offer: ReadReturnOffer
    now: Callable[[], datetime]
    """An aware datetime in UTC."""
    public_url: str = ""
    """`https://tickets.example`: the base of absolute page addresses, never the host of a request."""
    attributions: tuple[Attribution, ...] = field(default=())
    """Sources of the displayed data, for the page about licences."""
    read_loading: Callable[[], Loading | None] = field(default=lambda: None)
    """The progress of loading the sample, while it is loading."""
    has_mail: bool = False
    """A mail server is configured: buyers get their tickets by mail, and sign-in links."""
    personal_data_days: int | None = None
    """Days after an event until the names and addresses of its buyers are erased; None: they stay."""
    mail_days: int = 30
    """How long mails that ended stay."""
    payment_provider: str | None = None
    """The name of the payment processor's company; None: payments are simulated."""
    read_session: ReadSession = field(default=_no_session)
    find_address_bookings: FindAddressBookings = field(default=_no_bookings)
    read_correction: ReadCorrection = field(default=_no_correction)
    read_public_texts: ReadPublicTexts = field(default=_no_texts)
    demo_mailbox: DemoMailbox | None = None
    """None: this is no demo."""


@dataclass(frozen=True, slots=True)
class MailForms:
    """The forms that need a mail server."""

    request_sign_in: RequestSignIn
    sign_in: SignIn
    sign_out: SignOut
    unsubscribe: Unsubscribe
    ask_for_correction: AskForCorrection
    confirm_correction: ConfirmCorrection
    stop_correction: StopCorrection


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
    offer_tickets: OfferTickets
    name_tickets: NameTickets
    undo_offer: UndoOffer
    accept_offer: AcceptOffer
    renew_tickets: RenewTickets
    join_waiting_list: JoinWaitingList
    leave_waiting_list: LeaveWaitingList
    return_tickets: ReturnTickets
    take_tickets_back: TakeTicketsBack
    mail: MailForms | None = None
    """None: no mail server is configured."""
