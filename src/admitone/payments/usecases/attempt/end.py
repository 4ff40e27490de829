"""End one attempt: cancel it at the provider, or learn that it was paid."""

from admitone.payments.contracts import PaymentOutcome, PaymentState
from admitone.payments.domain.idempotency_keys import another_key, cancel_key, create_key
from admitone.payments.domain.intent import Intent
from admitone.payments.domain.payment import OPEN, Payment, PaymentUpdate, Status, outcome_of, status_of
from admitone.payments.ports import IntentOrder, ProviderRefused, ProviderUnreachable
from admitone.payments.usecases.attempt.outcome import apply_intent, apply_update
from admitone.payments.usecases.deps import Deps


async def end_attempt(deps: Deps, payment: Payment, *, void_authorized: bool) -> PaymentOutcome:
    """Return the terminal outcome of `payment`; `UNKNOWN` or `PROCESSING` where the provider gives none now.

    With `void_authorized`, release authorized money too; without, an authorization stands.
    """
    voidable = voidable_states(deps) | ({Status.AUTHORIZED} if void_authorized else set())
    if payment.status not in voidable:
        return outcome_of(payment)
    if payment.provider_ref is None:
        return await _end_unasked(deps, payment)
    try:
        intent = await _intent(deps, payment)
        # CREATED at the provider means unconfirmed: once cancelled, a delayed confirmation request fails.
        # Cancel an attempt that is ENDING even though it was authorized meanwhile: no sale can use it.
        if status_of(intent) not in voidable and payment.status is not Status.ENDING:
            return await apply_intent(deps, payment, intent)
        if not void_authorized:
            # Mark the row first: no sale may use an authorization that arrives while we cancel.
            marked = await apply_update(deps, PaymentUpdate(payment.booking_id, payment.attempt, Status.ENDING))
            if marked.state is not PaymentState.UNKNOWN:
                return marked
        return await apply_intent(deps, payment, await _cancel(deps, payment, intent))
    except ProviderUnreachable:
        return PaymentOutcome(payment.booking_id, PaymentState.UNKNOWN)


def voidable_states(deps: Deps) -> frozenset[Status]:
    """Return the states in which an attempt may still become authorized without a further call of ours."""
    return OPEN | {Status.DECLINED} if deps.provider.confirms_in_client else OPEN


def intent_order(payment: Payment) -> IntentOrder:
    """Return what to create at the provider; the same for the same attempt, as its idempotency key demands."""
    return IntentOrder(
        create_key(payment.booking_id, payment.attempt),
        payment.booking_id,
        payment.amount,
        payment.currency,
        payment.attempt,
        payment.payment_method,
        payment.event_id,
        payment.buyer_email,
    )


async def _end_unasked(deps: Deps, payment: Payment) -> PaymentOutcome:
    """The row has no id of the provider, so no intent was confirmed: ending the row is enough.

    A request that is creating the intent now finds the row ended when it stores the id, and stops.
    """
    return await apply_update(deps, PaymentUpdate(payment.booking_id, payment.attempt, Status.VOIDED))


async def _intent(deps: Deps, payment: Payment) -> Intent:
    """Return the intent. Create it where its predicted id does not exist at the provider yet, so that we can cancel."""
    assert payment.provider_ref is not None
    try:
        return await deps.provider.retrieve(payment.provider_ref)
    except ProviderRefused:
        return await deps.provider.create(intent_order(payment))


async def _cancel(deps: Deps, payment: Payment, intent: Intent) -> Intent:
    key = cancel_key(payment.booking_id, payment.attempt)
    try:
        try:
            return await deps.provider.cancel(intent.id, key=key)
        except ProviderUnreachable as error:
            if not error.is_replayed:
                raise
            return await deps.provider.cancel(intent.id, key=another_key(key))  # its state allows one cancel
    except ProviderRefused:
        # The intent was decided between our two calls: that decision counts.
        return await deps.provider.retrieve(intent.id)
