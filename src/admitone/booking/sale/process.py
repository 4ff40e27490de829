"""The batches, limiter and caches of a process that sells, built in one place.

They decide no sale: a cache holds immutable data, or data that the claim compares with PostgreSQL.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from prometheus_client import Counter

from admitone.booking.contracts import Booking
from admitone.booking.domain.sale_plan import SalePlan
from admitone.booking.domain.seat_index import SeatIndex
from admitone.booking.sale.claiming import claim_batch
from admitone.booking.sale.payment_start import start_batch
from admitone.booking.sale.selling import JoinedWrites, Paid, sell_batch, sell_resales
from admitone.booking.store.booking_rows import StoredBooking
from admitone.booking.store.bookings import read_bookings_by_key
from admitone.booking.store.claims import Claim, ClaimOutcome
from admitone.booking.store.payments import PaymentStart
from admitone.kit.batcher import Batcher
from admitone.kit.load_meter import LoadMeter
from admitone.kit.load_shedding import ConcurrencyLimiter
from admitone.kit.postgres import Pool
from admitone.kit.single_flight import SingleFlight

BATCH_MAX = 128
# In a rush: half as many transactions, for 16 ms that no buyer notices.
LINGER_MS = 16.0
# Concurrent checkouts and confirmations, and the mean time above which the limiter admits fewer.
IN_FLIGHT_MAX = 1024
TARGET_SECONDS = 0.25

# Sales of places that other buyers offer: each has a transaction of its own.
RESALES_AT_ONCE = 2

SOLD = Counter("admitone_bookings_sold_total", "Bookings that were paid online and confirmed")

Item = TypeVar("Item")
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class SaleProcess:
    """The state that the requests of one process share."""

    claims: Batcher[Claim, ClaimOutcome]
    starts: Batcher[PaymentStart, StoredBooking | None]
    sales: Batcher[Paid, Booking | None]
    resales: Batcher[Paid, Booking | None]
    """Sales of places that other buyers offer: one in a batch, few at a time, so that other sales do not wait for them
    and keep the connections of the pool."""
    bookings_by_key: Batcher[bytes, StoredBooking | None]
    """Digest of an idempotency key → the booking that it made."""
    limiter: ConcurrencyLimiter
    meter: LoadMeter
    sale_plans: dict[str, tuple[float, SalePlan]] = field(default_factory=dict)
    """Event id → (when it was read, by the event loop's clock; the sale plan)."""
    seat_index_cache: dict[str, SeatIndex] = field(default_factory=dict)
    sale_plan_reads: SingleFlight[str, SalePlan] = field(default_factory=SingleFlight)
    loads: SingleFlight[str, None] = field(default_factory=SingleFlight)
    payments: SingleFlight[str, Booking] = field(default_factory=SingleFlight)
    picks: dict[str, set[int]] = field(default_factory=dict)
    """Event id → seats that requests of this process have picked as best available and are locking now."""

    async def sell(self, paid: Paid) -> Booking | None:
        """Return the confirmed booking; None if it has lost its places. Raises `AuthorizationMoved`."""
        booking = await (self.resales if paid.stored.booking.is_resale else self.sales).submit(paid)
        SOLD.inc(booking is not None)
        return booking


def open_sale(pool: Pool, writes: JoinedWrites, *, defers_in_rush: bool = True) -> SaleProcess:
    """Build the sale of this process. Its parts belong to the event loop that first uses them.

    `defers_in_rush`: captures and confirmations wait while a crowd books.
    """
    meter = LoadMeter()
    limiter = ConcurrencyLimiter(
        "booking", limit_max=IN_FLIGHT_MAX, target_seconds=TARGET_SECONDS, on_reject=meter.record_shed
    )

    def is_rush() -> bool:
        return defers_in_rush and limiter.is_saturated

    return SaleProcess(
        claims=_batcher("claims", partial(claim_batch, pool)),
        starts=_batcher("starts", partial(start_batch, pool, writes.record_payments, writes.record_agreements)),
        sales=_batcher("sales", partial(sell_batch, pool, writes, is_rush)),
        resales=Batcher(
            partial(sell_resales, pool, writes, is_rush),
            items_max=1,
            in_flight_max=RESALES_AT_ONCE,
            name="resales",
        ),
        bookings_by_key=_batcher("bookings_by_key", partial(_find_by_idempotency_key, pool)),
        limiter=limiter,
        meter=meter,
    )


def _batcher(
    name: str, execute: Callable[[Sequence[Item]], Awaitable[Sequence[Answer | Exception]]]
) -> Batcher[Item, Answer]:
    return Batcher(execute, items_max=BATCH_MAX, linger_ms=LINGER_MS, name=name)


async def _find_by_idempotency_key(pool: Pool, keys: Sequence[bytes]) -> Sequence[StoredBooking | None]:
    async with pool.connection() as conn:
        found = await read_bookings_by_key(conn, keys)
    return [found.get(key) for key in keys]
