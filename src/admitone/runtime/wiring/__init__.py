"""Builds what every slice works with, and plugs each into those above it. One `Wiring` a process.

Slices know each other by contracts alone; the modules of this package, one a slice, say which use case fulfils which
contract.
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import cached_property

from procrastinate import App, PsycopgConnector
from redis.asyncio import Redis

from admitone.booking.contracts import TicketLinks
from admitone.booking.usecases.deps import Deps as BookingDeps
from admitone.booking.usecases.deps import inform_by_pages
from admitone.booking.usecases.organizer_deps import OrganizerDeps as OrganizerBookingDeps
from admitone.booking.usecases.personal_data_deps import PersonalDataDeps
from admitone.catalogue.usecases.deps import Deps as CatalogueDeps
from admitone.console.usecases.deps import Deps as ConsoleDeps
from admitone.kit.client_token import ClientTokens
from admitone.kit.http.client_cookie import read_client
from admitone.kit.http.idempotency_records import Records
from admitone.kit.job_claims import ClaimingJobManager
from admitone.kit.jobs import Defer, defer_with
from admitone.kit.keys import derive_ring
from admitone.kit.postgres import Pool, ReadPool, open_pool, open_read_pool
from admitone.live.usecases.deps import Deps as LiveDeps
from admitone.mail.usecases.deps import Deps as MailDeps
from admitone.organizers.usecases.deps import Deps as OrganizersDeps
from admitone.pages.domain.booking_links import BookingLinks
from admitone.pages.usecases.deps import Deps as PagesDeps
from admitone.pages.usecases.deps import FormDeps
from admitone.payments.usecases.deps import Deps as PaymentsDeps
from admitone.runtime.booking_links import booking_links
from admitone.runtime.search_engine import SearchEngine
from admitone.runtime.settings import Settings
from admitone.runtime.system.deps import Deps as SystemDeps
from admitone.runtime.wiring.booking import wire_booking, wire_organizer_booking
from admitone.runtime.wiring.catalogue import wire_catalogue
from admitone.runtime.wiring.console import wire_console
from admitone.runtime.wiring.live import wire_live
from admitone.runtime.wiring.mail import booking_announcer, code_announcer, refund_announcer, wire_mail
from admitone.runtime.wiring.notices import person_announcer, transfer_announcer
from admitone.runtime.wiring.organizers import wire_organizers
from admitone.runtime.wiring.pages import make_client_tokens, wire_forms, wire_pages
from admitone.runtime.wiring.payments import wire_payments
from admitone.runtime.wiring.personal_data import wire_personal_data
from admitone.runtime.wiring.process import Process, utc_now
from admitone.runtime.wiring.search import open_engine, wire_search
from admitone.runtime.wiring.system import wire_system
from admitone.runtime.wiring.tickets import document_signer, link_signer, wire_tickets
from admitone.runtime.wiring.waiting_room import wire_waiting_room
from admitone.search.adapters.cached_index import CachedIndex
from admitone.search.usecases.deps import Deps as SearchDeps
from admitone.tickets.domain.keys import TicketKeys, derive_keys
from admitone.tickets.usecases.deps import Deps as TicketsDeps
from admitone.tickets.usecases.deps import announce_nothing
from admitone.waiting_room.usecases.deps import Deps as WaitingRoomDeps

__all__ = ("Wiring", "open_wiring", "utc_now")


class Wiring:
    """Deps of every slice, each made when first asked for: a role pays only for what it mounts.

    `records` are the caller's where it keeps some; `closing` closes what the slices open.
    """

    def __init__(
        self,
        settings: Settings,
        pool: Pool,
        redis: Redis,
        jobs: App,
        *,
        records: Records | None = None,
        closing: AsyncExitStack | None = None,
        read_pool: ReadPool | None = None,
    ) -> None:
        self.settings = settings
        self.pool = pool
        self.redis = redis
        self.jobs = jobs
        self.job_claims = jobs.job_manager = ClaimingJobManager(jobs.connector)
        self.defer: Defer = defer_with(jobs)
        self._process = Process(
            settings=settings,
            pool=pool,
            read_pool=read_pool or ReadPool(pool),
            redis=redis,
            records=records or Records(redis, settings.secret_keys[0]),
            defer=self.defer,
            closing=closing or AsyncExitStack(),
        )

    @cached_property
    def organizers(self) -> OrganizersDeps:
        return wire_organizers(self._process)

    @cached_property
    def catalogue(self) -> CatalogueDeps:
        return wire_catalogue(
            self._process,
            organizers=self.organizers,
            booking=lambda: self.booking,
            waiting_room=lambda: self.waiting_room,
        )

    @cached_property
    def payments(self) -> PaymentsDeps:
        return wire_payments(self._process, announce_refund=refund_announcer(self.settings))

    @cached_property
    def booking(self) -> BookingDeps:
        return wire_booking(
            self._process,
            organizers=self.organizers,
            catalogue=lambda: self.catalogue,
            payments=self.payments,
            waiting_room=lambda: self.waiting_room,
            ticket_links=self._ticket_links,
            read_client=lambda cookies: read_client(self._clients, cookies),
            announce_bookings=booking_announcer(self.settings),
            announce=person_announcer(self.settings.public_url, self._booking_links)
            if self.settings.mail
            else inform_by_pages,
        )

    @cached_property
    def organizer_booking(self) -> OrganizerBookingDeps:
        return wire_organizer_booking(
            booking=self.booking,
            organizers=self.organizers,
            catalogue=lambda: self.catalogue,
            payments=self.payments,
            tickets=lambda: self.tickets,
            personal_data=self.personal_data,
            announce_personal_codes=code_announcer(self.settings),
        )

    @cached_property
    def personal_data(self) -> PersonalDataDeps:
        settings = self.settings
        return wire_personal_data(self.pool, self.defer, utc_now, settings.secret_keys, settings.personal_data_days)

    @cached_property
    def waiting_room(self) -> WaitingRoomDeps:
        return wire_waiting_room(
            self._process,
            catalogue=lambda: self.catalogue,
            booking=lambda: self.booking,
            payments=lambda: self.payments,
        )

    @cached_property
    def search_engine(self) -> SearchEngine:
        return open_engine(self._process)

    @cached_property
    def search_index(self) -> CachedIndex:
        return CachedIndex(self.search_engine.index, self.redis)

    @cached_property
    def search(self) -> SearchDeps:
        return wire_search(
            self._process, index=self.search_index, catalogue=lambda: self.catalogue, booking=lambda: self.booking
        )

    @cached_property
    def live(self) -> LiveDeps:
        return wire_live(self._process, booking=lambda: self.booking)

    @cached_property
    def tickets(self) -> TicketsDeps:
        return wire_tickets(
            self._process,
            organizers=self.organizers,
            keys=self._ticket_keys,
            catalogue=lambda: self.catalogue,
            booking=lambda: self.booking,
            announce=transfer_announcer(self.settings.public_url, self._booking_links)
            if self.settings.mail
            else announce_nothing,
        )

    @cached_property
    def mail(self) -> MailDeps:
        return wire_mail(
            self._process,
            catalogue=lambda: self.catalogue,
            organizers=self.organizers,
            booking=self.booking,
            payments=self.payments,
            tickets=lambda: self.tickets,
            waiting_room=lambda: self.waiting_room,
            links=self._booking_links,
        )

    @cached_property
    def pages(self) -> PagesDeps:
        return wire_pages(
            self._process,
            organizers=self.organizers,
            search=lambda: self.search,
            catalogue=lambda: self.catalogue,
            booking=self.booking,
            organizer_booking=self.organizer_booking,
            payments=self.payments,
            ticket_links=self._ticket_links,
            booking_documents=document_signer(self._ticket_keys),
            tickets=lambda: self.tickets,
            clients=self._clients,
            links=self._booking_links,
            mail=lambda: self.mail,
        )

    @cached_property
    def system(self) -> SystemDeps:
        return wire_system(self._process, mail=self.mail)

    @cached_property
    def console(self) -> ConsoleDeps:
        return wire_console(self._process, organizers=self.organizers)

    @cached_property
    def forms(self) -> FormDeps:
        return wire_forms(
            self._process,
            pages=self.pages,
            booking=self.booking,
            organizer_booking=self.organizer_booking,
            waiting_room=self.waiting_room,
            tickets=self.tickets,
            mail=lambda: self.mail,
        )

    @cached_property
    def _clients(self) -> ClientTokens:
        return make_client_tokens(self.settings)

    @cached_property
    def _booking_links(self) -> BookingLinks:
        token_keys = derive_ring(self.settings.secret_keys, "booking token")
        return booking_links(self.settings.secret_keys, token_keys, is_secure=self._clients.is_secure)

    @cached_property
    def _ticket_keys(self) -> TicketKeys:
        return derive_keys(self.settings.secret_keys)

    @cached_property
    def _ticket_links(self) -> TicketLinks:
        return link_signer(self._ticket_keys)


@asynccontextmanager
async def open_wiring(settings: Settings, redis: Redis, records: Records | None = None) -> AsyncIterator[Wiring]:
    """Yield the wiring of this process with its pool open; the caller owns `redis`, and `records` where it has some."""
    async with (
        open_pool(settings.database_url) as pool,
        open_read_pool(pool, settings.read_database_url, lag_seconds_max=settings.read_lag_seconds) as read_pool,
        AsyncExitStack() as closing,
    ):
        # Not opened here: jobs are written on the connection of the use case that defers them; the worker opens it.
        jobs = App(connector=PsycopgConnector())
        yield Wiring(settings, pool, redis, jobs, records=records, closing=closing, read_pool=read_pool)
