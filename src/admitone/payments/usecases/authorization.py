"""Authorize a payment: reserve the buyer's money before the sale. `capture` takes it afterwards."""

from collections.abc import Sequence

import structlog

from admitone.kit.postgres import Connection
from admitone.payments.contracts import PaymentOrder, PaymentOutcome, PaymentState, PaymentTerms
from admitone.payments.domain.idempotency_keys import create_key
from admitone.payments.domain.payment import CLIENT_ATTEMPT, OPEN, PAID, Payment, Status, outcome_of, status_of
from admitone.payments.ports import ProviderRefused, ProviderUnreachable
from admitone.payments.store import payments as store
from admitone.payments.usecases.attempt.confirm import ask_provider
from admitone.payments.usecases.attempt.end import end_attempt, intent_order, voidable_states
from admitone.payments.usecases.attempt.outcome import apply_intent
from admitone.payments.usecases.deps import Deps

log = structlog.get_logger(__name__)

# An earlier attempt decides for a later one only where it holds, or took, the buyer's money.
_DECIDES = (PaymentState.AUTHORIZED, PaymentState.CAPTURED)

METHOD_MISSING = PaymentState.DECLINED, "payment_method_required", "A payment method is needed."


async def prepare_payment(deps: Deps, order: PaymentOrder) -> PaymentTerms:
    """Return the data with which the client confirms attempt 0 itself. Store the intent's id before its
    secret leaves.

    No secret where the provider does not answer now (the client sends a payment method instead), where that attempt is
    over, or where nothing is to be paid.
    """
    if order.amount == 0:
        return PaymentTerms("free")
    terms = PaymentTerms(deps.provider.name, publishable_key=deps.provider.publishable_key)
    if not deps.provider.confirms_in_client:
        return terms
    assert order.attempt == CLIENT_ATTEMPT, "the client's own attempt comes before any of ours"
    if await deps.writes.insert(order, None):
        payment = _new_payment(order, None)
    else:
        attempts = await deps.writes.read(order.booking_id)
        payment = next(payment for payment in attempts if payment.attempt == CLIENT_ATTEMPT)
    if payment.status not in OPEN:
        return terms
    secret = await _secret(deps, payment)
    return terms if secret is None else PaymentTerms(terms.provider, secret, terms.publishable_key)


async def record_payments(deps: Deps, conn: Connection, orders: Sequence[PaymentOrder]) -> set[str]:
    """In the transaction that begins them, insert the rows of first attempts: one commit less before the provider.

    Return the booking ids of the inserted ones. The others must first look at, and end, earlier attempts or an attempt
    that the client may confirm itself; `authorize_payment` inserts those.
    """
    if deps.provider.confirms_in_client:
        return set()
    first = [
        (order, deps.provider.predict_id(create_key(order.booking_id, order.attempt)))
        for order in orders
        if order.attempt == 1 and order.amount > 0 and order.payment_method is not None
    ]
    if not first:
        return set()
    return {booking_id for booking_id, _ in await store.insert_payments(conn, deps.provider.name, first)}


async def authorize_payment(deps: Deps, order: PaymentOrder) -> PaymentOutcome:
    """Authorize `order`, or return the outcome of an earlier call with the same (booking, attempt).

    A later attempt ends the earlier ones first, so that at most one of them holds the buyer's money; where an earlier
    one was authorized, return that. `UNKNOWN`: ask again with the same attempt.
    Without a payment method: return the outcome of that attempt, or of an earlier one that the client continued with
    the provider; `UNKNOWN` while the attempt has no row, because a concurrent request may be inserting it.
    With `sale_records_it`, an authorization may be unrecorded (`is_recorded` is false): one commit less between the
    provider's answer and the sale.
    A free booking never reaches a provider.
    """
    if order.amount == 0:
        return PaymentOutcome(order.booking_id, PaymentState.AUTHORIZED)
    if order.payment_method is None:
        return await _ask_again(deps, order)
    if order.attempt > 1 or deps.provider.confirms_in_client:
        undecided = await _end_earlier(deps, order)
        if undecided is not None:
            return undecided
    provider_ref = deps.provider.predict_id(create_key(order.booking_id, order.attempt))
    if not order.is_recorded and not await deps.writes.insert(order, provider_ref):
        return await _ask_again(deps, order)
    return await ask_provider(deps, _new_payment(order, provider_ref), sale_records_it=order.sale_records_it)


