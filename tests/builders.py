"""Build what many tests share: one hall, one show, and the use cases that sell it."""

import itertools
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec.structs import replace
from redis.asyncio import Redis

from admitone.booking.adapters.redis_locks import RedisLocks
from admitone.booking.contracts import AnnounceBookings, TicketLink, announce_nothing
from admitone.booking.contracts.resale import AnnounceToPerson
from admitone.booking.sale.process import open_sale
from admitone.booking.sale.selling import JoinedWrites
from admitone.booking.sale.taking_over import ResaleWrites
from admitone.booking.usecases.deps import Deps, inform_by_pages
from admitone.booking.usecases.project_events import project_events
from admitone.booking.usecases.start_checkout import CheckoutOrder
from admitone.catalogue.contracts import (
    Area,
    EventsChanged,
    EventStatus,
    PriceLevel,
    SaleTerms,
    Seat,
    SeatMap,
    SeatRanges,
)
from admitone.kit.ids import new_id
from admitone.kit.jobs import Defer
from admitone.kit.keys import derive_ring
from admitone.kit.postgres import Connection, Pool
from admitone.kit.short_codes import ShortCodes
from admitone.payments.contracts import ListRefunds, PaymentOrder, PaymentOutcome, PaymentTerms, SaleMoney
from admitone.payments.usecases.authorization import authorize_payment, record_authorizations, record_payments
from admitone.payments.usecases.capture import record_sales
from admitone.payments.usecases.deps import Deps as PaymentsDeps
from admitone.payments.usecases.payment_writes import PaymentWrites
from admitone.payments.usecases.refunds import get_refunds, order_refund
from admitone.payments.usecases.void import settle_payment
from admitone.testing.processor.processor import SimulatedProcessor
from admitone.tickets.usecases.list_unreturnable import list_unreturnable
from admitone.waiting_room.contracts import WaitingRoomPassRequired
from admitone.waiting_room.domain.draw import draw_lots, mark_of
from admitone.waiting_room.usecases.passes import restore_passes, spend_passes

TOKEN_KEYS = derive_ring(["a secret of the opera venue"], "booking token")
STALLS = PriceLevel(id="lvl_stalls", name="Stalls", amount=5000, fee=500, color="#aa3333", categories=("stalls",))
CIRCLE = PriceLevel(id="lvl_circle", name="Circle", amount=3000, fee=300, color="#3333aa", categories=("circle",))
STANDING = PriceLevel(id="lvl_standing", name="Standing", amount=2000, fee=0, color="#33aa33")


def a_hall(rows: int = 4, seats: int = 10, *, circle_rows: int = 0, map_id: str = "map_hall") -> SeatMap:
    """Return rows of neighbouring seats before a stage at (0, 0): `A-1` is index 0; the last rows are the circle."""
    made = [
        Seat(
            id=f"{chr(65 + row)}-{number + 1}",
            index=row * seats + number,
            number=str(number + 1),
            row=chr(65 + row),
            section_id="circle" if row >= rows - circle_rows else "stalls",
            section="Circle" if row >= rows - circle_rows else "Stalls",
            category="circle" if row >= rows - circle_rows else "stalls",
            x=(number - (seats - 1) / 2) * 25,
            y=100 + row * 30,
        )
        for row in range(rows)
        for number in range(seats)
    ]
    runs = tuple((row * seats, (row + 1) * seats) for row in range(rows))
    return SeatMap(id=map_id, seats=tuple(made), runs=runs, focal_point=(0, 0))


def with_wheelchair_places(hall: SeatMap, pairs: dict[int, tuple[int, ...]]) -> SeatMap:
    """Add wheelchair places. `pairs`: index of a wheelchair place → indexes of its companion seats."""
    companions = {seat: place for place, own in pairs.items() for seat in own}
    seats = tuple(
        replace(seat, attributes=("accessible",))
        if seat.index in pairs
        else replace(seat, attributes=("companion",))
        if seat.index in companions
        else seat
        for seat in hall.seats
    )
    return replace(hall, seats=seats, companions=tuple(sorted(companions.items())))


