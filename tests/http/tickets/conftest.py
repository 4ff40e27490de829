"""Check-in of one venue with one show; the slices below are plain functions."""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx
import msgspec
import pytest
import pytest_asyncio
from litestar import Litestar

from admitone.booking.contracts import BookedTicket, Booking, BookingStatus, ResoldPlace
from admitone.catalogue.contracts import DocumentVenue, EventDocument, EventStatus
from admitone.kit.http.declared_request import check_declared
from admitone.kit.http.problem import EXCEPTION_HANDLERS
from admitone.kit.http.strict_request import StrictRequest
from admitone.kit.ids import new_id
from admitone.kit.keys import derive_ring
from admitone.kit.postgres import Connection, Pool
from admitone.kit.refusal import Kind, Refusal
from admitone.kit.short_codes import ShortCodes
from admitone.organizers.contracts import Identity, Needed, Role
from admitone.tickets.contracts import TransferNews
from admitone.tickets.domain.keys import derive_keys
from admitone.tickets.domain.links import sign_ticket
from admitone.tickets.domain.ticket_id import TicketName
from admitone.tickets.routes import router
from admitone.tickets.usecases.deps import Deps

CODES = ShortCodes(derive_ring(["a secret of the opera venue"], "short codes"))
KEYS = derive_keys(["a secret of the opera venue"])
EVENT_ID = "evt_01jd3x9k7qf0c8v5t2m4n6p8r0"
TICKET_ID = "tkt_01jd3x9k7qf0c8v5t2m4n6p8r0_7"
BOOKING_ID = "bkg_01jd3x9k7qf0c8v5t2m4n6p8r0"
TOKEN = "the-booking-token"
BUYER = {"Authorization": f"Bearer {TOKEN}"}
SCANNER = {"Authorization": "Bearer ak_scanner"}
OFFICE = {"Authorization": "Bearer ak_office"}
MANAGER = {"Authorization": "Bearer ak_manager"}
OTHER_SCANNER = {"Authorization": "Bearer ak_other"}


class NotFound(Refusal):
    code = "ticket-not-found"
    kind = Kind.NOT_FOUND


class NotAuthenticated(Refusal):
    code = "not-authenticated"
    kind = Kind.UNAUTHENTICATED


class RoleMissing(Refusal):
    code = "role-missing"
    kind = Kind.FORBIDDEN


