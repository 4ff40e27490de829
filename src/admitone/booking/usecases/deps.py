"""What the use cases of booking work with. Built once a process by a role."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

import psycopg
from msgspec import Struct, structs

from admitone.booking.contracts import Booking, BookingStatus, TicketLinks
from admitone.booking.domain.sale_plan import SalePlan
from admitone.booking.domain.seat_index import SeatIndex
from admitone.booking.ports import SeatLocks
from admitone.booking.store import claims as store
from admitone.booking.store.bookings import read_bookings_by_key
from admitone.booking.store.claims import Claim, ClaimOutcome, PaymentStart, StoredBooking
from admitone.catalogue.contracts import ReadSeatMap
from admitone.kit.batcher import Batcher
from admitone.kit.ids import new_id
from admitone.kit.jobs import Defer
from admitone.kit.keys import KeyRing
from admitone.kit.load_meter import LoadMeter
from admitone.kit.load_shedding import ConcurrencyLimiter
from admitone.kit.postgres import Connection, Pool
from admitone.kit.single_flight import SingleFlight
from admitone.payments.contracts import (
    Authorize,
    PaymentOrder,
    PaymentTerms,
    PreparePayment,
    RecordAuthorizations,
    RecordPayments,
    RecordSales,
    SaleMoney,
    Settle,
)
from admitone.waiting_room.contracts import EnterSale, RestorePasses, SpendPasses, SpentPass, WaitingRoomPassRequired

BATCH_MAX = 128
# In a rush: half as many transactions for a moment that nobody feels.
LINGER_MS = 16.0
# Checkouts and confirmations under way, and what they may take on average before fewer are let in.
IN_FLIGHT_MAX = 1024
TARGET_SECONDS = 0.25

Item = TypeVar("Item")
Answer = TypeVar("Answer")


class AuthorizationMoved(Exception):
    """The try was authorized, and is not any more, or is being ended: ask payments what it is now."""


class Paid(Struct, frozen=True):
    """A booking that is paid for. `is_recorded`: the payments' books say so already; else the sale writes it there."""

    stored: StoredBooking
    is_recorded: bool

    @property
    def attempt(self) -> tuple[str, int]:
        return self.stored.booking.id, self.stored.attempt


async def nobody_enters(event_id: str, _pass: str | None, _booking_id: str) -> str | None:
    """Where no waiting room is plugged in, an event that asks for one sells to nobody."""
    raise WaitingRoomPassRequired(event_id)


async def nothing_is_spent(_conn: Connection, _passes: Sequence[SpentPass]) -> set[str]:
    """Where no waiting room is plugged in, no booking has a pass."""
    return set()


async def nothing_is_restored(_conn: Connection, _passes: Sequence[SpentPass]) -> None:
    """As `nothing_is_spent`."""


