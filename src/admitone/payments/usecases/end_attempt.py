"""Bring one try to its end: cancel it with the provider, or learn that it was paid."""

from admitone.payments.contracts import PaymentOutcome, PaymentState
from admitone.payments.domain.intent import Intent
from admitone.payments.domain.payment import (
    OPEN,
    Payment,
    Status,
    cancel_key,
    create_key,
    outcome_of,
    status_of,
)
from admitone.payments.ports import IntentOrder, ProviderRefused, ProviderUnreachable
from admitone.payments.store.payments import store_provider_ref
from admitone.payments.usecases.deps import Deps
from admitone.payments.usecases.learn_outcome import learn_outcome


async def end_attempt(deps: Deps, payment: Payment, *, void_authorized: bool) -> PaymentOutcome:
    """The terminal truth of `payment`; `UNKNOWN` or `PROCESSING` where the provider gives none now.

    With `void_authorized`, money that is reserved is let go too; without, an authorization stands.
    """
    voidable = OPEN | {Status.AUTHORIZED} if void_authorized else OPEN
    if payment.status not in voidable:
        return outcome_of(payment)
    try:
        intent = await _intent(deps, payment)
        # CREATED at the provider means unconfirmed: cancelled, it cannot be confirmed by a request still on its way.
        if status_of(intent) in voidable:
            intent = await _cancel(deps, payment, intent)
        return await learn_outcome(deps, payment, intent)
    except ProviderUnreachable:
        return PaymentOutcome(payment.booking_id, PaymentState.UNKNOWN)


async def _intent(deps: Deps, payment: Payment) -> Intent:
    """The intent as it is; one that never got there is created by its key, so that it can be cancelled."""
    if payment.provider_ref is not None:
        try:
            return await deps.provider.retrieve(payment.provider_ref)
        except ProviderRefused:
            pass  # our row is there, the provider was never asked
    key = create_key(payment.booking_id, payment.attempt)
    created = await deps.provider.create(IntentOrder(key, payment.booking_id, payment.amount, payment.currency))
    async with deps.pool.connection() as conn:
        await store_provider_ref(conn, payment, created.id)
    return created


async def _cancel(deps: Deps, payment: Payment, intent: Intent) -> Intent:
    try:
        return await deps.provider.cancel(intent.id, key=cancel_key(payment.booking_id, payment.attempt))
    except ProviderRefused:
        # Decided between our question and our cancelling: that decision is the truth.
        return await deps.provider.retrieve(intent.id)
