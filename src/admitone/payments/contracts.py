"""What booking may know of payments: an amount is authorized, captured, voided or refunded, by booking id.

The three calls are plugged into booking by the role. None of them is made while a database transaction or a
pooled connection is held.
"""

from collections.abc import Awaitable, Callable
from enum import Enum
from typing import Any

from msgspec import Struct

from admitone.kit.postgres import Connection


class PaymentState(Enum):
    """`unknown`: the provider did not answer; ask again with the same key."""

    AUTHORIZED = "authorized"
    DECLINED = "declined"
    ACTION_REQUIRED = "action_required"
    PROCESSING = "processing"
    CAPTURED = "captured"
    VOIDED = "voided"
    REFUNDED = "refunded"
    UNKNOWN = "unknown"


class PaymentOrder(Struct, frozen=True):
    """What is to be paid. `attempt` counts the buyer's tries; (booking_id, attempt) is the idempotency key."""

    booking_id: str
    attempt: int
    amount: int
    currency: str
    payment_method: str | None
    """A provider's payment method id (`pm_…`); None where the client has confirmed with the provider."""


class PaymentOutcome(Struct, frozen=True):
    booking_id: str
    state: PaymentState
    decline_code: str | None = None
    message: str | None = None
    next_action: dict[str, Any] | None = None


class PaymentTerms(Struct, frozen=True):
    """What a checkout page needs to show a payment form."""

    provider: str
    client_secret: str | None = None
    publishable_key: str | None = None


Authorize = Callable[[PaymentOrder], Awaitable[PaymentOutcome]]
"""Create and confirm with the provider, or ask for the outcome of an earlier try with the same key."""

Settle = Callable[[str], Awaitable[PaymentOutcome]]
"""booking_id → cancel what is not final, return the terminal truth: voided, or authorized or captured after all."""


class SaleMoney(Struct, frozen=True):
    """Fact inside the sale's transaction: this booking was sold for so much."""

    booking_id: str
    organization_id: str
    event_id: str
    subtotal: int
    fees: int
    currency: str


RecordSales = Callable[[Connection, list[SaleMoney]], Awaitable[None]]
"""Write the ledger entries and the capture jobs of a batch of sales, in the caller's transaction."""
