"""What the product needs of a payment provider: Stripe's PaymentIntents with manual capture, no more.

Every call that changes something carries an idempotency key: the same key and parameters replay the first
answer, the same key with other parameters is refused (`idempotency_error`). A call whose answer was lost raises
`ProviderUnreachable`: nothing is known, and the same key asked again gives the truth.
"""

from typing import Protocol

from msgspec import Struct

from admitone.payments.domain.intent import Intent


class ProviderUnreachable(Exception):
    """No answer, or a 5xx, or a 429: whether it was done is unknown. Ask again with the same key."""


class ProviderRefused(Exception):
    """The provider understood and said no, finally. `code` is the provider's (`resource_missing`, …)."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class IntentOrder(Struct, frozen=True):
    """What to create: `amount` in minor units; `reference` (our booking id) is kept as the intent's metadata."""

    key: str
    reference: str
    amount: int
    currency: str


class PaymentProvider(Protocol):
    """One suite (`tests/ports/test_payment_provider.py`) holds for every implementation.

    A decline by the issuer is an answer, not an exception: the intent comes back with `decline_code`.
    """

    @property
    def name(self) -> str:
        """`simulated` | `stripe`; shown to the checkout page."""

    @property
    def publishable_key(self) -> str | None: ...

    def foretell_id(self, key: str) -> str | None:
        """The id that `create` with this key will give, where the provider lets us know it (Stripe does not).

        Our row stores the id before the intent is confirmed. Where it can be foretold, one call
        (`create_and_confirm`) is enough; where not, it takes `create`, a commit, `confirm`.
        """

    async def create(self, order: IntentOrder) -> Intent:
        """Unconfirmed intent, capture by hand."""

    async def create_and_confirm(self, order: IntentOrder, *, payment_method: str, confirm_key: str) -> Intent:
        """`create` by `order.key`, then `confirm` by `confirm_key`, in one round trip."""

    async def confirm(self, intent_id: str, *, payment_method: str, key: str) -> Intent: ...

    async def retrieve(self, intent_id: str) -> Intent:
        """The intent as it is now. Raises `ProviderRefused` (`resource_missing`)."""

    async def capture(self, intent_id: str, *, key: str) -> Intent:
        """Take the authorized money, all of it."""

    async def cancel(self, intent_id: str, *, key: str) -> Intent:
        """Void. Refused (`payment_intent_unexpected_state`) where captured already."""

    async def refund(self, intent_id: str, *, amount: int, key: str) -> str:
        """Give captured money back; → the refund's id. Refused where more than what is left is asked."""
