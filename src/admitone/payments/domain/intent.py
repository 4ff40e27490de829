"""The provider's side of a payment, in the words of Stripe's PaymentIntent, Refund and Dispute."""

from enum import Enum
from typing import Any

from msgspec import Struct


class IntentStatus(Enum):
    """https://docs.stripe.com/payments/paymentintents/lifecycle, with capture by hand."""

    REQUIRES_PAYMENT_METHOD = "requires_payment_method"  # not confirmed yet, or declined
    REQUIRES_CONFIRMATION = "requires_confirmation"
    REQUIRES_ACTION = "requires_action"
    PROCESSING = "processing"
    REQUIRES_CAPTURE = "requires_capture"  # authorized
    SUCCEEDED = "succeeded"  # captured
    CANCELED = "canceled"


class Intent(Struct, frozen=True):
    """`amount` in minor units; `decline_code` says why the last confirmation failed.

    `reference` is the booking's id and `attempt` its try, as they were given at creation (null where the provider
    does not tell them, or the intent is not ours).
    """

    id: str
    status: IntentStatus
    amount: int
    currency: str
    amount_refunded: int = 0
    decline_code: str | None = None
    message: str | None = None
    next_action: dict[str, Any] | None = None
    client_secret: str | None = None
    is_disputed: bool = False
    reference: str | None = None
    attempt: int | None = None


class RefundStatus(Enum):
    """What became of a refund at the provider; one that succeeded may fail days later."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


class ProviderRefund(Struct, frozen=True):
    """`reference` is our refund's id; null where the refund was made on the provider's side."""

    id: str
    amount: int
    status: RefundStatus
    reference: str | None


class DisputeStatus(Enum):
    """The buyer's bank took the money back (`open`), for good (`lost`), or gave it back again (`won`)."""

    OPEN = "open"
    LOST = "lost"
    WON = "won"


class ProviderDispute(Struct, frozen=True):
    id: str
    amount: int
    status: DisputeStatus
