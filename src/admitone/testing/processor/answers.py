"""Build the processor's responses: an intent from its row, or a refusal with Stripe's code."""

from msgspec import structs
from psycopg.rows import DictRow

from admitone.payments.domain.intent import Intent, IntentStatus
from admitone.payments.ports import IntentOrder, ProviderRefused
from admitone.testing.processor.cards import AUTHENTICATED, LAST4, MESSAGES, Decision


def intent_of(row: DictRow) -> Intent:
    """Return a row of the processor's books as an intent."""
    decision = Decision(IntentStatus(row["status"]), row["decline_code"])
    money = (row["reference"], row["amount"], row["currency"])
    intent = decided_intent(
        row["id"], *money, row["payment_method"] or "", decision, row["amount_refunded"], row["is_disputed"]
    )
    return structs.replace(intent, reference=None, test_id=row["reference"]) if row["is_test"] else intent


def decided_intent(
    intent_id: str,
    reference: str,
    amount: int,
    currency: str,
    payment_method: str,
    decision: Decision,
    amount_refunded: int = 0,
    is_disputed: bool = False,
) -> Intent:
    """Return an intent as `decision` leaves it."""
    code, action = decision.decline_code, None
    if decision.status is IntentStatus.REQUIRES_ACTION:
        action = {"type": "simulated_authentication", "payment_method": payment_method + AUTHENTICATED}
    return Intent(
        intent_id,
        decision.status,
        amount,
        currency,
        amount_refunded,
        decline_code=code,
        message=MESSAGES[code] if code else None,
        next_action=action,
        is_disputed=is_disputed,
        reference=reference,
        card_last4=LAST4.get(payment_method) if decision.status is IntentStatus.SUCCEEDED else None,
    )


def no_such_intent(intent_id: str) -> ProviderRefused:
    return ProviderRefused("resource_missing", f"No such payment intent: {intent_id[:100]!r}.")


def unexpected_state(row: DictRow) -> ProviderRefused:
    return ProviderRefused("payment_intent_unexpected_state", f"The payment intent is {row['status']}.")


def key_reused(key: str) -> ProviderRefused:
    return ProviderRefused("idempotency_error", f"The key {key!r} was used with other parameters.")


def check_same_order(row: DictRow, order: IntentOrder) -> None:
    """Refuse an idempotency key that created another intent."""
    if (row["reference"], row["amount"], row["currency"]) != (order.reference, order.amount, order.currency):
        raise key_reused(order.key)
