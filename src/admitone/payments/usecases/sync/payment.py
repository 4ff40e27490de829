"""Read an intent from the provider, and record what changed: the provider's current state counts, never the content of
an event."""

from enum import Enum

from admitone.payments.contracts import PaymentState
from admitone.payments.domain.intent import Intent, IntentStatus
from admitone.payments.domain.payment import Payment, Status
from admitone.payments.store.ledger import read_sold
from admitone.payments.store.payments import read_payments, read_payments_by_ref, store_provider_refs
from admitone.payments.usecases.attempt.outcome import apply_intent
from admitone.payments.usecases.deps import Deps
from admitone.payments.usecases.sync.disputes import sync_disputes
from admitone.payments.usecases.sync.refunds import sync_refunds

PROJECT_PAYMENT_JOB = "booking.project_payment"
_IS_ASKED = (PaymentState.ACTION_REQUIRED, PaymentState.PROCESSING)
_IS_PAID = (PaymentState.AUTHORIZED, PaymentState.CAPTURED)


class SyncOutcome(Enum):
    YES = "yes"
    NOT_YET = "not_yet"  # it names a booking, and we have no row of it yet
    NOT_OURS = "not_ours"  # another program uses the same account


async def sync_payment(deps: Deps, *, provider_ref: str) -> SyncOutcome:
    """Raises `ProviderUnreachable`, `ProviderRefused`."""
    intent = await deps.provider.retrieve(provider_ref)
    payment = await find_payment(deps, intent)
    if payment is None:
        return SyncOutcome.NOT_YET if intent.reference else SyncOutcome.NOT_OURS
    await sync_intent(deps, payment, intent)
    return SyncOutcome.YES


async def find_payment(deps: Deps, intent: Intent) -> Payment | None:
    """Find by the id that we stored; where the process died before it stored one, by booking, attempt and amount."""
    async with deps.pool.connection() as conn:
        for payment in await read_payments_by_ref(conn, [intent.id]):
            return payment
        if intent.reference is None:
            return None
        for payment in await read_payments(conn, [intent.reference]):
            is_it = intent.attempt in (None, payment.attempt) and payment.provider_ref is None
            if is_it and (payment.amount, payment.currency) == (intent.amount, intent.currency):
                stored = [(payment.booking_id, payment.attempt, intent.id)]
                is_open = payment.status is Status.CREATED and await store_provider_refs(conn, stored)
                return payment if is_open else None
    return None


async def sync_intent(deps: Deps, payment: Payment, intent: Intent) -> None:
    """Record what `intent` says that is new; tell booking where it may have to act."""
    outcome = await apply_intent(deps, payment, intent)
    if intent.status is IntentStatus.SUCCEEDED:
        if intent.amount_refunded or payment.refund_reserved:
            await sync_refunds(deps, payment, intent)
        if intent.is_disputed:
            await sync_disputes(deps, payment, intent)
    if outcome.state is PaymentState.UNKNOWN:
        return
    async with deps.pool.connection() as conn, conn.transaction():
        if payment.booking_id not in await read_sold(conn, [payment.booking_id]):
            await deps.defer(
                conn,
                PROJECT_PAYMENT_JOB,
                booking_id=payment.booking_id,
                is_paid=outcome.state in _IS_PAID,
                is_asked=outcome.state in _IS_ASKED,
            )
