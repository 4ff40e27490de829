"""The provider's side of a payment, in Stripe's terms: PaymentIntent, Refund, Dispute, Event.

`Intent` is to the provider what `domain.payment.Payment` is to us: one attempt to pay.
"""

from enum import Enum
from typing import Any

from msgspec import Struct


class IntentStatus(Enum):
    """https://docs.stripe.com/payments/paymentintents/lifecycle, with manual capture."""

    REQUIRES_PAYMENT_METHOD = "requires_payment_method"  # not confirmed yet, or declined
    REQUIRES_CONFIRMATION = "requires_confirmation"
    REQUIRES_ACTION = "requires_action"
    PROCESSING = "processing"
    REQUIRES_CAPTURE = "requires_capture"  # authorized
    SUCCEEDED = "succeeded"  # captured
    CANCELED = "canceled"


class Intent(Struct, frozen=True):
    """`amount` in minor units; `decline_code` says why the last confirmation failed.

    `reference` (the booking's id) and `attempt` are those given at creation; None if the provider does not return
    them, or the intent is another program's.
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
    test_id: str | None = None
    """The test of the payment keys that it belongs to; then it has no `reference`: no booking has it."""
    processor_fee: int | None = None
    """What the provider keeps of a captured amount, in minor units of `currency`; None: not known."""
    card_last4: str | None = None
    """The last four digits of the card that a captured amount was taken from; None: not known."""


class RefundStatus(Enum):
    """The state of a refund at the provider; a refund that succeeded may fail days later."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


class ProviderRefund(Struct, frozen=True):
    """`reference`: our refund's id; None if the refund was made at the provider by hand."""

    id: str
    amount: int
    status: RefundStatus
    reference: str | None


class DisputeStatus(Enum):
    """The buyer's bank took the money back (`open`), finally (`lost`), or returned it to us (`won`)."""

    OPEN = "open"
    LOST = "lost"
    WON = "won"


class ProviderDispute(Struct, frozen=True):
    """`amount`: what the buyer's bank took back, in minor units."""

    id: str
    amount: int
    status: DisputeStatus


class ProviderEvent(Struct, frozen=True):
    """Something that happened at the provider. `intent_ref`: the intent it is about; None: nothing that we process."""

    id: str
    type: str
    intent_ref: str | None
