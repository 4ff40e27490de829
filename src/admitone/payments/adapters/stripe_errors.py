"""Map Stripe's errors to three classes: no answer, a refusal, and a decline (which is an answer).

https://docs.stripe.com/error-low-level: after a 5xx or a lost connection the effect is unknown; 429 and lock timeouts
mean later; 402 is the issuer's decision; other 4xx are final. An answer without Stripe's error object is not Stripe's
(a proxy, a body that was cut): its effect is unknown, whatever its status. `Stripe-Should-Retry` overrides that: `true`
means later, and `false` after a 5xx that the key gets the same answer again. `Stripe-Rate-Limited-Reason` names the
limit that rejected a call (https://docs.stripe.com/rate-limits).
"""

from collections.abc import Awaitable
from typing import TypeVar

import stripe

from admitone.kit.load_shedding import waiting_elsewhere
from admitone.payments.adapters.stripe_http import CONNECTION_ERRORS
from admitone.payments.ports import Limit, ProviderRefused, ProviderUnreachable, RateLimited

Answer = TypeVar("Answer")

# Stripe sends no Retry-After; its limits are per second.
TOO_MANY_SECONDS = 1.0
# It says not to retry: a limit of the one object, counted by the hour.
OBJECT_SECONDS = 60.0
_CONFLICT = 409
_LOCKED = "lock_timeout"
_REPLAYED = "idempotent-replayed"
_SHOULD_RETRY = "stripe-should-retry"
_REASON = "stripe-rate-limited-reason"
_LIMITS = {"endpoint": Limit.ENDPOINT, "resource": Limit.OBJECT}
"""By the first word of the reason: `endpoint-rate`, `endpoint-concurrency`, `resource-specific`; `global-…` is the
account's, and a reason that is missing or new counts as that."""


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
    headers = {str(name).lower(): str(value).lower() for name, value in dict(error.headers or {}).items()}
    should_retry = headers.get(_SHOULD_RETRY)
    if status is None or status >= 500:
        is_replayed = headers.get(_REPLAYED) == "true" or should_retry == "false"
        return ProviderUnreachable(_text(error), is_replayed=is_replayed)
    if isinstance(error, stripe.RateLimitError) and error.code != _LOCKED:
        limit = _LIMITS.get(headers.get(_REASON, "").partition("-")[0], Limit.ACCOUNT)
        seconds = OBJECT_SECONDS if should_retry == "false" else TOO_MANY_SECONDS
        return RateLimited(_text(error), limit=limit, retry_after_seconds=seconds)
    # 409: a request with the same key is still running; a locked object: another request uses it.
    if status == _CONFLICT or error.code == _LOCKED or should_retry == "true":
        return ProviderUnreachable(_text(error), retry_after_seconds=TOO_MANY_SECONDS)
    if _is_not_stripes(error):
        return ProviderUnreachable(_text(error))
    return ProviderRefused(error.code or _code_of(status), _text(error))


def _is_not_stripes(error: stripe.StripeError) -> bool:
    """The SDK raises `APIError` itself for an answer that it cannot read, with that answer's status, also a 200."""
    body = error.json_body
    return type(error) is stripe.APIError and not (isinstance(body, dict) and isinstance(body.get("error"), dict))


def _code_of(status: int) -> str:
    return {401: "not_authenticated", 403: "not_permitted", 404: "resource_missing"}.get(status, "invalid_request")


def _text(error: stripe.StripeError) -> str:
    return str(error.user_message or type(error).__name__)[:500]
