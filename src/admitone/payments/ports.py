"""What the product needs of a payment provider: Stripe's PaymentIntents with manual capture, no more.

Every call that changes something carries an idempotency key: the same key and parameters replay the first
answer, the same key with other parameters is refused (`idempotency_error`). A call whose answer was lost raises
`ProviderUnreachable`: nothing is known, and the same key asked again gives the truth.
"""

from datetime import datetime
from typing import Protocol

from msgspec import Struct

from admitone.payments.domain.intent import Intent, ProviderDispute, ProviderRefund
from admitone.payments.domain.webhook import ProviderEvent


class ProviderUnreachable(Exception):
    """No answer, or a 5xx, or a 429: whether it was done is unknown. Ask again with the same key.

    `is_replayed`: the provider keeps this answer for the key and will give no other; look at the object itself.
    `retry_after_seconds`: a hint, where asking sooner is useless.
    """

    def __init__(self, detail: str, *, is_replayed: bool = False, retry_after_seconds: float | None = None) -> None:
        super().__init__(detail)
        self.is_replayed = is_replayed
        self.retry_after_seconds = retry_after_seconds


class ProviderRefused(Exception):
    """The provider understood and said no, finally. `code` is the provider's (`resource_missing`, …)."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class IntentOrder(Struct, frozen=True):
    """What to create: `amount` in minor units; `reference` (our booking id) and `attempt` are kept with the intent.

    `payment_method` None: the client will confirm it with one of its own.
    """

    key: str
    reference: str
    amount: int
    currency: str
    attempt: int = 1
    payment_method: str | None = None
    event_id: str | None = None
    buyer_email: str | None = None
    """With `reference` what the provider's fraud checks are told; None: not known."""


class IntentPage(Struct, frozen=True):
    """`following`: pass it as `after` for the next page; None: this was the last."""

    intents: tuple[Intent, ...]
    following: str | None


class EventPage(Struct, frozen=True):
    """`following`: as of an `IntentPage`."""

    events: tuple[ProviderEvent, ...]
    following: str | None


class PaymentProvider(Protocol):
    """One suite (`tests/ports/test_payment_provider.py`) holds for every implementation.

    A decline by the issuer is an answer, not an exception: the intent comes back with `decline_code`.
    """

    @property
    def name(self) -> str:
        """`simulated` | `stripe`; shown to the checkout page."""

    @property
    def publishable_key(self) -> str | None: ...

    async def aclose(self) -> None: ...

    def predict_id(self, key: str) -> str | None:
        """The id that `create` with this key will give, where the provider lets us know it (Stripe does not).

        Our row stores the id before the intent is confirmed. Where it can be predicted, one call
        (`create_and_confirm`) is enough; where not, it takes `create`, a commit, `confirm`.
        """

    @property
    def confirms_in_client(self) -> bool:
        """Whether whoever has an intent's `client_secret` can confirm it, also after a decline, without us."""

    async def create(self, order: IntentOrder) -> Intent:
        """Unconfirmed intent, capture by hand."""

    async def create_and_confirm(self, order: IntentOrder, *, payment_method: str, confirm_key: str) -> Intent:
        """`create` by `order.key`, then `confirm` by `confirm_key`, in one round trip."""

    async def confirm(self, intent_id: str, *, key: str) -> Intent:
        """Ask the issuer, with the payment method that the intent was created with."""

    async def retrieve(self, intent_id: str) -> Intent:
        """The intent as it is now. Raises `ProviderRefused` (`resource_missing`)."""

    async def capture(self, intent_id: str, *, key: str) -> Intent:
        """Take the authorized money, all of it."""

    async def cancel(self, intent_id: str, *, key: str) -> Intent:
        """Void. Refused (`payment_intent_unexpected_state`) where captured already."""

    async def refund(self, intent_id: str, *, amount: int, currency: str, key: str, reference: str) -> str:
        """Give captured money back; → the refund's id. Refused where more than what is left is asked.

        `reference` (our refund's id) is kept with the refund.
        """

    async def list_refunds(self, intent_id: str) -> list[ProviderRefund]:
        """Every refund of a captured intent, whoever made it (at most 100)."""

    async def list_disputes(self, intent_id: str) -> list[ProviderDispute]:
        """What the buyer's bank has taken back, for now or for good; not what it only asked about."""

    async def list_intents(
        self, created_from: datetime, created_before: datetime, *, after: str | None = None
    ) -> IntentPage:
        """Intents by the provider's time of creation, to compare its books with ours."""

    async def list_late_events(
        self, created_from: datetime, created_before: datetime, *, after: str | None = None
    ) -> EventPage:
        """What happened in that time to payments of any age: refunds and disputes, whether or not we were told."""
