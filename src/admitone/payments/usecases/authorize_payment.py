"""Reserve the buyer's money, or say truthfully why not. Nothing is taken before `capture_payments`."""

from admitone.payments.contracts import PaymentOrder, PaymentOutcome, PaymentState
from admitone.payments.domain.payment import (
    OPEN,
    PAID,
    Payment,
    Status,
    create_key,
    outcome_of,
    status_of,
)
from admitone.payments.ports import ProviderRefused, ProviderUnreachable
from admitone.payments.store.payments import read_payments
from admitone.payments.usecases.apply_intent import apply_intent
from admitone.payments.usecases.ask_provider import ask_provider
from admitone.payments.usecases.deps import Deps
from admitone.payments.usecases.end_attempt import end_attempt, voidable_states

# An earlier try decides for a later one only where it holds, or took, the buyer's money.
_DECIDES = (PaymentState.AUTHORIZED, PaymentState.CAPTURED)

METHOD_MISSING = PaymentState.DECLINED, "payment_method_required", "A payment method is needed."


async def authorize_payment(deps: Deps, order: PaymentOrder) -> PaymentOutcome:
    """Authorize `order`, or ask for the outcome of an earlier try with the same (booking, attempt).

    A later attempt ends the earlier ones first, so that at most one of them holds the buyer's money; where an
    earlier one was authorized after all, that is the answer. `UNKNOWN`: ask again with the same attempt.
    Without a payment method: the truth about that attempt, which somebody else has begun, or about an earlier one
    that the client went on with at the provider itself; `UNKNOWN` while the attempt's row is not there, for it may
    be on its way.
    With `sale_records_it`, an authorization may come back that is not written down yet (`is_recorded`): one commit less
    between the provider's yes and the sale.
    A booking that costs nothing never reaches a provider.
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
    payment = Payment(
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
    return await ask_provider(deps, payment, sale_records_it=order.sale_records_it)


async def _end_earlier(deps: Deps, order: PaymentOrder) -> PaymentOutcome | None:
    """None when every earlier try is over without money; otherwise what is to be said instead of trying."""
    for payment in await _attempts(deps, order.booking_id):
        if payment.attempt >= order.attempt:
            continue
        outcome = outcome_of(payment)
        if payment.status in voidable_states(deps):
            outcome = await end_attempt(deps, payment, void_authorized=False)
        if payment.status in PAID or outcome.state not in (PaymentState.VOIDED, PaymentState.DECLINED):
            return outcome
    return None


async def _ask_again(deps: Deps, order: PaymentOrder) -> PaymentOutcome:
    attempts = await _attempts(deps, order.booking_id)
    for payment in attempts:
        if payment.attempt == order.attempt:
            return await _truth(deps, payment)
    # The client may have gone on with an earlier one: confirmed it, or passed its bank's question.
    for payment in reversed(attempts):
        if payment.status not in OPEN | PAID | voidable_states(deps):
            continue
        outcome = await _truth(deps, payment)
        if order.is_new or outcome.state in _DECIDES:
            return outcome
    return PaymentOutcome(order.booking_id, *(METHOD_MISSING if order.is_new else (PaymentState.UNKNOWN,)))


async def _truth(deps: Deps, payment: Payment) -> PaymentOutcome:
    """Our row where it is decided, else the provider's word; asks with the same keys what was never answered."""
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
            intent = None  # it never got there
        if intent is not None and status_of(intent) is not Status.CREATED:
            return await apply_intent(deps, payment, intent)
    if payment.payment_method is None:
        return PaymentOutcome(payment.booking_id, *METHOD_MISSING)
    if payment.status not in OPEN:
        return outcome_of(payment)
    return await ask_provider(deps, payment)


async def _attempts(deps: Deps, booking_id: str) -> list[Payment]:
    async with deps.pool.connection() as conn:
        return await read_payments(conn, [booking_id])
