"""Create and confirm the intent of a payment whose row exists."""

from admitone.payments.contracts import PaymentOutcome, PaymentState
from admitone.payments.domain.intent import Intent
from admitone.payments.domain.payment import (
    News,
    Payment,
    Status,
    confirm_key,
    create_key,
    status_of,
)
from admitone.payments.ports import IntentOrder, ProviderRefused, ProviderUnreachable
from admitone.payments.store.payments import store_provider_ref
from admitone.payments.usecases.deps import Deps
from admitone.payments.usecases.learn_outcome import learn_news, learn_outcome


async def ask_provider(deps: Deps, payment: Payment) -> PaymentOutcome:
    """Ask with the keys of (booking, attempt): asked twice, it happens once.

    `UNKNOWN` where the answer was lost. A refusal (no such payment method) is a decline with the provider's
    code, unless the intent turns out to have been decided meanwhile.
    """
    try:
        return await learn_outcome(deps, payment, await _confirm(deps, payment))
    except ProviderUnreachable:
        return PaymentOutcome(payment.booking_id, PaymentState.UNKNOWN)
    except ProviderRefused as refusal:
        return await _after_refusal(deps, payment, refusal)


async def _confirm(deps: Deps, payment: Payment) -> Intent:
    assert payment.payment_method is not None
    key = create_key(payment.booking_id, payment.attempt)
    order = IntentOrder(key, payment.booking_id, payment.amount, payment.currency)
    confirm = confirm_key(payment.booking_id, payment.attempt)
    if deps.provider.foretell_id(key) is not None:
        return await deps.provider.create_and_confirm(order, payment_method=payment.payment_method, confirm_key=confirm)
    provider_ref = payment.provider_ref
    if provider_ref is None:
        provider_ref = (await deps.provider.create(order)).id
        async with deps.pool.connection() as conn:
            await store_provider_ref(conn, payment, provider_ref)
    return await deps.provider.confirm(provider_ref, payment_method=payment.payment_method, key=confirm)


async def _after_refusal(deps: Deps, payment: Payment, refusal: ProviderRefused) -> PaymentOutcome:
    if payment.provider_ref is not None:
        try:
            intent = await deps.provider.retrieve(payment.provider_ref)
        except ProviderUnreachable:
            return PaymentOutcome(payment.booking_id, PaymentState.UNKNOWN)
        except ProviderRefused:
            intent = None
        if intent is not None and status_of(intent) is not Status.CREATED:
            return await learn_outcome(deps, payment, intent)
    declined = News(
        payment.booking_id,
        payment.attempt,
        Status.DECLINED,
        decline_code=refusal.code,
        message=refusal.message,
    )
    return await learn_news(deps, declined)
