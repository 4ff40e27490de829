"""Builds what every slice works with, and plugs each into those above it. One `Wiring` a process.

Slices know each other by contracts alone; here a contract meets the use case that fulfils it.
"""

import random
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from msgspec import to_builtins
from procrastinate import App, PsycopgConnector
from redis.asyncio import Redis

from admitone.booking.adapters.redis_locks import RedisLocks
from admitone.booking.contracts import Booking, SeatSnapshot
from admitone.booking.usecases.collect_notices import collect_notices
from admitone.booking.usecases.deps import Deps as BookingDeps
from admitone.booking.usecases.get_booking import get_booking, get_sold_ticket
from admitone.booking.usecases.get_booking_states import get_booking_states
from admitone.booking.usecases.has_sales import has_sales
from admitone.booking.usecases.list_resold import list_resold
from admitone.booking.usecases.list_sold_indexes import list_sold_indexes
from admitone.booking.usecases.organizer_deps import OrganizerDeps as OrganizerBookingDeps
from admitone.booking.usecases.project_events import project_events
from admitone.booking.usecases.read_availability import read_availability
from admitone.booking.usecases.read_snapshot import read_snapshot
from admitone.catalogue.contracts import EventsChanged, NamedChanged
from admitone.catalogue.domain.views import performer_view, venue_view
from admitone.catalogue.usecases.browsing import (
    browse_performers,
    browse_venues,
    get_event_view,
    get_performer_view,
    get_venue_view,
)
from admitone.catalogue.usecases.deps import Deps as CatalogueDeps
from admitone.catalogue.usecases.documents import read_documents, read_named, scan_documents, scan_named
from admitone.catalogue.usecases.event_seats import open_seats, reprice_seats
from admitone.catalogue.usecases.events import read_sale_terms
from admitone.catalogue.usecases.seat_maps import read_seat_map
from admitone.embedded.loading_state import loading_reader
from admitone.kit.client_token import ClientTokens
from admitone.kit.http.client_cookie import read_client
from admitone.kit.job_claims import ClaimingJobManager
from admitone.kit.jobs import Defer, defer_with
from admitone.kit.keys import derive_ring
from admitone.kit.postgres import Connection, Pool, open_pool
from admitone.live.adapters.redis_stream import RedisStream
from admitone.live.usecases.deps import Deps as LiveDeps
from admitone.live.usecases.seat_feed import SeatFeed
from admitone.organizers.usecases.deps import Deps as OrganizersDeps
from admitone.pages.contracts import TicketLink
from admitone.pages.usecases.deps import Deps as PagesDeps
from admitone.payments.adapters.stripe import StripeProvider
from admitone.payments.adapters.stripe_amounts import smallest_charge
from admitone.payments.contracts import PaymentOrder, PaymentTerms
from admitone.payments.usecases.authorize_payment import authorize_payment
from admitone.payments.usecases.deps import Deps as PaymentsDeps
from admitone.payments.usecases.get_refunds import get_refunds
from admitone.payments.usecases.order_refund import order_refund
from admitone.payments.usecases.prepare_payment import prepare_payment
from admitone.payments.usecases.record_authorizations import record_authorizations
from admitone.payments.usecases.record_box_office_sale import record_box_office_sale
from admitone.payments.usecases.record_payments import record_payments
from admitone.payments.usecases.record_sales import CAPTURE_JOB, record_sales
from admitone.payments.usecases.settle_payment import settle_payment
from admitone.runtime.booking_json import checkout_json, confirm_json, json_value, promo_json, release_json
from admitone.runtime.booking_links import booking_links
from admitone.runtime.bundled_facts import read_attributions
from admitone.runtime.search_engine import SearchEngine, choose_engine
from admitone.runtime.settings import Settings
from admitone.search.adapters.cached_index import CachedIndex
from admitone.search.usecases.deps import Deps as SearchDeps
from admitone.search.usecases.deps import Directory
from admitone.search.usecases.find_events import search_events, suggest
from admitone.search.usecases.finding.ask_index import ask_seldom
from admitone.testing.processor.simulated import SimulatedProcessor
from admitone.tickets.domain.keys import TicketKeys, derive_keys
from admitone.tickets.domain.links import sign_ticket
from admitone.tickets.usecases.deps import Deps as TicketsDeps
from admitone.waiting_room.usecases.deps import Deps as WaitingRoomDeps
from admitone.waiting_room.usecases.enter_sale import enter_sale
from admitone.waiting_room.usecases.join_queue import join_queue
from admitone.waiting_room.usecases.project_events import project_events as project_waiting_rooms
from admitone.waiting_room.usecases.read_status import read_status
from admitone.waiting_room.usecases.restore_passes import restore_passes
from admitone.waiting_room.usecases.spend_passes import spend_passes
from admitone.waiting_room.usecases.take_turn import take_turn

