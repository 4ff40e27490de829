"""An intent for the client to confirm with the provider itself: attempt 0, before any of ours."""

import structlog

from admitone.payments.contracts import PaymentOrder, PaymentTerms
from admitone.payments.domain.payment import CLIENT_ATTEMPT, OPEN, Payment, Status
from admitone.payments.ports import ProviderRefused, ProviderUnreachable
from admitone.payments.store.payments import read_payments, store_provider_ref
from admitone.payments.usecases.deps import Deps
from admitone.payments.usecases.end_attempt import intent_order

log = structlog.get_logger(__name__)


async def prepare_payment(deps: Deps, order: PaymentOrder) -> PaymentTerms:
    """`order` is of attempt 0. Return what the client needs to pay. The intent's id is stored before its secret leaves.

    No secret where the provider does not answer now (the client sends a payment method instead), where that try is
    over, or where nothing is to be paid.
    """
    if order.amount == 0:
        return PaymentTerms("free")
    terms = PaymentTerms(deps.provider.name, publishable_key=deps.provider.publishable_key)
    if not deps.provider.confirms_in_client:
        return terms
    assert order.attempt == CLIENT_ATTEMPT, "the client's own try comes before any of ours"
    await deps.writes.insert(order, None)
    async with deps.pool.connection() as conn:
        payment = next(
            candidate
            for candidate in await read_payments(conn, [order.booking_id])
            if candidate.attempt == CLIENT_ATTEMPT
        )
    if payment.status not in OPEN:
        return terms
    secret = await _secret(deps, payment)
    return terms if secret is None else PaymentTerms(terms.provider, secret, terms.publishable_key)


async def _secret(deps: Deps, payment: Payment) -> str | None:
    try:
        intent = await deps.provider.create(intent_order(payment))  # by its key: asked twice, it is the same intent
    except (ProviderUnreachable, ProviderRefused) as error:
        log.warning("no payment prepared", booking_id=payment.booking_id, error=str(error))
        return None
    if payment.status is not Status.CREATED:
        return intent.client_secret
    async with deps.pool.connection() as conn:
        is_open = await store_provider_ref(conn, payment, intent.id)
    return intent.client_secret if is_open else None
