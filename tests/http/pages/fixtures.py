"""A venue with two shows and one booking, as plain data that replaces the other slices behind the pages."""

from collections.abc import Iterator
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
)
from admitone.catalogue.contracts import (
    EventDocument,
    ListedPerformer,
    ListedVenue,
)
from admitone.catalogue.contracts.series import SeriesDates
from admitone.catalogue.contracts.sitemap import SitemapEntry, SitemapKind
from admitone.kit.client_token import ClientTokens
from admitone.kit.http.problem import EXCEPTION_HANDLERS
from admitone.kit.keys import derive_ring
from admitone.kit.refusal import Kind, Refusal
from admitone.kit.short_codes import ShortCodes
from admitone.organizers.contracts.settings import OrganizationNotFound, PublicTexts
from admitone.pages.contracts import Attribution, Document, Loading
from admitone.pages.domain.booking_links import BookingLinks
from admitone.pages.routes import TEST_MODE, router
from admitone.pages.usecases.deps import Deps, FormDeps
from admitone.payments.contracts import PaymentTerms, RefundView
from admitone.search.contracts import SearchAnswer, SearchQuery, SpokenDate, Suggestion
from admitone.waiting_room.contracts import Joined, Pass, QueueStatus
from tests.http.pages.sign_in_fixtures import SignIns
from tests.http.pages.transfer_fixtures import Transfers, ticket_link
from tests.http.pages.waiting_list_fixtures import WaitingList

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
BOOKING = "bkg_one"
TOKEN = "the-booking-token-of-one"
PUBLIC_URL = "https://tickets.example"
SECRET = "a secret of the opera venue"
LINKS = BookingLinks(
    derive_ring([SECRET], "booking link"),
    issue_token=lambda booking_id, _version: TOKEN if booking_id == BOOKING else "a-token-of-another-booking",
    is_token=lambda holder_id, token: (
        (holder_id, token) in ((BOOKING, TOKEN), ("trf_ben", "a-token-of-another-booking"))
    ),
    is_secure=False,
)


class NotFound(Refusal):
    code = "event-not-found"
    kind = Kind.NOT_FOUND


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
        "organizer": {"name": "The house of Vienna"},
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


@dataclass
class Env(Transfers, WaitingList, SignIns):
    """The data that the pages read, and the calls that they made. A test changes the data before it opens a page."""

    shows: dict[str, Document] = field(default_factory=lambda: {"evt_mahler": a_show()})
    changed: dict[str, Document] = field(default_factory=dict)
    """Shows as they are now, where `shows` are of a moment ago."""
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
    personal_data_days: int | None = None
    promo_codes: list[tuple[str, str, str | None]] = field(default_factory=list)
    queue: dict[str, Any] = field(default_factory=dict)
    """Changes of `a_queue()`."""
    texts: PublicTexts | None = None
    """What the page of every organization shows."""
    sitemap: dict[str, list[SitemapEntry]] = field(default_factory=dict)
    """Kind → entries, each of which is a part of its own."""

    async def search(self, query: SearchQuery) -> SearchAnswer:
        self.queries.append(query)
        is_unfiltered = query == SearchQuery(size=query.size, facets=query.facets, collapse=query.collapse)
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

    async def read_current_details(self, event_id: str) -> Document:
        return self.changed.get(event_id) or await self.read_details(event_id)

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

    async def read_series_dates(self, series_id: str) -> SeriesDates:
        dates = (show for show in self.shows.values() if show.get("series_id") == series_id)
        return SeriesDates(series_id, "Mahler", tuple(sorted(dates, key=lambda show: str(show["starts_at"]))))

    async def read_sitemap_shards(self, kind: SitemapKind) -> list[tuple[str, datetime]]:
        entries = self.sitemap.get(kind, [])
        return [(entry.id, entry.updated_at) for entry in entries]

    async def read_sitemap_entries(self, kind: SitemapKind, first_id: str) -> list[SitemapEntry]:
        return [entry for entry in self.sitemap.get(kind, []) if entry.id == first_id]

    async def read_public_texts(self, _organization_id: str, _number: int | None) -> PublicTexts:
        if self.texts is None:
            raise OrganizationNotFound
        return self.texts

    async def read_booking(self, booking_id: str, token: str) -> Booking:
        if (booking_id, token) != (self.booking.id, TOKEN):
            raise BookingNotFound("There is no such booking.")
        return self.booking

    async def read_payment_terms(self, booking_id: str) -> PaymentTerms:
        return PaymentTerms(self.provider)

    async def list_refunds(self, booking_id: str) -> list[RefundView]:
        return self.refunds

    async def read_queue(self, event_id: str) -> QueueStatus:
        return a_queue(event_id, **self.queue)

    async def join_queue(self, event_id: str) -> Joined:
        self.refuse()
        return Joined(queue_token=f"q1.{event_id}.7.1.mac", entry=7, state="queued", mark="")

    async def take_turn(self, event_id: str, queue_token: str) -> Pass:
        self.refuse()
        return Pass(f"p1.{event_id}.7.1.mac", "2026-11-22T12:10:00Z")

    async def hold(self, order: HoldOrder, client: Client, form_key: str | None) -> Held:
        self.held.append(order)
        self.clients.append(client)
        self.form_keys.append(form_key)
        self.refuse()
        return Held(BOOKING, TOKEN)

    async def confirm(self, order: ConfirmOrder) -> Booking | None:
        self.confirms.append(order)
        self.refuse()
        return None if self.is_processing else self.booking

    async def release(self, booking_id: str, token: str) -> Booking:
        self.releases.append((booking_id, token))
        return self.booking

    async def apply_promo_code(self, booking_id: str, token: str, code: str | None, _client: Client) -> Booking:
        self.promo_codes.append((booking_id, token, code))
        self.refuse()
        return self.booking

    def refuse(self) -> None:
        if self.refuses is not None:
            raise self.refuses


