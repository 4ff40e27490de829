"""A venue with two shows and one booking, as plain data that replaces the other slices behind the pages."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from litestar import Litestar
from litestar.datastructures import State
from litestar.testing import TestClient

from admitone.booking.contracts import (
    BookedTicket,
    Booking,
    BookingStatus,
    Client,
    ConfirmOrder,
    Held,
    HoldOrder,
    TicketLink,
)
from admitone.booking.contracts.resale import (
    EntryState,
    JoinedList,
    ListOrder,
    ResaleTerms,
    Returnable,
    ReturnOffer,
    WaitingEntry,
)
from admitone.booking.domain.resale_refusals import WaitingEntryNotFound
from admitone.catalogue.contracts import (
    EventDocument,
    ListedPerformer,
    ListedVenue,
)
from admitone.catalogue.contracts.sitemap import SitemapEntry, SitemapKind
from admitone.kit.client_token import ClientTokens
from admitone.kit.http.problem import EXCEPTION_HANDLERS
from admitone.kit.keys import derive_ring
from admitone.kit.refusal import Kind, Refusal
from admitone.kit.short_codes import ShortCodes
from admitone.pages.contracts import Attribution, DemoMailbox, Document, Loading
from admitone.pages.domain.booking_links import BookingLinks
from admitone.pages.routes import TEST_MODE, router
from admitone.pages.usecases.deps import Deps, FormDeps, MailForms
from admitone.payments.contracts import PaymentTerms, RefundView
from admitone.search.contracts import SearchAnswer, SearchQuery, SpokenDate, Suggestion
from admitone.tickets.contracts import GivenTransfer, HeldTicket, Holding, Offer, OfferView, TransferState
from admitone.waiting_room.contracts import Joined, Pass, QueueStatus

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
BOOKING = "bkg_one"
TOKEN = "the-booking-token-of-one"
ENTRY_TOKEN = "wle_one.signature"
PUBLIC_URL = "https://tickets.example"
SECRET = "a secret of the opera venue"
LINKS = BookingLinks(
    derive_ring([SECRET], "booking link"),
    issue_token=lambda booking_id: TOKEN if booking_id == BOOKING else "a-token-of-another-booking",
    is_token=lambda holder_id, token: (
        (holder_id, token) in ((BOOKING, TOKEN), ("trf_ben", "a-token-of-another-booking"))
    ),
    is_secure=False,
)


class NotFound(Refusal):
    code = "event-not-found"
    kind = Kind.NOT_FOUND


OFFER_CODE = "the-code-of-the-offer"


class TransferNotFound(Refusal):
    code = "transfer-not-found"
    kind = Kind.NOT_FOUND

    def __init__(self) -> None:
        super().__init__("There is no such transfer.")


class BookingNotFound(Refusal):
    code = "booking-not-found"
    kind = Kind.NOT_FOUND


def a_show(event_id: str = "evt_mahler", **changes: Any) -> Document:
    """The body of `GET /events/details/{id}`, which has everything of a Summary."""
    return {
        "id": event_id,
        "name": "Mahler 2 <Resurrection>",
        "status": "scheduled",
        "starts_at": "2026-11-28T18:30:00Z",
        "timezone": "Europe/Vienna",
        "local_date": "2026-11-28",
        "local_time": "19:30",
        "segment": "music",
        "genre": "classical",
        "image_url": f"/posters/{event_id}.svg?v=1",
        "venue": {
            "id": "ven_hall",
            "name": "Great Hall",
            "city": "Vienna",
            "country_code": "AT",
            "location": {"lat": 48.2, "lon": 16.37},
        },
        "performers": [{"id": "prf_orchestra", "name": "The Orchestra"}],
        "price_range": {"min": {"amount": 2450, "currency": "EUR"}, "max": {"amount": 9000, "currency": "EUR"}},
        "availability": "available",
        "on_sale_at": "2026-10-01T08:00:00Z",
        "url": f"/e/{event_id}",
        "description": "A symphony.",
        "ticket_limit": 8,
        "price_levels": [],
        "sections": [],
        "waiting_room": {"required": False, "state": "off"},
        "revision": 3,
        "live_url": f"/events/{event_id}/live",
        "seats_url": f"/events/{event_id}/seats",
        **changes,
    }


def a_queue(event_id: str = "evt_mahler", **changes: Any) -> QueueStatus:
    """The waiting room's state after the draw."""
    known = {
        "event_id": event_id,
        "state": "draining",
        "required": True,
        "opens_at": "2026-11-22T11:00:00Z",
        "pre_queue_opens_at": "2026-11-22T10:30:00Z",
        "pre_queue_size": 1000,
        "size": 1200,
        "seed_commitment": "c0" * 32,
        "seed": "5e" * 32,
        "entrants_hash": "e7" * 32,
        "serving": 100,
        "rate_per_minute": 60,
        "turn_seconds": 120,
        "pass_seconds": 600,
        "paused": False,
        "poll_after_ms": 2000,
    }
    return QueueStatus(**{**known, **changes})