@dataclass(frozen=True)
class Deps:
    """Batchers are this process's group commit; caches hold only what is immutable or checked by a claim."""

    pool: Pool
    locks: SeatLocks
    read_seat_map: ReadSeatMap
    authorize: Authorize
    record_payments: RecordPayments
    record_authorizations: RecordAuthorizations
    settle: Settle
    record_sales: RecordSales
    payment_terms: PaymentTerms
    ticket_links: TicketLinks
    defer: Defer
    now: Callable[[], datetime]
    token_keys: KeyRing
    enter_sale: EnterSale = nobody_enters
    spend_passes: SpendPasses = nothing_is_spent
    restore_passes: RestorePasses = nothing_is_restored
    prepare_payment: PreparePayment | None = None
    """Where the client confirms with the provider itself; None: there is nothing to prepare."""
    smallest_charge: Callable[[str], int] | None = None
    """Currency → the least that the provider charges, in minor units (0: not known); None: anything can be charged."""
    read_client: Callable[[bytes | None], str | None] = lambda _cookies: None
    """A `Cookie` header → the client id of its signed client token, or None."""
    new_id: Callable[[str], str] = new_id
    meter: LoadMeter = field(default_factory=LoadMeter)
    limiter: ConcurrencyLimiter = field(init=False)
    claims: Batcher[Claim, ClaimOutcome] = field(init=False)
    starts: Batcher[PaymentStart, StoredBooking | None] = field(init=False)
    sales: Batcher[Paid, Booking | None] = field(init=False)
    bookings_by_key: Batcher[bytes, StoredBooking | None] = field(init=False)
    """Digest of an idempotency key → the booking that it made."""
    sale_plans: "dict[str, tuple[float, SalePlan]]" = field(default_factory=dict)
    seat_index_cache: dict[str, SeatIndex] = field(default_factory=dict)
    sale_plan_reads: SingleFlight[str, SalePlan] = field(default_factory=SingleFlight)
    loads: SingleFlight[str, None] = field(default_factory=SingleFlight)
    payments: SingleFlight[str, Booking] = field(default_factory=SingleFlight)
    picks: dict[str, set[int]] = field(default_factory=dict)
    """event id → seats that requests of this process have picked as best available and are locking now."""

    def __post_init__(self) -> None:
        limiter = ConcurrencyLimiter(
            "booking", limit_max=IN_FLIGHT_MAX, target_seconds=TARGET_SECONDS, on_reject=self.meter.record_shed
        )
        object.__setattr__(self, "limiter", limiter)
        object.__setattr__(self, "claims", _batcher(self._claim, "claims"))
        object.__setattr__(self, "starts", _batcher(self._start, "starts"))
        object.__setattr__(self, "sales", _batcher(self._sell, "sales"))
        object.__setattr__(self, "bookings_by_key", _batcher(self._find_by_idempotency_key, "bookings_by_key"))

    async def _find_by_idempotency_key(self, keys: Sequence[bytes]) -> Sequence[StoredBooking | None]:
        async with self.pool.connection() as conn:
            found = await read_bookings_by_key(conn, keys)
        return [found.get(key) for key in keys]

    async def _claim(self, claims: Sequence[Claim]) -> Sequence[ClaimOutcome | Exception]:
        outcomes: dict[str, ClaimOutcome | Exception] = {}
        for group in _without_rivals(claims):
            async with self.pool.connection() as conn:
                outcomes.update(await _claim_group(conn, group))
        return [outcomes[claim.booking_id] for claim in claims]

    async def _start(self, starts: Sequence[PaymentStart]) -> Sequence[StoredBooking | None]:
        begun: dict[str, StoredBooking] = {}
        for group in _without_same_buyer(starts):
            async with self.pool.connection() as conn, conn.transaction():
                begun.update(await self._begin(conn, group))
        return [begun.get(start.booking_id) for start in starts]

    async def _begin(self, conn: Connection, starts: Sequence[PaymentStart]) -> dict[str, StoredBooking]:
        """Bookings that are being paid, and their attempts in the payments' books, in one commit."""
        begun = await store.begin_payments(conn, starts)
        orders = [
            payment_order(begun[start.booking_id], start.payment_method)
            for start in starts
            if start.booking_id in begun
        ]
        for booking_id in await self.record_payments(conn, orders):
            begun[booking_id] = structs.replace(begun[booking_id], is_recorded=True)
        return begun

    async def _sell(self, paid: Sequence[Paid]) -> Sequence[Booking | Exception | None]:
        """One transaction: authorizations recorded, passes spent, tickets sold, bookings confirmed, ledger entries and
        jobs written."""
        asked = {payment.attempt: payment for payment in paid}  # a buyer and a job may finish the same try at once
        async with self.pool.connection() as conn, conn.transaction():
            unrecorded = [attempt for attempt, payment in asked.items() if not payment.is_recorded]
            recorded = await self.record_authorizations(conn, unrecorded) if unrecorded else set()
            moved = set(unrecorded) - recorded
            passes = _passes(payment for attempt, payment in asked.items() if attempt not in moved)
            spent = await self.spend_passes(conn, passes) if passes else set()
            barred = {spent_pass.booking_id for spent_pass in passes} - spent
            sellable = [attempt for attempt in asked if attempt not in moved and attempt[0] not in barred]
            confirmed_at = await store.sell_tickets(conn, sellable)
            if unsold := [
                spent_pass
                for spent_pass in passes
                if spent_pass.booking_id in spent and spent_pass.booking_id not in confirmed_at
            ]:
                await self.restore_passes(conn, unsold)
            sold = {
                attempt: as_confirmed(payment.stored.booking, confirmed_at[attempt[0]])
                for attempt, payment in asked.items()
                if attempt[0] in confirmed_at and attempt not in moved
            }
            if sold:
                await self.record_sales(conn, [sale_money(booking) for booking in sold.values() if booking.total])
                await self.defer(
                    conn, "booking.publish_sales", booking_ids=sorted(booking_id for booking_id, _ in sold)
                )
        return [AuthorizationMoved() if payment.attempt in moved else sold.get(payment.attempt) for payment in paid]


