"""Bring one try to its end: cancel it with the provider, or learn that it was paid."""

from admitone.payments.contracts import PaymentOutcome, PaymentState
from admitone.payments.domain.intent import Intent
from admitone.payments.domain.payment import (
    OPEN,
    Payment,
    PaymentUpdate,
    Status,
    another_key,
    cancel_key,
    create_key,
    outcome_of,
    status_of,
)
from admitone.payments.ports import IntentOrder, ProviderRefused, ProviderUnreachable
from admitone.payments.usecases.apply_intent import apply_intent, apply_update
from admitone.payments.usecases.deps import Deps


async def end_attempt(deps: Deps, payment: Payment, *, void_authorized: bool) -> PaymentOutcome:
    """The terminal truth of `payment`; `UNKNOWN` or `PROCESSING` where the provider gives none now.

    With `void_authorized`, money that is reserved is let go too; without, an authorization stands.
    """
    voidable = voidable_states(deps) | ({Status.AUTHORIZED} if void_authorized else set())
    if payment.status not in voidable:
        return outcome_of(payment)
    if payment.provider_ref is None:
        return await _end_unasked(deps, payment)
    try:
        intent = await _intent(deps, payment)
        # CREATED at the provider means unconfirmed: cancelled, it cannot be confirmed by a request still on its way.
        # A try that is being ended is cancelled though it was authorized meanwhile: nobody can have sold on it.
        if status_of(intent) not in voidable and payment.status is not Status.ENDING:
            return await apply_intent(deps, payment, intent)
        if not void_authorized:
            # Marked first: an authorization that arrives while we cancel must not be sold on by anybody.
            marked = await apply_update(deps, PaymentUpdate(payment.booking_id, payment.attempt, Status.ENDING))
            if marked.state is not PaymentState.UNKNOWN:
                return marked
        return await apply_intent(deps, payment, await _cancel(deps, payment, intent))
    except ProviderUnreachable:
        return PaymentOutcome(payment.booking_id, PaymentState.UNKNOWN)


def voidable_states(deps: Deps) -> frozenset[Status]:
    """States in which a try may still become an authorization, whatever we do or leave undone."""
    return OPEN | {Status.DECLINED} if deps.provider.confirms_in_client else OPEN


def intent_order(payment: Payment) -> IntentOrder:
    """What the provider is asked to create for a try; the same for the same try, as its key demands."""
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
    """The provider's id was never stored, hence nothing was ever confirmed: ending our row is enough.

    Whoever is creating the intent in this moment finds the row ended when it stores the id, and goes no further.
    """
    return await apply_update(deps, PaymentUpdate(payment.booking_id, payment.attempt, Status.VOIDED))


async def _intent(deps: Deps, payment: Payment) -> Intent:
    """The intent as it is; one whose id was predicted and never got there is created, so that it can be cancelled."""
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
            return await deps.provider.cancel(intent.id, key=another_key(key))  # cancelled once, by its state
    except ProviderRefused:
        # Decided between our question and our cancelling: that decision is the truth.
        return await deps.provider.retrieve(intent.id)
