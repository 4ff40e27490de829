"""One attempt to pay: a state machine that only moves forward, in whatever order the updates arrives.

Three enumerations meet here: `IntentStatus` is the provider's, `Status` is our row's, `PaymentState` is what booking
learns. `status_of` and `outcome_of` translate between them.
"""

from enum import Enum
from typing import Any

from msgspec import Struct

from admitone.payments.contracts import PaymentOutcome, PaymentState
from admitone.payments.domain.intent import Intent, IntentStatus

CLIENT_ATTEMPT = 0
"""The attempt that the client confirms with the provider itself; those that we confirm count from 1."""


class Status(Enum):
    CREATED = "created"  # the provider may or may not know of it
    ACTION_REQUIRED = "action_required"
    PROCESSING = "processing"
    ENDING = "ending"  # we are cancelling it: from here on no sale may use it, whatever the provider says meanwhile
    DECLINED = "declined"
    AUTHORIZED = "authorized"
    CAPTURED = "captured"
    VOIDED = "voided"
    PARTIALLY_REFUNDED = "partially_refunded"
    REFUNDED = "refunded"


OPEN = frozenset({Status.CREATED, Status.ACTION_REQUIRED, Status.PROCESSING, Status.ENDING})
"""Undecided: only the provider knows the outcome."""

CAPTURED = frozenset({Status.CAPTURED, Status.PARTIALLY_REFUNDED, Status.REFUNDED})
"""The money was taken; some or all of it may have been refunded since."""

PAID = CAPTURED | {Status.AUTHORIZED}
"""The provider authorized it, and it was not voided."""

_SOURCES: dict[Status, frozenset[Status]] = {
    Status.CREATED: frozenset(),
    Status.ACTION_REQUIRED: frozenset({Status.CREATED}),
    Status.PROCESSING: frozenset({Status.CREATED, Status.ACTION_REQUIRED}),
    Status.ENDING: OPEN | {Status.DECLINED},
    Status.DECLINED: OPEN - {Status.ENDING},
    # A declined intent may still be confirmed at some providers: by the client, with its secret and another card.
    Status.AUTHORIZED: (OPEN - {Status.ENDING}) | {Status.DECLINED},
    # We may learn of a capture before its authorization: the update was late, not wrong.
    Status.CAPTURED: OPEN | {Status.DECLINED, Status.AUTHORIZED},
    Status.VOIDED: OPEN | {Status.DECLINED, Status.AUTHORIZED},
    Status.PARTIALLY_REFUNDED: frozenset({Status.CAPTURED}),
    Status.REFUNDED: frozenset({Status.CAPTURED, Status.PARTIALLY_REFUNDED}),
}

_STATES = {
    Status.CREATED: PaymentState.UNKNOWN,
    Status.ACTION_REQUIRED: PaymentState.ACTION_REQUIRED,
    Status.PROCESSING: PaymentState.PROCESSING,
    Status.ENDING: PaymentState.UNKNOWN,
    Status.DECLINED: PaymentState.DECLINED,
    Status.AUTHORIZED: PaymentState.AUTHORIZED,
    Status.CAPTURED: PaymentState.CAPTURED,
    Status.VOIDED: PaymentState.VOIDED,
    Status.PARTIALLY_REFUNDED: PaymentState.CAPTURED,
    Status.REFUNDED: PaymentState.REFUNDED,
}


class Payment(Struct, frozen=True, kw_only=True):
    """A row: one attempt to pay one booking. `amount` and `refund_reserved` (pending refunds too) in minor units."""

    booking_id: str
    attempt: int
    provider_ref: str | None
    payment_method: str | None
    amount: int
    currency: str
    status: Status
    decline_code: str | None = None
    message: str | None = None
    next_action: dict[str, Any] | None = None
    refund_reserved: int = 0
    event_id: str | None = None
    buyer_email: str | None = None


class PaymentUpdate(Struct, frozen=True):
    """What the provider said about one attempt; recorded where it is a step forward."""

    booking_id: str
    attempt: int
    status: Status
    provider_ref: str | None = None
    decline_code: str | None = None
    message: str | None = None
    next_action: dict[str, Any] | None = None
    processor_fee: int | None = None
    """Of a captured amount, in minor units; None: not known."""
    card_last4: str | None = None


def sources_of(target: Status) -> frozenset[Status]:
    """Return the states from which `target` is a step forward; from any other, the update is stale."""
    return _SOURCES[target]


def advance(current: Status, seen: Status) -> Status:
    """Return the state after `seen`: `current` where that is no step forward."""
    return seen if current in _SOURCES[seen] else current


def update_from_intent(payment: Payment, intent: Intent) -> PaymentUpdate:
    """Translate the provider's answer about `payment`. Refunds change a payment through their own rows instead."""
    status = status_of(intent)
    return PaymentUpdate(
        payment.booking_id,
        payment.attempt,
        Status.CAPTURED if status in CAPTURED else status,
        intent.id,
        intent.decline_code,
        intent.message,
        intent.next_action,
        intent.processor_fee if status in CAPTURED else None,
        intent.card_last4 if status in CAPTURED else None,
    )


def status_of(intent: Intent) -> Status:
    """Return our state for an intent. Unconfirmed and declined intents have one status at Stripe, two here."""
    if intent.status is IntentStatus.SUCCEEDED:
        if intent.amount_refunded == 0:
            return Status.CAPTURED
        return Status.REFUNDED if intent.amount_refunded == intent.amount else Status.PARTIALLY_REFUNDED
    if intent.status is IntentStatus.REQUIRES_PAYMENT_METHOD:
        return Status.DECLINED if intent.decline_code else Status.CREATED
    return {
        IntentStatus.REQUIRES_CONFIRMATION: Status.CREATED,
        IntentStatus.REQUIRES_ACTION: Status.ACTION_REQUIRED,
        IntentStatus.PROCESSING: Status.PROCESSING,
        IntentStatus.REQUIRES_CAPTURE: Status.AUTHORIZED,
        IntentStatus.CANCELED: Status.VOIDED,
    }[intent.status]


def may_still_pay(payment: Payment, status: Status) -> bool:
    """Return whether the client can still authorize this attempt without us, with the intent's secret."""
    return payment.attempt == CLIENT_ATTEMPT and status in OPEN | {Status.DECLINED}


def outcome_of(known: Payment | PaymentUpdate) -> PaymentOutcome:
    """Return what booking learns of it."""
    return PaymentOutcome(known.booking_id, _STATES[known.status], known.decline_code, known.message, known.next_action)
