"""The provider's side of a payment, in the words of Stripe's PaymentIntent."""

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
    """`amount` in minor units; `decline_code` says why the last confirmation failed."""

    id: str
    status: IntentStatus
    amount: int
    currency: str
    amount_refunded: int = 0
    decline_code: str | None = None
    message: str | None = None
    next_action: dict[str, Any] | None = None
    client_secret: str | None = None
