"""Confirm one attempt: create its intent at the provider and ask the issuer. The attempt's row exists already."""

from admitone.kit.crash_points import crash_point
from admitone.payments.contracts import PaymentOutcome, PaymentState
from admitone.payments.domain.idempotency_keys import cancel_key, confirm_key
from admitone.payments.domain.intent import Intent
from admitone.payments.domain.payment import Payment, PaymentUpdate, Status, status_of
from admitone.payments.ports import ProviderRefused, ProviderUnreachable
from admitone.payments.usecases.attempt.end import intent_order
from admitone.payments.usecases.attempt.outcome import apply_intent, apply_update
from admitone.payments.usecases.deps import Deps


async def ask_provider(deps: Deps, payment: Payment, *, sale_records_it: bool = False) -> PaymentOutcome:
    """Confirm with the idempotency keys of (booking, attempt): asked twice, it happens once.

    With `sale_records_it`, the caller records an authorization.

    `UNKNOWN`: the answer was lost. A refusal by the provider (no such payment method) is a decline with the provider's
    code, unless the intent was decided meanwhile.
    """
    try:
        intent = await _confirm(deps, payment)
        crash_point("payments.authorized")
        if sale_records_it and status_of(intent) is Status.AUTHORIZED:
            return PaymentOutcome(payment.booking_id, PaymentState.AUTHORIZED, is_recorded=False)
        return await apply_intent(deps, payment, intent)
    except ProviderUnreachable:
        return PaymentOutcome(payment.booking_id, PaymentState.UNKNOWN)
    except ProviderRefused as refusal:
        return await _after_refusal(deps, payment, refusal)


async def _confirm(deps: Deps, payment: Payment) -> Intent:
    assert payment.payment_method is not None
    order = intent_order(payment)
    confirm = confirm_key(payment.booking_id, payment.attempt)
    if deps.provider.predict_id(order.key) is not None:
        return await deps.provider.create_and_confirm(order, payment_method=payment.payment_method, confirm_key=confirm)
    provider_ref = payment.provider_ref
    if provider_ref is None:
        created = await deps.provider.create(order)
        crash_point("payments.created")
        if not await deps.writes.store_provider_ref(payment, created.id):
            return await _not_open(deps, payment, created.id)
        provider_ref = created.id
        crash_point("payments.stored")
    return await deps.provider.confirm(provider_ref, key=confirm)


async def _not_open(deps: Deps, payment: Payment, intent_id: str) -> Intent:
    """A concurrent request was faster: cancel where it ended the attempt, else read what it confirmed."""
    now = await _read(deps, payment)
    if now.status is Status.VOIDED:
        return await deps.provider.cancel(intent_id, key=cancel_key(payment.booking_id, payment.attempt))
    return await deps.provider.retrieve(intent_id)


async def _after_refusal(deps: Deps, payment: Payment, refusal: ProviderRefused) -> PaymentOutcome:
    now = await _read(deps, payment)  # a concurrent request may have stored the id since
    if now.provider_ref is not None:
        try:
            intent = await deps.provider.retrieve(now.provider_ref)
        except ProviderUnreachable:
            return PaymentOutcome(payment.booking_id, PaymentState.UNKNOWN)
        except ProviderRefused:
            intent = None
        if intent is not None and status_of(intent) is not Status.CREATED:
            return await apply_intent(deps, payment, intent)
    declined = PaymentUpdate(
        payment.booking_id,
        payment.attempt,
        Status.DECLINED,
        decline_code=refusal.code,
        message=refusal.message,
    )
    return await apply_update(deps, declined)


async def _read(deps: Deps, payment: Payment) -> Payment:
    attempts = await deps.writes.read(payment.booking_id)
    return next(row for row in attempts if row.attempt == payment.attempt)