def terms_of_a_show(
    *,
    event_id: str | None = None,
    revision: int = 1,
    status: EventStatus = EventStatus.SCHEDULED,
    published: bool = True,
    seat_map: SeatMap | None = None,
    standing: int = 0,
    levels: tuple[PriceLevel, ...] = (STALLS, CIRCLE, STANDING),
    on_sale_at: datetime | None = None,
    ticket_limit: int = 8,
    hold_seconds: int = 600,
    allow_orphans: bool = True,
    booking_fee: int = 0,
    open_seats: SeatRanges = (),
) -> SaleTerms:
    """Return the terms of a show in a month, on sale now; `standing` places of general admission beside the seats."""
    return SaleTerms(
        event_id=event_id or new_id("evt"),
        organization_id="org_house",
        revision=revision,
        status=status,
        published=published,
        name="A Show",
        currency="EUR",
        starts_at=datetime.now(UTC) + timedelta(days=30),
        timezone="Europe/Vienna",
        seat_map_id=seat_map.id if seat_map else None,
        price_levels=levels,
        areas=(Area("floor", "Floor", standing, STANDING.id),) if standing else (),
        on_sale_at=on_sale_at,
        off_sale_at=None,
        ticket_limit=ticket_limit,
        hold_seconds=hold_seconds,
        allow_orphans=allow_orphans,
        capacity=standing + (len(seat_map.seats) if seat_map else 0),
        booking_fee=booking_fee,
        open_seats=open_seats,
    )


_people = itertools.count(1)


def a_wish(event_id: str, *, buyer_email: str | None = None, **wish: Any) -> CheckoutOrder:
    """Return the request of a buyer without a booking, unless the test names the buyer."""
    return CheckoutOrder(event_id, buyer_email=buyer_email or f"person{next(_people)}@example.org", **wish)


class JobsWritten:
    """A `Defer` that records the jobs it receives, in the order of the commits."""

    def __init__(self) -> None:
        self.jobs: list[tuple[str, dict[str, object]]] = []
        self.waits: dict[str, float] = {}
        """How long the queue delays the newest job of each name."""

    async def __call__(
        self, _conn: Connection, name: str, /, *, wait_seconds: float = 0.0, **arguments: object
    ) -> None:
        self.jobs.append((name, arguments))
        self.waits[name] = wait_seconds

    def named(self, name: str) -> list[dict[str, object]]:
        return [arguments for job, arguments in self.jobs if job == name]


def box_office(
    pool: Pool,
    redis: Redis,
    *,
    seat_map: SeatMap | None = None,
    defer: Defer | None = None,
    authorize: Callable[[PaymentOrder], Awaitable[PaymentOutcome]] | None = None,
    payments: PaymentsDeps | None = None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    announce: AnnounceBookings = announce_nothing,
    tell: AnnounceToPerson = inform_by_pages,
    list_refunds: ListRefunds | None = None,
    defers_in_rush: bool = True,
) -> Deps:
    """Return booking on real PostgreSQL and Redis, with the simulated processor and no waiting room."""
    written = defer or JobsWritten()
    provider = SimulatedProcessor(pool)
    books = payments or PaymentsDeps(pool, provider, written, now, PaymentWrites(pool, provider.name))

    async def read_seat_map(_seat_map_id: str) -> SeatMap:
        assert seat_map is not None, "this show has no numbered seats"
        return seat_map

    async def record(conn: Connection, sales: list[SaleMoney], is_rush: bool) -> None:
        await record_sales(conn, sales, written, is_rush=is_rush)

    async def nobody_enters(event_id: str, _pass: str | None, _booking_id: str) -> str | None:
        raise WaitingRoomPassRequired(event_id)

    writes = JoinedWrites(
        record_payments=lambda conn, orders: record_payments(books, conn, orders),
        record_authorizations=record_authorizations,
        record_sales=record,
        spend_passes=spend_passes,
        restore_passes=restore_passes,
        defer=written,
        resale=ResaleWrites(
            order_refund=lambda conn, order: order_refund(books, conn, order),
            list_refunds=list_refunds or (lambda booking_id: get_refunds(books, booking_id)),
            list_unreturnable=list_unreturnable,
            announce=tell,
        ),
        announce_bookings=announce,
    )
    return Deps(
        pool=pool,
        locks=RedisLocks(redis),
        sale=open_sale(pool, writes, defers_in_rush=defers_in_rush),
        read_seat_map=read_seat_map,
        enter_sale=nobody_enters,
        draw_lots=draw_lots,
        mark_entrant=mark_of,
        authorize=authorize or (lambda order: authorize_payment(books, order)),
        settle=lambda booking_id: settle_payment(books, booking_id),
        list_unreturnable=list_unreturnable,
        payment_terms=PaymentTerms("simulated"),
        ticket_links=lambda ticket_id, _booking_id: TicketLink(f"/b/{ticket_id}", f"/p/{ticket_id}"),
        defer=written,
        now=now,
        token_keys=TOKEN_KEYS,
        codes=ShortCodes(TOKEN_KEYS),
        announce=tell,
        announce_bookings=announce,
    )


async def put_on_sale(deps: Deps, terms: SaleTerms) -> SaleTerms:
    """Announce the event's terms as the catalogue does."""
    async with deps.pool.connection() as conn, conn.transaction():
        await project_events(conn, EventsChanged((terms,)))
    return terms