def a_booking(status: BookingStatus = BookingStatus.IN_PROGRESS, **changes: Any) -> Booking:
    tickets = tuple(
        BookedTicket(
            ticket_id=f"tkt_{number}",
            index=number,
            section_id="stalls",
            section="Stalls",
            price_level_id="lvl_1",
            price_level="Premium",
            price=8000,
            fees=500,
            total=8500,
            row="F",
            seat=str(number),
            seat_id=f"F-{number}",
        )
        for number in (11, 12)
    )
    known = {
        "id": BOOKING,
        "event_id": "evt_mahler",
        "organization_id": "org_house",
        "status": status,
        "tickets": tickets,
        "subtotal": 16000,
        "fees": 1000,
        "total": 17000,
        "currency": "EUR",
        "created_at": NOW - timedelta(minutes=1),
        "expires_at": NOW + timedelta(minutes=9),
    }
    return Booking(**{**known, **changes})


def an_entry(**changes: Any) -> WaitingEntry:
    known = {
        "id": "wle_one",
        "event_id": "evt_mahler",
        "state": EntryState.WAITING,
        "quantity": 2,
        "price_level_id": None,
        "together": True,
        "buyer_email": "ada@example.org",
        "buyer_name": "Ada",
        "joined_at": NOW,
        "position": 3,
    }
    return WaitingEntry(**{**known, **changes})


