"""Map Stripe's errors to three classes: no answer, a refusal, and a decline (which is an answer).

https://docs.stripe.com/error-low-level: after a 5xx or a lost connection the effect is unknown; 429 and lock timeouts
mean later; 402 is the issuer's decision; other 4xx are final.
"""

from collections.abc import Awaitable
from typing import TypeVar

import stripe

from admitone.kit.load_shedding import waiting_elsewhere
from admitone.payments.adapters.stripe_http import CONNECTION_ERRORS
from admitone.payments.ports import ProviderRefused, ProviderUnreachable, RateLimited

Answer = TypeVar("Answer")

# Stripe sends no Retry-After; its limits are per second.
TOO_MANY_SECONDS = 1.0
_TOO_MANY = 429
_CONFLICT = 409
_LOCKED = "lock_timeout"
_REPLAYED = "idempotent-replayed"


class CardDeclined(Exception):
    """The issuer declined. `intent` is the payment intent, if the error contains it."""

    def __init__(self, error: stripe.CardError) -> None:
        super().__init__(str(error))
        body = error.json_body if isinstance(error.json_body, dict) else {}
        details = body.get("error") or {}
        self.intent: dict[str, object] | None = details.get("payment_intent")
        self.code: str = details.get("decline_code") or error.code or "generic_decline"
        self.message: str = error.user_message or "The card was declined."


async def answer_of(call: Awaitable[Answer]) -> Answer:
    """Return Stripe's answer; a request that waits for it occupies no slot of its role.

    Raises `CardDeclined`, `ProviderRefused`, `ProviderUnreachable`.
    """
    try:
        with waiting_elsewhere():
            return await call
    except stripe.CardError as error:
        raise CardDeclined(error) from error
    except stripe.IdempotencyError as error:
        raise ProviderRefused("idempotency_error", str(error.user_message)) from error
    except stripe.StripeError as error:
        raise _translate(error) from error
    except CONNECTION_ERRORS as error:
        raise ProviderUnreachable(f"the answer was lost: {type(error).__name__}") from error


def _translate(error: stripe.StripeError) -> Exception:
    status = error.http_status
    if status is None or status >= 500:
        headers = {str(name).lower(): value for name, value in dict(error.headers or {}).items()}
        return ProviderUnreachable(_text(error), is_replayed=headers.get(_REPLAYED) == "true")
    if status == _TOO_MANY and error.code != _LOCKED:
        return RateLimited(_text(error), retry_after_seconds=TOO_MANY_SECONDS)
    # 409: a request with the same key is still running; a locked object: another request uses it.
    if status == _CONFLICT or error.code == _LOCKED:
        return ProviderUnreachable(_text(error), retry_after_seconds=TOO_MANY_SECONDS)
    return ProviderRefused(error.code or _code_of(status), _text(error))


def _code_of(status: int) -> str:
    return {401: "not_authenticated", 403: "not_permitted", 404: "resource_missing"}.get(status, "invalid_request")


def _text(error: stripe.StripeError) -> str:
    return str(error.user_message or type(error).__name__)[:500]