async def record_authorizations(conn: Connection, attempts: Sequence[tuple[str, int]]) -> set[tuple[str, int]]:
    """In the transaction that sells on them, record authorizations. Return those (booking id, attempt) that are
    authorized, and stay so until the transaction ends.

    Sell on no other: another process has ended the attempt, or is cancelling it at the provider.
    """
    return await store.record_authorizations(conn, attempts)


def _new_payment(order: PaymentOrder, provider_ref: str | None) -> Payment:
    """Return the row as it was inserted."""
    return Payment(
        booking_id=order.booking_id,
        attempt=order.attempt,
        provider_ref=provider_ref,
        payment_method=order.payment_method,
        amount=order.amount,
        currency=order.currency,
        status=Status.CREATED,
        event_id=order.event_id,
        buyer_email=order.buyer_email,
    )


async def _secret(deps: Deps, payment: Payment) -> str | None:
    try:
        intent = await deps.provider.create(intent_order(payment))  # by its key: asked twice, it is the same intent
    except (ProviderUnreachable, ProviderRefused) as error:
        log.warning("no payment prepared", booking_id=payment.booking_id, error=str(error))
        return None
    if payment.status is not Status.CREATED:
        return intent.client_secret
    return intent.client_secret if await deps.writes.store_provider_ref(payment, intent.id) else None


async def _end_earlier(deps: Deps, order: PaymentOrder) -> PaymentOutcome | None:
    """Return None if every earlier attempt ended without money, otherwise the outcome to answer with."""
    for payment in await deps.writes.read(order.booking_id):
        if payment.attempt >= order.attempt:
            continue
        outcome = outcome_of(payment)
        if payment.status in voidable_states(deps):
            outcome = await end_attempt(deps, payment, void_authorized=False)
        if payment.status in PAID or outcome.state not in (PaymentState.VOIDED, PaymentState.DECLINED):
            return outcome
    return None


async def _ask_again(deps: Deps, order: PaymentOrder) -> PaymentOutcome:
    attempts = await deps.writes.read(order.booking_id)
    for payment in attempts:
        if payment.attempt == order.attempt:
            return await _truth(deps, payment)
    # The client may have continued with an earlier attempt: confirmed it, or passed its bank's authentication.
    for payment in reversed(attempts):
        if payment.status not in OPEN | PAID | voidable_states(deps):
            continue
        outcome = await _truth(deps, payment)
        if order.is_new or outcome.state in _DECIDES:
            return outcome
    return PaymentOutcome(order.booking_id, *(METHOD_MISSING if order.is_new else (PaymentState.UNKNOWN,)))


async def _truth(deps: Deps, payment: Payment) -> PaymentOutcome:
    """Return our row's outcome where it is decided, else the provider's. Ask with the same keys what was unanswered."""
    if payment.status not in voidable_states(deps):
        return outcome_of(payment)
    if payment.status is Status.ENDING:
        return await end_attempt(deps, payment, void_authorized=False)
    if payment.provider_ref is not None:
        try:
            intent = await deps.provider.retrieve(payment.provider_ref)
        except ProviderUnreachable:
            return PaymentOutcome(payment.booking_id, PaymentState.UNKNOWN)
        except ProviderRefused:
            intent = None  # the provider never received it
        if intent is not None and status_of(intent) is not Status.CREATED:
            return await apply_intent(deps, payment, intent)
    if payment.payment_method is None:
        return PaymentOutcome(payment.booking_id, *METHOD_MISSING)
    if payment.status not in OPEN:
        return outcome_of(payment)
    return await ask_provider(deps, payment)