@dataclass
class Env:
    """The data that the pages read, and the calls that they made. A test changes the data before it opens a page."""

    shows: dict[str, Document] = field(default_factory=lambda: {"evt_mahler": a_show()})
    found: list[Document] | None = None
    facets: dict[str, list[Document]] = field(default_factory=dict)
    did_you_mean: str | None = None
    understood: SpokenDate | None = None
    booking: Booking = field(default_factory=a_booking)
    provider: str = "simulated"
    refunds: list[RefundView] = field(default_factory=list)
    refuses: Refusal | None = None
    is_processing: bool = False
    """The processor has not answered the confirm yet."""
    queries: list[SearchQuery] = field(default_factory=list)
    held: list[HoldOrder] = field(default_factory=list)
    clients: list[Client] = field(default_factory=list)
    form_keys: list[str | None] = field(default_factory=list)
    confirms: list[ConfirmOrder] = field(default_factory=list)
    releases: list[tuple[str, str]] = field(default_factory=list)
    loading: Loading | None = None
    promo_codes: list[tuple[str, str, str | None]] = field(default_factory=list)
    queue: dict[str, Any] = field(default_factory=dict)
    """Changes of `a_queue()`."""
    given: list[GivenTransfer] = field(default_factory=list)
    transfers_closed: str | None = None
    offer_state: TransferState = "offered"
    offers: list[tuple[str, tuple[str, ...], str]] = field(default_factory=list)
    undone: list[tuple[str, str]] = field(default_factory=list)
    accepted: list[tuple[str, str, str, str | None]] = field(default_factory=list)
    sitemap: dict[str, list[SitemapEntry]] = field(default_factory=dict)
    """Kind → entries, each of which is a part of its own."""
    entry: WaitingEntry = field(default_factory=an_entry)
    resale: ResaleTerms = field(default_factory=ResaleTerms)
    returnable: tuple[Returnable, ...] = ()
    joins: list[ListOrder] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    returned: list[tuple[str, str, list[str]]] = field(default_factory=list)
    has_mail: bool = False
    sessions: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    """Addresses that sign-in links were requested for."""
    bookings: list[Booking] = field(default_factory=list)
    documents: list[EventDocument] = field(default_factory=list)
    mailbox: DemoMailbox | None = None

    async def search(self, query: SearchQuery) -> SearchAnswer:
        self.queries.append(query)
        is_unfiltered = query == SearchQuery(size=query.size, facets=query.facets)
        events = list(self.shows.values()) if self.found is None or is_unfiltered else self.found
        page = {"number": query.page, "size": query.size, "total": len(events), "total_pages": 1}
        return SearchAnswer(
            events=events[: query.size],
            page=page,
            facets=self.facets,
            took_ms=0.1,
            did_you_mean=self.did_you_mean,
            understood=self.understood,
        )

    async def suggest(self, typed: str, size: int) -> list[Suggestion]:
        return []

    async def read_documents(self, event_ids: tuple[str, ...]) -> list[EventDocument]:
        return [document for document in self.documents if document.id in event_ids]

    async def read_details(self, event_id: str) -> Document:
        if event_id not in self.shows:
            raise NotFound("There is no such event.")
        return self.shows[event_id]

    async def read_performer(self, performer_id: str) -> tuple[ListedPerformer, int]:
        url = f"/performer/{performer_id}"
        return ListedPerformer(id=performer_id, name="The Orchestra", kind="orchestra", url=url), 1

    async def read_venue(self, venue_id: str) -> tuple[ListedVenue, int]:
        venue = ListedVenue(
            id=venue_id,
            name="Great Hall",
            city="Vienna",
            country_code="AT",
            timezone="Europe/Vienna",
            url=f"/venue/{venue_id}",
        )
        return venue, 1

    async def read_sitemap_shards(self, kind: SitemapKind) -> list[tuple[str, datetime]]:
        entries = self.sitemap.get(kind, [])
        return [(entry.id, entry.updated_at) for entry in entries]

    async def read_sitemap_entries(self, kind: SitemapKind, first_id: str) -> list[SitemapEntry]:
        return [entry for entry in self.sitemap.get(kind, []) if entry.id == first_id]

    async def read_organization_name(self, organization_id: str) -> str | None:
        return f"The house of {organization_id}"

    async def read_booking(self, booking_id: str, token: str) -> Booking:
        if (booking_id, token) != (self.booking.id, TOKEN):
            raise BookingNotFound("There is no such booking.")
        return self.booking

    async def read_payment_terms(self, booking_id: str) -> PaymentTerms:
        return PaymentTerms(self.provider)

    async def list_refunds(self, booking_id: str) -> list[RefundView]:
        return self.refunds

    async def read_entry(self, event_id: str, token: str) -> WaitingEntry:
        if token != ENTRY_TOKEN:
            raise WaitingEntryNotFound
        return self.entry

    async def read_resale_terms(self, event_id: str) -> ResaleTerms:
        return self.resale

    async def read_return_offer(self, booking_id: str, token: str) -> ReturnOffer:
        return ReturnOffer("EUR", self.returnable)

    async def join_waiting_list(self, order: ListOrder, client: Client) -> JoinedList:
        self.joins.append(order)
        self.clients.append(client)
        self._refuse()
        return JoinedList(self.entry, ENTRY_TOKEN)

    async def leave_waiting_list(self, event_id: str, token: str) -> WaitingEntry:
        self.left.append(token)
        return self.entry

    async def return_tickets(self, booking_id: str, token: str, ticket_ids: Sequence[str]) -> Booking:
        self.returned.append((booking_id, token, list(ticket_ids)))
        self._refuse()
        return self.booking

    async def read_queue(self, event_id: str) -> QueueStatus:
        return a_queue(event_id, **self.queue)

    async def join_queue(self, event_id: str) -> Joined:
        self._refuse()
        return Joined(queue_token=f"q1.{event_id}.7.1.mac", entry=7, state="queued", mark="")

    async def take_turn(self, event_id: str, queue_token: str) -> Pass:
        self._refuse()
        return Pass(f"p1.{event_id}.7.1.mac", "2026-11-22T12:10:00Z")

    async def hold(self, order: HoldOrder, client: Client, form_key: str | None) -> Held:
        self.held.append(order)
        self.clients.append(client)
        self.form_keys.append(form_key)
        self._refuse()
        return Held(BOOKING, TOKEN)

    async def confirm(self, order: ConfirmOrder) -> Booking | None:
        self.confirms.append(order)
        self._refuse()
        return None if self.is_processing else self.booking

    async def release(self, booking_id: str, token: str) -> Booking:
        self.releases.append((booking_id, token))
        return self.booking

    async def apply_promo_code(self, booking_id: str, token: str, code: str | None, _client: Client) -> Booking:
        self.promo_codes.append((booking_id, token, code))
        self._refuse()
        return self.booking

    async def read_holding(self, holder_id: str) -> Holding:
        """The buyer's, or a friend's with the second ticket."""
        is_friend = holder_id.startswith("trf_")
        tickets = self.booking.tickets[1:] if is_friend else self.booking.tickets
        given = {
            ticket.ticket_id for transfer in self.given if transfer.state == "accepted" for ticket in transfer.tickets
        }
        return Holding(
            holder_id=holder_id,
            booking=self.booking,
            name="Ben Okafor" if is_friend else self.booking.buyer_name,
            tickets=tuple(
                HeldTicket(ticket, _links(ticket.ticket_id, ""), "K7QM4XWP9C", None, is_used=False)
                for ticket in tickets
                if not ticket.refunded and (is_friend or ticket.ticket_id not in given)
            ),
            refunded=tuple(ticket for ticket in tickets if ticket.refunded),
            given=() if is_friend else tuple(self.given),
            open_until=None,
            closed=self.transfers_closed,
        )

    async def read_offer(self, code: str) -> OfferView:
        if code != OFFER_CODE:
            raise TransferNotFound
        return self.offer

    async def offer_tickets(
        self, holder_id: str, ticket_ids: tuple[str, ...], friend: str, _email: str | None
    ) -> Offer:
        self._refuse()
        self.offers.append((holder_id, ticket_ids, friend))
        return Offer("trf_ben", OFFER_CODE, friend, NOW + timedelta(days=7), self.booking.tickets[1:])

    async def undo_offer(self, holder_id: str, transfer_id: str) -> None:
        self._refuse()
        self.undone.append((holder_id, transfer_id))

    async def accept_offer(self, code: str, name: str, email: str, form_key: str | None) -> str:
        self._refuse()
        self.accepted.append((code, name, email, form_key))
        return "trf_ben"

    @property
    def offer(self) -> OfferView:
        tickets = self.booking.tickets[1:]
        is_refunded = any(ticket.refunded for ticket in tickets)
        ends = NOW + timedelta(days=7)
        return OfferView("trf_ben", "evt_mahler", "Ada <Byron>", "Ben", self.offer_state, ends, tickets, is_refunded)

    async def read_session(self, token: str) -> str | None:
        return self.sessions.get(token)

    async def find_address_bookings(self, address: str) -> list[Booking]:
        return self.bookings

    async def request_sign_in(self, address: str, _block: str | None) -> None:
        self.asked.append(address)
        self._refuse()

    async def sign_in(self, code: str) -> str:
        self._refuse()
        self.sessions[f"session of {code}"] = "ada@example.org"
        return f"session of {code}"

    async def sign_out(self, token: str) -> None:
        self.sessions.pop(token, None)

    async def stop_reminders(self, booking_id: str, code: str) -> bool:
        return (booking_id, code) == (BOOKING, "right")

    def _refuse(self) -> None:
        if self.refuses is not None:
            raise self.refuses