@dataclass
class Env:
    """The answers of the slices below; tests change them."""

    now: datetime = datetime(2026, 12, 31, 19, 30, tzinfo=UTC)
    event_status: EventStatus = EventStatus.SCHEDULED
    event_starts_at: datetime | None = None
    """None: in an hour."""
    booking_status: BookingStatus = BookingStatus.CONFIRMED
    sold: list[int] = field(default_factory=lambda: [5, 6, 7, 12])
    booking_id: str = BOOKING_ID
    confirmed_at: datetime | None = None
    resold: list[ResoldPlace] = field(default_factory=list)
    bought: list[int] = field(default_factory=lambda: [7])
    """Indexes of the booking's tickets."""
    refunded: set[int] = field(default_factory=set)
    buyer_email: str | None = "ana@example.org"
    news: list[TransferNews] = field(default_factory=list)
    deps: Deps = field(init=False)
    exchanged_at: datetime | None = None
    """When the buyer's ticket moved to its place from another one."""
    meanwhile: Callable[[], Awaitable[object]] | None = None
    """Runs once, when an event is read: an acceptance reads it between the first look at the offer and its writes."""
    after_judging: Callable[[], Awaitable[object]] | None = None
    """Runs once, after a sold ticket was read: between the judgement of an offline scan and its writes."""

    def sell_again(self) -> None:
        """Refund all places and sell them to another buyer."""
        self.booking_id, self.confirmed_at = "bkg_01jd3x9k7qf0c8v5t2m4n6p8r1", self.now
        self.resold = [ResoldPlace(index, self.booking_id, self.now) for index in self.sold]

    async def read_sold_ticket(self, event_id: str, index: int) -> tuple[Booking, BookedTicket]:
        if event_id != EVENT_ID or index not in self.sold:
            raise NotFound("No such ticket.")
        name = TicketName(event_id, index)
        seat = msgspec.structs.replace(self.booking.tickets[0], ticket_id=name.ticket_id, index=index)
        sold = self.booking, msgspec.structs.replace(seat, exchanged_at=self.exchanged_at)
        after_judging, self.after_judging = self.after_judging, None
        if after_judging is not None:
            await after_judging()
        return sold

    async def read_booking(self, booking_id: str, token: str) -> Booking:
        if (booking_id, token) != (self.booking.id, TOKEN):
            raise NotFound("No such booking.")
        return self.booking

    async def read_bought_booking(self, booking_id: str) -> Booking:
        if booking_id != self.booking.id:
            raise NotFound("No such booking.")
        return self.booking

    async def lock_sold_places(self, _conn: Connection, places: Collection[tuple[str, int]]) -> set[tuple[str, int]]:
        return {
            (booking_id, index)
            for booking_id, index in places
            if booking_id == self.booking_id and index in self.sold and index not in self.refunded
        }

    async def announce(self, _conn: Connection, news: TransferNews) -> None:
        self.news.append(news)

    async def list_sold_indexes(self, _event_id: str) -> list[int]:
        return self.sold

    async def list_resold(self, _event_id: str) -> list[ResoldPlace]:
        return self.resold

    async def read_documents(self, event_ids: tuple[str, ...]) -> list[EventDocument]:
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile is not None:
            await meanwhile()
        return [self.event] if EVENT_ID in event_ids else []

    async def authenticate(self, api_key: str | None, needed: Needed) -> Identity:
        keys = {
            "ak_scanner": Identity("org_house", Role.SCANNER, "key_1"),
            "ak_office": Identity("org_house", Role.BOX_OFFICE, "key_2"),
            "ak_manager": Identity("org_house", Role.MANAGER, "key_4"),
            "ak_other": Identity("org_elsewhere", Role.BOX_OFFICE, "key_3"),
        }
        if api_key not in keys:
            raise NotAuthenticated("A key is needed.")
        if not keys[api_key].role.covers(needed):
            raise RoleMissing("The key has another role.")
        return keys[api_key]

    def ticket_id(self, index: int) -> str:
        return TicketName(EVENT_ID, index).ticket_id

    @property
    def booking(self) -> Booking:
        seat = BookedTicket(TICKET_ID, 7, "sec_1", "Parterre", "lvl_1", "Premium", 12_000, 500, 12_500, "BB", "112")
        return Booking(
            id=self.booking_id,
            confirmed_at=self.confirmed_at,
            event_id=EVENT_ID,
            organization_id="org_house",
            status=self.booking_status,
            tickets=tuple(
                msgspec.structs.replace(
                    seat, ticket_id=self.ticket_id(index), index=index, refunded=index in self.refunded
                )
                for index in self.bought
            ),
            subtotal=12_000,
            fees=500,
            total=12_500,
            currency="EUR",
            created_at=self.now,
            expires_at=self.now,
            buyer_name="Ana Ruiz",
            buyer_email=self.buyer_email,
        )

    @property
    def event(self) -> EventDocument:
        return msgspec.convert(
            {
                **dict.fromkeys(EventDocument.__struct_fields__),
                "id": EVENT_ID,
                "organization_id": "org_house",
                "revision": 1,
                "name": "Mahler 9",
                "status": self.event_status,
                "segment": "Music",
                "tags": (),
                "works": (),
                "performers": (),
                "starts_at": self.event_starts_at or self.now + timedelta(hours=1),
                "local_date": "2026-12-31",
                "local_time": "20:30",
                "timezone": "Europe/Vienna",
                "doors_at": self.now - timedelta(hours=1),
                "image_url": "",
                "url": "",
                "capacity": 100,
                "waiting_room_mode": "off",
                "popularity": 0.0,
                "venue": DocumentVenue("ven_1", "Musikverein", (), "Wien", None, "AT", None, None, None),
            },
            EventDocument,
        )


@pytest.fixture
def env() -> Env:
    return Env()


@pytest_asyncio.fixture
async def client(env: Env, pool: Pool) -> AsyncIterator[httpx.AsyncClient]:
    async def is_holder_token(holder_id: str, token: str) -> bool:
        return token in (TOKEN if holder_id == env.booking_id else "", f"of {holder_id}")

    deps = env.deps = Deps(
        pool=pool,
        keys=KEYS,
        read_sold_ticket=env.read_sold_ticket,
        read_booking=env.read_booking,
        read_bought_booking=env.read_bought_booking,
        list_sold_indexes=env.list_sold_indexes,
        list_resold=env.list_resold,
        read_documents=env.read_documents,
        lock_sold_places=env.lock_sold_places,
        is_holder_token=is_holder_token,
        issue_holder_token=lambda holder_id: f"of {holder_id}",
        public_url="https://tickets.example",
        announce=env.announce,
        codes=CODES,
        now=lambda: env.now,
    )
    app = Litestar(
        [router(lambda: deps, env.authenticate)],
        exception_handlers=EXCEPTION_HANDLERS,
        request_class=StrictRequest,
        before_request=check_declared,
        openapi_config=None,
    )
    transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type] # the same protocol, typed twice
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as http:
        yield http


def link_signature(version: int = 1, ticket_id: str = TICKET_ID, booking_id: str = BOOKING_ID) -> str:
    return sign_ticket(KEYS, ticket_id, booking_id, version).barcode_url.split("?s=")[1]


def unknown_ticket() -> str:
    return new_id("tkt") + "_1"
