"""A test of the payment keys: which steps it makes, of which amount, and what became of each."""

from datetime import datetime, timedelta
from enum import Enum
from typing import ClassVar

from msgspec import Struct

from admitone.kit.money import currency_exponent
from admitone.kit.refusal import Kind, Refusal

TESTS_MAX, TESTS_PER = 5, timedelta(minutes=10)
KEPT = timedelta(days=90)
WORDS_CHARACTERS_MAX = 500
_AMOUNT_WITHOUT_MINIMUM, _WITHOUT_MINOR_UNIT = 10, 1_000
"""In whole units, where the processor names no minimum: above 0.50 EUR in every currency that is in use."""


class TooManyPaymentTests(Refusal):
    code: ClassVar[str] = "too-many-payment-tests"
    kind: ClassVar[Kind] = Kind.TOO_MANY

    def __init__(self) -> None:
        super().__init__(
            f"The organization tested the payment keys {TESTS_MAX} times in {TESTS_PER // timedelta(minutes=1)} "
            "minutes. Wait a little.",
            retry_after_seconds=int(TESTS_PER.total_seconds()),
        )


class PaymentTestNotFound(Refusal):
    code: ClassVar[str] = "payment-test-not-found"
    kind: ClassVar[Kind] = Kind.NOT_FOUND

    def __init__(self) -> None:
        super().__init__("The organization has made no such test of the payment keys, or it is too long ago.")


class StepName(Enum):
    CREATE = "create"
    AUTHORIZE = "authorize"
    CANCEL = "cancel"


class Step(Struct, frozen=True):
    """`words`: the processor's own, where it refused or did not answer."""

    name: StepName
    is_good: bool
    milliseconds: int
    words: str | None = None


class PaymentTest(Struct, frozen=True):
    """`is_live`: the keys take real money, so nothing was authorized. `ended_at` None: it still runs, or its process
    died. `heard_at`: when a webhook first told of it."""

    id: str
    organization_id: str
    amount: int
    currency: str
    is_live: bool
    steps: tuple[Step, ...]
    created_at: datetime
    ended_at: datetime | None = None
    heard_at: datetime | None = None
    heard_type: str | None = None


def amount_to_try(currency: str, smallest: int) -> int:
    """Return the smallest amount that the processor takes (`smallest`; 0: not known), in minor units."""
    if smallest:
        return smallest
    exponent = currency_exponent(currency)
    return _AMOUNT_WITHOUT_MINIMUM * 10**exponent if exponent else _WITHOUT_MINOR_UNIT
