"""States of one payment: a machine that only moves forward, whatever order the updates come in."""

from enum import Enum
from typing import Any

from msgspec import Struct

from admitone.kit.ids import new_id
from admitone.payments.contracts import PaymentOutcome, PaymentState
from admitone.payments.domain.intent import Intent, IntentStatus


class Status(Enum):
    CREATED = "created"  # the provider may or may not know of it
    ACTION_REQUIRED = "action_required"
    PROCESSING = "processing"
    ENDING = "ending"  # we are cancelling it: from here on nobody sells on it, whatever the provider says meanwhile
    DECLINED = "declined"
    AUTHORIZED = "authorized"
    CAPTURED = "captured"
    VOIDED = "voided"
    PARTIALLY_REFUNDED = "partially_refunded"
    REFUNDED = "refunded"


OPEN = frozenset({Status.CREATED, Status.ACTION_REQUIRED, Status.PROCESSING, Status.ENDING})
"""Not decided: the provider must be asked."""

CAPTURED = frozenset({Status.CAPTURED, Status.PARTIALLY_REFUNDED, Status.REFUNDED})
"""The money was taken; some or all of it may have gone back since."""

CLIENT_ATTEMPT = 0
"""The try that the client confirms with the provider itself; those that we confirm count from 1."""

PAID = frozenset({Status.AUTHORIZED, Status.CAPTURED, Status.PARTIALLY_REFUNDED, Status.REFUNDED})
"""The provider said yes at some time, and it was not voided."""

_SOURCES: dict[Status, frozenset[Status]] = {
    Status.CREATED: frozenset(),
    Status.ACTION_REQUIRED: frozenset({Status.CREATED}),
    Status.PROCESSING: frozenset({Status.CREATED, Status.ACTION_REQUIRED}),
    Status.ENDING: OPEN | {Status.DECLINED},
    Status.DECLINED: OPEN - {Status.ENDING},
    # A declined intent is not over at every provider: with its secret the client may confirm it with another card.
    Status.AUTHORIZED: (OPEN - {Status.ENDING}) | {Status.DECLINED},
    # A capture that we hear of before its authorization: the update was late, not wrong.
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
    """A row: one try to pay one booking. `amount` and `refund_reserved` in minor units."""

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
    """What the provider said of one payment, to be written where it is a step forward."""

    booking_id: str
    attempt: int
    status: Status
    provider_ref: str | None = None
    decline_code: str | None = None
    message: str | None = None
    next_action: dict[str, Any] | None = None


def sources_of(target: Status) -> frozenset[Status]:
    """States from which `target` is a step forward; from any other the update is stale and changes nothing."""
    return _SOURCES[target]


def advance(current: Status, seen: Status) -> Status:
    """The state after hearing `seen`: `current` where that is no step forward."""
    return seen if current in _SOURCES[seen] else current


def update_from_intent(payment: Payment, intent: Intent) -> PaymentUpdate:
    """Translate the provider's answer about `payment`. Refunds move a payment by rows of their own."""
    status = status_of(intent)
    return PaymentUpdate(
        payment.booking_id,
        payment.attempt,
        Status.CAPTURED if status in CAPTURED else status,
        intent.id,
        intent.decline_code,
        intent.message,
        intent.next_action,
    )


def status_of(intent: Intent) -> Status:
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
    """Whether the client can turn this try into an authorization without asking us: with the intent's secret."""
    return payment.attempt == CLIENT_ATTEMPT and status in OPEN | {Status.DECLINED}


def outcome_of(known: Payment | PaymentUpdate) -> PaymentOutcome:
    """What booking is told."""
    return PaymentOutcome(known.booking_id, _STATES[known.status], known.decline_code, known.message, known.next_action)


def create_key(booking_id: str, attempt: int) -> str:
    """Idempotency keys name (booking, attempt, step); capture and void happen once a payment."""
    return f"{booking_id}:{attempt}:create"


def confirm_key(booking_id: str, attempt: int) -> str:
    return f"{booking_id}:{attempt}:confirm"


def capture_key(booking_id: str, attempt: int) -> str:
    return f"{booking_id}:{attempt}:capture"


def cancel_key(booking_id: str, attempt: int) -> str:
    return f"{booking_id}:{attempt}:cancel"


def another_key(key: str) -> str:
    """A key for what was asked under `key`, whose old error the provider keeps and answers with for a day.

    Only where asking twice does no harm: the intent's state allows it once, or it was seen that nothing was done.
    """
    return f"{key}:{new_id('try')}"
