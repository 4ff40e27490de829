"""Payment start: bookings become `paying`, so that expiry alone no longer frees their places, and payments inserts
their attempts, in one transaction."""

from collections.abc import Sequence

from msgspec import structs

from admitone.booking.contracts import Booking
from admitone.booking.store import payments as store
from admitone.booking.store.booking_rows import StoredBooking
from admitone.booking.store.payments import PaymentStart
from admitone.kit.batcher import disjoint_groups
from admitone.kit.postgres import Connection, Pool
from admitone.organizers.contracts.settings import Agreement, RecordAgreements
from admitone.payments.contracts import PaymentOrder, RecordPayments


async def start_batch(
    pool: Pool,
    record_payments: RecordPayments,
    record_agreements: RecordAgreements,
    starts: Sequence[PaymentStart],
) -> Sequence[StoredBooking | None]:
    """Return each booking with its payment begun, in order; None if it may not be paid."""
    begun: dict[str, StoredBooking] = {}
    for group in disjoint_groups(starts, _keys):
        async with pool.connection() as conn, conn.transaction():
            begun_now = await _begin(conn, record_payments, group)
            await record_agreements(conn, _agreements(group, begun_now))
            begun.update(begun_now)
    return [begun.get(start.booking_id) for start in starts]


def _agreements(starts: Sequence[PaymentStart], begun: dict[str, StoredBooking]) -> list[Agreement]:
    """Return what the buyers agree to whose payments begin."""
    return [
        Agreement(start.booking_id, start.agreed_terms)
        for start in starts
        if start.agreed_terms is not None and start.booking_id in begun
    ]


def _keys(start: PaymentStart) -> list[object]:
    """Return the keys that two starts of one statement must not share: a booking, a buyer whose limit is counted."""
    return [start.booking_id, (start.event_id, start.buyer_key or start.booking_id)]


async def _begin(
    conn: Connection, record_payments: RecordPayments, starts: Sequence[PaymentStart]
) -> dict[str, StoredBooking]:
    begun = await store.begin_payments(conn, starts)
    orders = [
        payment_order(begun[start.booking_id], start.payment_method) for start in starts if start.booking_id in begun
    ]
    for booking_id in await record_payments(conn, orders):
        begun[booking_id] = structs.replace(begun[booking_id], is_recorded=True)
    return begun


def payment_order(stored: StoredBooking, payment_method: str | None, *, is_new: bool = False) -> PaymentOrder:
    """Return the payment order of this attempt. `is_new`: the caller has begun it."""
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
    """Return the order to prepare a payment that the client confirms with the processor itself: attempt 0."""
    return PaymentOrder(
        booking_id=booking.id,
        attempt=0,
        amount=booking.total,
        currency=booking.currency,
        payment_method=None,
        event_id=booking.event_id,
        buyer_email=booking.buyer_email,
    )