def _links(ticket_id: str, _token: str) -> TicketLink:
    return TicketLink(f"/tickets/{ticket_id}/barcode?s=x", f"/tickets/{ticket_id}.pdf?s=x")


@contextmanager
def open_pages(
    env: Env, *, test_mode: bool = False, has_cookie: bool = True, links: BookingLinks = LINKS
) -> Iterator[TestClient[Litestar]]:
    """Open a client of this environment's pages; it does not follow redirects.

    `has_cookie`: the client has opened the booking's link before.
    """
    deps = Deps(
        search=env.search,
        suggest=env.suggest,
        read_documents=env.read_documents,
        read_details=env.read_details,
        read_performer=env.read_performer,
        read_venue=env.read_venue,
        read_sitemap_shards=env.read_sitemap_shards,
        read_sitemap_entries=env.read_sitemap_entries,
        read_organization_name=env.read_organization_name,
        read_booking=env.read_booking,
        read_holding=env.read_holding,
        read_offer=env.read_offer,
        read_payment_terms=env.read_payment_terms,
        list_refunds=env.list_refunds,
        ticket_links=_links,
        booking_documents=lambda booking_id: f"/tickets/{booking_id}.pdf?s=x",
        codes=ShortCodes(derive_ring([SECRET], "short codes")),
        clients=ClientTokens(derive_ring([SECRET], "client token"), is_secure=False, now=lambda: NOW),
        booking_links=links,
        read_entry=env.read_entry,
        read_resale_terms=env.read_resale_terms,
        read_return_offer=env.read_return_offer,
        now=lambda: NOW,
        public_url=PUBLIC_URL,
        attributions=(Attribution("A source", "places", "CC BY 4.0", "https://example.org"),),
        read_loading=lambda: env.loading,
        has_mail=env.has_mail,
        read_session=env.read_session,
        find_address_bookings=env.find_address_bookings,
        demo_mailbox=env.mailbox,
    )
    forms = FormDeps(
        pages=deps,
        hold=env.hold,
        confirm=env.confirm,
        release=env.release,
        apply_promo_code=env.apply_promo_code,
        read_queue=env.read_queue,
        join_queue=env.join_queue,
        take_turn=env.take_turn,
        offer_tickets=env.offer_tickets,
        undo_offer=env.undo_offer,
        accept_offer=env.accept_offer,
        join_waiting_list=env.join_waiting_list,
        leave_waiting_list=env.leave_waiting_list,
        return_tickets=env.return_tickets,
        mail=MailForms(env.request_sign_in, env.sign_in, env.sign_out, env.stop_reminders) if env.has_mail else None,
    )
    state = State({TEST_MODE: test_mode})
    pages = router(provide_pages=lambda: deps, provide_forms=lambda: forms)
    app = Litestar([pages], exception_handlers=EXCEPTION_HANDLERS, state=state)
    with TestClient(app, raise_server_exceptions=False) as client:
        client.follow_redirects = False
        client.headers["accept"] = "text/html"
        if has_cookie:
            client.cookies.set(links.cookie_name(BOOKING), TOKEN)
        yield client