@contextmanager
def open_pages(
    env: Env, *, test_mode: bool = False, has_cookie: bool = True, links: BookingLinks = LINKS
) -> Iterator[TestClient[Litestar]]:
    """Open a client that does not follow redirects. `has_cookie`: it has opened the booking's link before."""
    deps = Deps(
        search=env.search,
        suggest=env.suggest,
        read_documents=env.read_documents,
        read_details=env.read_details,
        read_current_details=env.read_current_details,
        read_performer=env.read_performer,
        read_venue=env.read_venue,
        read_series_dates=env.read_series_dates,
        read_sitemap_shards=env.read_sitemap_shards,
        read_sitemap_entries=env.read_sitemap_entries,
        read_booking=env.read_booking,
        read_holding=env.read_holding,
        read_offer=env.read_offer,
        read_payment_terms=env.read_payment_terms,
        list_refunds=env.list_refunds,
        ticket_links=ticket_link,
        booking_documents=lambda booking_id: f"/tickets/{booking_id}.pdf?s=x",
        codes=ShortCodes(derive_ring([SECRET], "short codes")),
        clients=ClientTokens(derive_ring([SECRET], "client token"), is_secure=False, now=lambda: NOW),
        booking_links=links,
        read_entry=env.read_entry,
        read_waiting_draw=env.read_waiting_draw,
        read_resale_terms=env.read_resale_terms,
        read_sold_out_levels=env.read_sold_out_levels,
        read_return_offer=env.read_return_offer,
        now=lambda: NOW,
        public_url=PUBLIC_URL,
        attributions=(Attribution("A source", "places", "CC BY 4.0", "https://example.org"),),
        read_loading=lambda: env.loading,
        has_mail=env.has_mail,
        personal_data_days=env.personal_data_days,
        read_session=env.read_session,
        find_address_bookings=env.find_address_bookings,
        demo_mailbox=env.mailbox,
        read_public_texts=env.read_public_texts,
        read_correction=env.read_correction,
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
        name_tickets=env.name_tickets,
        undo_offer=env.undo_offer,
        accept_offer=env.accept_offer,
        renew_tickets=env.renew_tickets,
        join_waiting_list=env.join_waiting_list,
        leave_waiting_list=env.leave_waiting_list,
        return_tickets=env.return_tickets,
        take_tickets_back=env.take_tickets_back,
        mail=env.mail_forms() if env.has_mail else None,
    )
    pages = router(provide_pages=lambda: deps, provide_forms=lambda: forms)
    app = Litestar([pages], exception_handlers=EXCEPTION_HANDLERS, state=State({TEST_MODE: test_mode}))
    with TestClient(app, raise_server_exceptions=False) as client:
        client.follow_redirects = False
        client.headers["accept"] = "text/html"
        if has_cookie:
            client.cookies.set(links.cookie_name(BOOKING), TOKEN)
        yield client
