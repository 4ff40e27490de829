"""The port of a payment provider: Stripe's PaymentIntents with manual capture, no more.

Every call that changes something carries an idempotency key. The same key with the same parameters replays the first
answer; with other parameters the provider refuses it (`idempotency_error`). A call whose answer was lost raises
`ProviderUnreachable`: its effect is unknown, and a second call with the same key returns the answer.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Protocol

from msgspec import Struct

from admitone.payments.domain.intent import Intent, ProviderDispute, ProviderEvent, ProviderRefund


class ProviderUnreachable(Exception):
    """No answer, a 5xx or a 429: the effect is unknown. Call again with the same key.

    `is_replayed`: the provider stores this error for the key, and replays it or says that it would; read the object
    itself instead.
    `retry_after_seconds`: a hint; an earlier call is useless.
    """

    def __init__(self, detail: str, *, is_replayed: bool = False, retry_after_seconds: float | None = None) -> None:
        super().__init__(detail)
        self.is_replayed = is_replayed
        self.retry_after_seconds = retry_after_seconds


class Endpoint(Enum):
    """A write that has a budget. Cancelling has none: it is rare, and part of a buyer's payment."""

    CREATE = "create"
    CONFIRM = "confirm"
    CAPTURE = "capture"
    REFUND = "refund"


class Limit(Enum):
    """What a rejected call exceeded: a limit of the account, of the endpoint, or of the one object."""

    ACCOUNT = "account"
    ENDPOINT = "endpoint"
    OBJECT = "object"


class RateLimited(ProviderUnreachable):
    """The provider rejected the call for the rate of calls: nothing was done."""

    def __init__(self, detail: str, *, limit: Limit = Limit.ACCOUNT, retry_after_seconds: float | None = None) -> None:
        super().__init__(detail, retry_after_seconds=retry_after_seconds)
        self.limit = limit


class ProviderRefused(Exception):
    """The provider's final refusal. `code` is the provider's (`resource_missing`, …)."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class IntentOrder(Struct, frozen=True):
    """What to create: `amount` in minor units; the provider stores `reference` (our booking id) and `attempt`.

    `key`: the idempotency key. `payment_method` None: the client confirms the intent with one of its own.
    """

    key: str
    reference: str
    amount: int
    currency: str
    attempt: int = 1
    payment_method: str | None = None
    event_id: str | None = None
    buyer_email: str | None = None
    """For the provider's fraud checks, with `reference`; None: not known."""
    is_test: bool = False
    """It tests the payment keys: `reference` is the id of that test, and no booking has the intent."""


class IntentPage(Struct, frozen=True):
    """`following`: pass it as `after` for the next page; None: this is the last."""

    intents: tuple[Intent, ...]
    following: str | None


class EventPage(Struct, frozen=True):
    """`following`: as in an `IntentPage`."""

    events: tuple[ProviderEvent, ...]
    following: str | None


class WriteRates(Struct, frozen=True):
    """Writes a second that the provider is believed to allow now: to the account, and at each endpoint."""

    account: float
    endpoints: Mapping[Endpoint, float]


class WriteBudget(Protocol):
    """The writes a second that the provider accepts from this account and at each endpoint, shared by all processes:
    buyers who are paying come first, captures and refunds take what they leave. It learns from rejections."""

    async def spend(self, endpoint: Endpoint) -> None:
        """Take one write for a buyer, or for what is overdue, and wait until there is one.

        Raises `ProviderUnreachable` after some seconds.
        """

    async def spare(self, endpoint: Endpoint, count: int) -> int:
        """Take at most `count` writes that can wait; return how many may be made now."""

    async def record_rejection(self, endpoint: Endpoint, limit: Limit) -> None:
        """Learn that the provider rejected a call for its rate."""

    async def rates(self) -> WriteRates:
        """Return what is believed to be allowed now, with every endpoint."""


class PaymentProvider(Protocol):
    """The payment provider. One suite (`tests/ports/test_payment_provider.py`) runs on every implementation.

    A decline by the issuer is an answer, not an exception: the returned intent has a `decline_code`.
    """

    @property
    def name(self) -> str:
        """`simulated` | `stripe`; the checkout page receives it."""

    @property
    def publishable_key(self) -> str | None:
        """What the provider's script in the browser needs; None if there is no such script."""

    @property
    def confirms_in_client(self) -> bool:
        """Whether a client with an intent's `client_secret` can confirm it without us, also after a decline."""

    @property
    def test_card(self) -> str | None:
        """A payment method that is authorized without real money; None where the keys take real money."""

    async def aclose(self) -> None:
        """Close connections at the end of the process."""

    def predict_id(self, key: str) -> str | None:
        """Return the id that `create` with this key will give, where it can be predicted (Stripe's cannot).

        Our row stores the id before the intent is confirmed. With a predicted id, one call (`create_and_confirm`) is
        enough; without, it takes `create`, a commit, `confirm`.
        """

    async def create(self, order: IntentOrder) -> Intent:
        """Create an unconfirmed intent with manual capture."""

    async def create_and_confirm(self, order: IntentOrder, *, payment_method: str, confirm_key: str) -> Intent:
        """`create` with `order.key`, then `confirm` with `confirm_key`, in one round trip."""

    async def confirm(self, intent_id: str, *, key: str) -> Intent:
        """Ask the issuer for the money, with the payment method that the intent was created with."""

    async def retrieve(self, intent_id: str) -> Intent:
        """Return the intent as it is now. Raises `ProviderRefused` (`resource_missing`)."""

    async def capture(self, intent_id: str, *, key: str) -> Intent:
        """Take all of the authorized money."""

    async def cancel(self, intent_id: str, *, key: str) -> Intent:
        """Void an intent. Refused (`payment_intent_unexpected_state`) after a capture."""

    async def refund(self, intent_id: str, *, amount: int, currency: str, key: str, reference: str) -> str:
        """Refund captured money; return the refund's id. Refused where less than `amount` is left.

        The provider stores `reference` (our refund's id) with the refund.
        """

    async def list_refunds(self, intent_id: str) -> list[ProviderRefund]:
        """Return every refund of a captured intent, ours and those made at the provider (at most 100)."""

    async def list_disputes(self, intent_id: str) -> list[ProviderDispute]:
        """Return disputes in which the buyer's bank took money back, temporarily or finally; no mere inquiries."""

    async def list_intents(
        self, created_from: datetime, created_before: datetime, *, after: str | None = None
    ) -> IntentPage:
        """Return intents by the provider's time of creation, for reconciliation."""

    async def list_late_events(
        self, created_from: datetime, created_before: datetime, *, after: str | None = None
    ) -> EventPage:
        """Return refund and dispute events of that time, for payments of any age, received by us or not."""