def _passes(paid: Iterable[Paid]) -> list[SpentPass]:
    return [
        SpentPass(payment.stored.booking.event_id, payment.stored.pass_ref, payment.stored.booking.id)
        for payment in paid
        if payment.stored.pass_ref is not None
    ]


def _batcher(
    execute: Callable[[Sequence[Item]], Awaitable[Sequence[Answer | Exception]]], name: str
) -> Batcher[Item, Answer]:
    return Batcher(execute, items_max=BATCH_MAX, linger_ms=LINGER_MS, name=name)


async def _claim_group(conn: Connection, group: Sequence[Claim]) -> dict[str, ClaimOutcome]:
    try:
        return await store.claim_tickets(conn, group)
    except psycopg.errors.UniqueViolation:
        # An idempotency key of this group was committed by another process in this moment. Nothing of the group
        # was written. One by one the others win, and this one is told the booking that it made.
        outcomes: dict[str, ClaimOutcome] = {}
        for member in group:
            outcomes.update(await store.claim_tickets(conn, [member]))
        return outcomes


def _without_rivals(claims: Sequence[Claim]) -> Iterable[list[Claim]]:
    """Cut a batch into groups: no place, person (buyer, client, pass), key or limited promo code twice in one."""
    return _split(
        claims,
        lambda claim: [
            *((claim.event_id, ticket.index) for ticket in claim.tickets),
            *claim.people,
            *([claim.idempotency_key] if claim.idempotency_key else []),
            *([claim.promo] if claim.promo is not None and claim.promo.is_limited else []),
        ],
    )


def _without_same_buyer(starts: Sequence[PaymentStart]) -> Iterable[list[PaymentStart]]:
    return _split(starts, lambda start: [start.booking_id, (start.event_id, start.buyer_key or start.booking_id)])


def _split(items: Sequence[Item], keys: Callable[[Item], Iterable[object]]) -> list[list[Item]]:
    groups: list[tuple[set[object], list[Item]]] = []
    for item in items:
        own = set(keys(item))
        for seen, group in groups:
            if seen.isdisjoint(own):
                seen |= own
                group.append(item)
                break
        else:
            groups.append((own, [item]))
    return [group for _, group in groups]


def as_confirmed(booking: Booking, confirmed_at: datetime) -> Booking:
    """The booking as the sale has just made it; what it was made of cannot change while it is paid."""
    return structs.replace(booking, status=BookingStatus.CONFIRMED, confirmed_at=confirmed_at)


def payment_order(stored: StoredBooking, payment_method: str | None, *, is_new: bool = False) -> PaymentOrder:
    """What payments is asked for this try. `is_new`: the caller has begun it."""
    return PaymentOrder(
        booking_id=stored.booking.id,
        attempt=stored.attempt,
        amount=stored.booking.total,
        currency=stored.booking.currency,
        payment_method=payment_method,
        is_new=is_new,
        is_recorded=stored.is_recorded,
        sale_records_it=True,
        event_id=stored.booking.event_id,
        buyer_email=stored.booking.buyer_email,
    )


def client_order(booking: Booking) -> PaymentOrder:
    """What payments prepares for a client that confirms with the provider itself: attempt 0."""
    return PaymentOrder(
        booking_id=booking.id,
        attempt=0,
        amount=booking.total,
        currency=booking.currency,
        payment_method=None,
        event_id=booking.event_id,
        buyer_email=booking.buyer_email,
    )


def sale_money(booking: Booking) -> SaleMoney:
    """What the ledger records of a sale."""
    return SaleMoney(
        booking_id=booking.id,
        organization_id=booking.organization_id,
        event_id=booking.event_id,
        subtotal=booking.subtotal - booking.discount,
        fees=booking.fees,
        currency=booking.currency,
    )