# One announcement of an import names thousands of events; the index takes them in pieces.
INDEX_BATCH = 500
# Bookings that a processor's write limit allows: Stripe takes 100 writes a second by default, and a booking makes
# three (create, confirm, capture); a quarter is kept for refunds and retries.
PAYMENTS_PER_MINUTE = {"stripe": 100 / 3 * 0.75 * 60}
# While there is a crowd the processors are the buyers'. Money that is reserved can be taken minutes later, and
# not all of it in the same minute.
CAPTURE_SECONDS_IN_A_RUSH = 120.0, 360.0


def utc_now() -> datetime:
    return datetime.now(UTC)


class Wiring:
    """Deps of every slice, each made when first asked for: a role pays only for what it mounts."""

    def __init__(self, settings: Settings, pool: Pool, redis: Redis, jobs: App) -> None:
        self.settings = settings
        self.pool = pool
        self.redis = redis
        self.jobs = jobs
        self.job_claims = jobs.job_manager = ClaimingJobManager(jobs.connector)
        self.defer: Defer = defer_with(jobs, wait=self.seconds_to_wait)

    @cached_property
    def organizers(self) -> OrganizersDeps:
        return OrganizersDeps(pool=self.pool, now=utc_now)

    @cached_property
    def catalogue(self) -> CatalogueDeps:
        return CatalogueDeps(
            pool=self.pool,
            announce=self._announce,
            announce_named=self._announce_named,
            has_sales=lambda event_ids: has_sales(self.booking, event_ids=event_ids),
            read_availability=lambda event_ids: read_availability(self.booking, event_ids=event_ids),
            now=utc_now,
            testing=self.settings.testing,
            read_waiting_room=self._read_waiting_room,
        )

    @cached_property
    def payments(self) -> PaymentsDeps:
        stripe = self.settings.stripe
        if stripe is None:
            return PaymentsDeps(pool=self.pool, provider=SimulatedProcessor(self.pool), defer=self.defer, now=utc_now)
        provider = StripeProvider(stripe.secret_key, stripe.publishable_key, api_base=stripe.api_base)
        return PaymentsDeps(self.pool, provider, self.defer, utc_now, stripe.webhook_secrets)

    @cached_property
    def booking(self) -> BookingDeps:
        return BookingDeps(
            pool=self.pool,
            locks=RedisLocks(self.redis),
            read_seat_map=lambda seat_map_id: read_seat_map(self.catalogue, seat_map_id=seat_map_id),
            authorize=lambda order: authorize_payment(self.payments, order),
            record_payments=lambda conn, orders: record_payments(self.payments, conn, orders),
            record_authorizations=record_authorizations,
            settle=lambda booking_id: settle_payment(self.payments, booking_id),
            record_sales=lambda conn, sales: record_sales(conn, sales, self.defer),
            prepare_payment=self._prepare_payment if self.payments.provider.confirms_in_client else None,
            smallest_charge=None if self.settings.stripe is None else smallest_charge,
            payment_terms=PaymentTerms(
                self.payments.provider.name, publishable_key=self.payments.provider.publishable_key
            ),
            ticket_links=self._ticket_links,
            defer=self.defer,
            now=utc_now,
            token_keys=derive_ring(self.settings.secret_keys, "booking token"),
            enter_sale=self._enter_sale,
            spend_passes=spend_passes,
            restore_passes=restore_passes,
            read_client=lambda cookies: read_client(self.client_tokens, cookies),
        )

    @cached_property
    def client_tokens(self) -> ClientTokens:
        is_secure = self.settings.public_url.startswith("https://")
        return ClientTokens(derive_ring(self.settings.secret_keys, "client token"), is_secure, utc_now)

    def seconds_to_wait(self, job: str) -> float:
        """Return for how long a job that is written now is to be left alone."""
        if job == CAPTURE_JOB and "booking" in self.__dict__ and self.booking.limiter.is_saturated:
            return random.uniform(*CAPTURE_SECONDS_IN_A_RUSH)  # noqa: S311 - no secret, it only spreads them
        return 0.0

    @cached_property
    def waiting_room(self) -> WaitingRoomDeps:
        return WaitingRoomDeps(
            pool=self.pool,
            read_sale_terms=lambda event_id: read_sale_terms(self.catalogue, event_id),
            read_availability=lambda event_ids: read_availability(self.booking, event_ids=event_ids),
            get_booking_states=lambda booking_ids: get_booking_states(self.booking, booking_ids=booking_ids),
            now=utc_now,
            token_keys=derive_ring(self.settings.secret_keys, "queue token"),
            proof_key=derive_ring(self.settings.secret_keys, "queue proof").newest,
            payments_per_minute=PAYMENTS_PER_MINUTE.get(self.settings.payments),
        )

    @cached_property
    def search_engine(self) -> SearchEngine:
        return choose_engine(self.settings)

    @cached_property
    def search_index(self) -> CachedIndex:
        return CachedIndex(self.search_engine.index, self.redis)

    @cached_property
    def search(self) -> SearchDeps:
        return SearchDeps(
            index=self.search_index,
            read_documents=lambda event_ids: read_documents(self.catalogue, event_ids),
            scan_documents=lambda after, limit: scan_documents(self.catalogue, after, limit),
            read_named=lambda ids: read_named(self.catalogue, ids),
            scan_named=lambda after, limit: scan_named(self.catalogue, after, limit),
            read_availability=lambda event_ids: read_availability(self.booking, event_ids=event_ids),
            now=utc_now,
            request_rebuild=ask_seldom(self._request_rebuild),
            read_generation=self.search_index.generation,
            directory=Directory(
                list_performers=self._list_performers,
                read_performer=lambda performer_id: get_performer_view(self.catalogue, performer_id, size=1),
                list_venues=self._list_venues,
                read_venue=lambda venue_id: get_venue_view(self.catalogue, venue_id, size=1),
            ),
            public_url=self.settings.public_url,
        )

    @cached_property
    def live(self) -> LiveDeps:
        stream = RedisStream(self.redis)
        return LiveDeps(
            read_since=stream.read_since,
            feed=SeatFeed(self.read_snapshot, stream.read_after),
        )

    @cached_property
    def tickets(self) -> TicketsDeps:
        return TicketsDeps(
            pool=self.pool,
            keys=self._ticket_keys,
            read_sold_ticket=lambda event_id, index: get_sold_ticket(self.booking, event_id=event_id, index=index),
            read_booking=self.read_booking,
            list_sold_indexes=lambda event_id: list_sold_indexes(self.booking, event_id=event_id),
            list_resold=lambda event_id: list_resold(self.booking, event_id=event_id),
            read_documents=lambda event_ids: read_documents(self.catalogue, event_ids),
            now=utc_now,
        )

    @cached_property
    def pages(self) -> PagesDeps:
        return PagesDeps(
            search=lambda query: search_events(self.search, query),
            suggest=lambda typed, size: suggest(self.search, typed, size),
            read_documents=lambda event_ids: read_documents(self.catalogue, event_ids),
            read_details=lambda event_id: get_event_view(self.catalogue, event_id),
            read_performer=lambda performer_id: get_performer_view(self.catalogue, performer_id),
            read_venue=lambda venue_id: get_venue_view(self.catalogue, venue_id),
            read_booking=self.read_booking,
            read_payment_terms=self._read_payment_terms,
            list_refunds=lambda booking_id: get_refunds(self.payments, booking_id),
            hold=lambda body, client: checkout_json(self.booking, body, client),
            confirm=lambda body: confirm_json(self.booking, body),
            release=lambda body: release_json(self.booking, body),
            give_promo_code=lambda body, client: promo_json(self.booking, body, client),
            ticket_links=self._page_ticket_links,
            read_queue=self._read_queue_json,
            join_queue=self._join_queue_json,
            take_turn=self._take_turn_json,
            clients=self.client_tokens,
            booking_links=booking_links(
                self.settings.secret_keys, self.booking.token_keys, is_secure=self.client_tokens.is_secure
            ),
            now=utc_now,
            public_url=self.settings.public_url,
            attributions=read_attributions(),
            read_loading=loading_reader(self.settings.data_folder),
        )

    @cached_property
    def organizer_booking(self) -> OrganizerBookingDeps:
        return OrganizerBookingDeps(
            booking=self.booking,
            order_refund=lambda conn, order: order_refund(self.payments, conn, order),
            list_refunds=lambda booking_id: get_refunds(self.payments, booking_id),
            record_box_office_sale=record_box_office_sale,
            read_sale_terms=lambda event_id: read_sale_terms(self.catalogue, event_id),
            reprice_seats=self._reprice_seats,
            open_seats=self._open_seats,
        )

    async def _reprice_seats(
        self, organization_id: str, event_id: str, revision: int, moves: Mapping[int, str | None]
    ) -> bool:
        return await reprice_seats(
            self.catalogue, organization_id=organization_id, event_id=event_id, revision=revision, moves=moves
        )

    async def _open_seats(self, organization_id: str, event_id: str, revision: int, opened: frozenset[int]) -> bool:
        return await open_seats(
            self.catalogue, organization_id=organization_id, event_id=event_id, revision=revision, opened=opened
        )

    async def _prepare_payment(self, order: PaymentOrder) -> PaymentTerms:
        return await prepare_payment(self.payments, order)

    async def read_booking(self, booking_id: str, booking_token: str) -> Booking:
        return await get_booking(self.booking, booking_id=booking_id, booking_token=booking_token)

    async def read_snapshot(self, event_id: str) -> SeatSnapshot:
        return await read_snapshot(self.booking, event_id=event_id)

    async def _announce(self, conn: Connection, changed: EventsChanged) -> None:
        """In the catalogue's transaction: booking follows at once; the index, and those who have the page open, by
        jobs that this commit releases."""
        for notice in await collect_notices(conn, changed, now=utc_now()):
            notice_id = f"{notice.revision}:{notice.kind.value}"
            await self.defer(conn, "booking.publish_notice", notice=to_builtins(notice), notice_id=notice_id)
        for event_id in await project_events(conn, changed):
            await self.defer(conn, "booking.reissue_inventory", event_id=event_id)
        await project_waiting_rooms(conn, changed)
        event_ids = [terms.event_id for terms in changed.terms]
        for first in range(0, len(event_ids), INDEX_BATCH):
            await self.defer(conn, "search.index_events", event_ids=event_ids[first : first + INDEX_BATCH])

    async def _announce_named(self, conn: Connection, changed: NamedChanged) -> None:
        for first in range(0, len(changed.ids), INDEX_BATCH):
            await self.defer(conn, "search.index_named", ids=list(changed.ids[first : first + INDEX_BATCH]))

    async def _read_queue_json(self, event_id: str) -> dict[str, Any]:
        return json_value(await read_status(self.waiting_room, event_id=event_id))

    async def _join_queue_json(self, event_id: str) -> dict[str, Any]:
        return json_value(await join_queue(self.waiting_room, event_id=event_id))

    async def _take_turn_json(self, event_id: str, queue_token: str) -> dict[str, Any]:
        given = await take_turn(self.waiting_room, event_id=event_id, queue_token=queue_token)
        return {"pass": given.pass_, "expires_at": given.expires_at}

    async def _enter_sale(self, event_id: str, given: str | None, booking_id: str) -> str | None:
        return await enter_sale(self.waiting_room, event_id, given, booking_id)

    async def _read_waiting_room(self, event_id: str) -> tuple[bool, str]:
        status = await read_status(self.waiting_room, event_id=event_id)
        return status.required, status.state

    async def _list_performers(self, words: str, page: int, size: int) -> tuple[list[dict[str, Any]], int]:
        performers, total = await browse_performers(self.catalogue, q=words, page=page, size=size)
        return [performer_view(performer) for performer in performers], total

    async def _list_venues(self, words: str, page: int, size: int) -> tuple[list[dict[str, Any]], int]:
        venues, total = await browse_venues(self.catalogue, q=words, page=page, size=size)
        return [venue_view(venue) for venue in venues], total

    async def _request_rebuild(self) -> None:
        async with self.pool.connection() as conn, conn.transaction():
            await self.defer(conn, "search.rebuild_index", only_if_absent=True)

    async def _read_payment_terms(self, _booking_id: str) -> PaymentTerms:
        return self.booking.payment_terms

    @cached_property
    def _ticket_keys(self) -> TicketKeys:
        return derive_keys(self.settings.secret_keys)

    def _ticket_links(self, ticket_id: str, booking_id: str) -> dict[str, str]:
        links = sign_ticket(self._ticket_keys, ticket_id, booking_id)
        return {"barcode_url": links.barcode_url, "pdf_url": links.pdf_url}

    def _page_ticket_links(self, ticket_id: str, booking_id: str) -> TicketLink:
        return TicketLink(**self._ticket_links(ticket_id, booking_id))


@asynccontextmanager
async def open_wiring(settings: Settings, redis: Redis) -> AsyncIterator[Wiring]:
    """Yield the wiring of this process with its pool open; the caller owns `redis`."""
    async with open_pool(settings.database_url) as pool:
        # Not opened here: jobs are written on the connection of the use case that defers them; the worker opens it.
        wiring = Wiring(settings, pool, redis, App(connector=PsycopgConnector()))
        yield wiring
        if "payments" in wiring.__dict__:  # made when first asked for
            await wiring.payments.provider.aclose()
        if "search_engine" in wiring.__dict__:
            await wiring.search_engine.close()
