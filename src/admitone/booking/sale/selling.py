"""Sale: the claimed places of paid bookings become sold, and all records that belong to the sales are written, in one
transaction for the whole batch."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from msgspec import Struct, structs

from admitone.booking.contracts import (
    AnnounceBookings,
    Booking,
    BookingChange,
    BookingsChanged,
    BookingStatus,
    announce_nothing,
)
from admitone.booking.sale.taking_over import (
    PlacesNotTakenOver,
    ResaleWrites,
    end_lost_offers,
    read_given_back,
    take_over,
)
from admitone.booking.store.booking_rows import StoredBooking
from admitone.booking.store.sell_tickets import sell_tickets
from admitone.kit.jobs import Defer
from admitone.kit.postgres import Connection, Pool
from admitone.organizers.contracts.settings import RecordAgreements, record_no_agreements
from admitone.payments.contracts import RecordAuthorizations, RecordPayments, RecordSales, SaleMoney
from admitone.waiting_room.contracts import RestorePasses, SpendPasses, SpentPass


class AuthorizationMoved(Exception):
    """The attempt is no longer authorized, or is being ended: ask payments for its state now."""


class Paid(Struct, frozen=True):
    """A paid booking. `is_recorded`: payments has recorded the authorization; otherwise the sale records it."""

    stored: StoredBooking
    is_recorded: bool

    @property
    def attempt(self) -> tuple[str, int]:
        return self.stored.booking.id, self.stored.attempt


@dataclass(frozen=True)
class JoinedWrites:
    """Writes of other slices and the job queue in booking's transactions: each takes the connection."""

    record_payments: RecordPayments
    record_authorizations: RecordAuthorizations
    record_sales: RecordSales
    spend_passes: SpendPasses
    restore_passes: RestorePasses
    defer: Defer
    resale: ResaleWrites
    announce_bookings: AnnounceBookings = announce_nothing
    record_agreements: RecordAgreements = record_no_agreements


async def sell_batch(
    pool: Pool, writes: JoinedWrites, is_rush: Callable[[], bool], paid: Sequence[Paid]
) -> Sequence[Booking | Exception | None]:
    """Return each confirmed booking, in order; None if it has lost its places, or its pass was spent on another
    booking.

    One transaction: authorizations recorded, passes spent, tickets sold, bookings confirmed, ledger entries and jobs
    written. `is_rush`: whether a crowd is paying, so that captures and mails wait.
    """
    async with pool.connection() as conn, conn.transaction():
        outcomes = await _sell(conn, writes, is_rush, paid)
    return [outcomes[item.attempt] for item in paid]


async def sell_resales(
    pool: Pool, writes: JoinedWrites, is_rush: Callable[[], bool], paid: Sequence[Paid]
) -> Sequence[Booking | Exception | None]:
    """Sell bookings with places of other buyers, one after the other: each has a transaction of its own, which locks
    more. Return what `sell_batch` returns."""
    return [await _sell_resale(pool, writes, is_rush, item) for item in paid]


async def _sell_resale(
    pool: Pool, writes: JoinedWrites, is_rush: Callable[[], bool], item: Paid
) -> Booking | Exception | None:
    """Sell a booking with places that other buyers offer: they are its own, and it is sold, or neither.

    A refund of the first buyers, or another attempt to sell, may come between the reads and the locks: what looks lost
    is tried once more.
    """
    try:
        return await _sell_taken_over(pool, writes, is_rush, item)
    except PlacesNotTakenOver:
        pass
    try:
        return await _sell_taken_over(pool, writes, is_rush, item)
    except PlacesNotTakenOver as lost:
        await end_lost_offers(pool, writes.resale, lost)
        return None


async def _sell_taken_over(
    pool: Pool, writes: JoinedWrites, is_rush: Callable[[], bool], item: Paid
) -> Booking | Exception | None:
    """Take over and sell, or neither. Raises `PlacesNotTakenOver`."""
    given_back = await read_given_back(pool, writes.resale, item.stored.booking.id)
    try:
        async with pool.connection() as conn, conn.transaction():
            await take_over(conn, writes.resale, item.stored, given_back)
            outcome = (await _sell(conn, writes, is_rush, [item]))[item.attempt]
            if not isinstance(outcome, Booking):
                raise _NotSold(outcome)
    except _NotSold as unsold:
        return unsold.outcome
    return outcome


class _NotSold(Exception):
    """Rolls back what was taken over for a sale that does not happen."""

    def __init__(self, outcome: Exception | None) -> None:
        super().__init__()
        self.outcome = outcome


async def _sell(
    conn: Connection, writes: JoinedWrites, is_rush: Callable[[], bool], paid: Sequence[Paid]
) -> dict[tuple[str, int], Booking | Exception | None]:
    """Sell in the caller's transaction; return the outcome of each attempt."""
    asked = {item.attempt: item for item in paid}  # a buyer and a job may finish the same attempt concurrently
    unrecorded = [attempt for attempt, item in asked.items() if not item.is_recorded]
    recorded = await writes.record_authorizations(conn, unrecorded) if unrecorded else set()
    moved = set(unrecorded) - recorded
    passes = _passes(item for attempt, item in asked.items() if attempt not in moved)
    spent = await writes.spend_passes(conn, passes) if passes else set()
    barred = {spent_pass.booking_id for spent_pass in passes} - spent
    sellable = [attempt for attempt in asked if attempt not in moved and attempt[0] not in barred]
    confirmed_at = await sell_tickets(conn, sellable)
    if unsold := [
        spent_pass
        for spent_pass in passes
        if spent_pass.booking_id in spent and spent_pass.booking_id not in confirmed_at
    ]:
        await writes.restore_passes(conn, unsold)
    sold = {
        attempt: as_confirmed(item.stored.booking, confirmed_at[attempt[0]])
        for attempt, item in asked.items()
        if attempt[0] in confirmed_at and attempt not in moved
    }
    if sold:
        sales = [sale_money(booking) for booking in sold.values() if booking.total]
        rush = is_rush()
        await writes.record_sales(conn, sales, rush)
        await writes.defer(conn, "booking.publish_sales", booking_ids=sorted(booking_id for booking_id, _ in sold))
        confirmed = BookingsChanged(BookingChange.CONFIRMED, tuple(sold.values()), is_rush=rush)
        await writes.announce_bookings(conn, confirmed)
    return {attempt: AuthorizationMoved() if attempt in moved else sold.get(attempt) for attempt in asked}


def _passes(paid: Iterable[Paid]) -> list[SpentPass]:
    return [
        SpentPass(item.stored.booking.event_id, item.stored.pass_ref, item.stored.booking.id)
        for item in paid
        if item.stored.pass_ref is not None
    ]


def as_confirmed(booking: Booking, confirmed_at: datetime) -> Booking:
    """Return the booking as confirmed by the sale; its price and tickets cannot change while it is being paid."""
    return structs.replace(booking, status=BookingStatus.CONFIRMED, confirmed_at=confirmed_at)


def sale_money(booking: Booking) -> SaleMoney:
    """Return the amounts of a sale for the ledger."""
    return SaleMoney(
        booking_id=booking.id,
        organization_id=booking.organization_id,
        event_id=booking.event_id,
        subtotal=booking.subtotal - booking.discount,
        fees=booking.fees,
        currency=booking.currency,
    )
