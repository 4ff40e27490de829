"""Map Stripe's errors to three outcomes: unreachable (retry), refused (final), declined (an answer)."""

from typing import Any

import pytest
import stripe as sdk

from admitone.payments.adapters.stripe_errors import OBJECT_SECONDS, TOO_MANY_SECONDS, CardDeclined, answer_of
from admitone.payments.ports import Limit, ProviderRefused, ProviderUnreachable, RateLimited

# The stripe package's errors have no type annotations.
stripe: Any = sdk


async def raising(error: Exception) -> Any:
    raise error


async def unreachable(error: Exception) -> ProviderUnreachable:
    with pytest.raises(ProviderUnreachable) as caught:
        await answer_of(raising(error))
    return caught.value


async def test_no_connection_and_5xx_are_unreachable() -> None:
    await unreachable(stripe.APIConnectionError("gone"))
    replayed = await unreachable(stripe.APIError("boom", http_status=500, headers={"Idempotent-Replayed": "true"}))
    fresh = await unreachable(stripe.APIError("boom", http_status=503, headers={"request-id": "req_1"}))

    assert (replayed.is_replayed, fresh.is_replayed) == (True, False)


@pytest.mark.parametrize(
    "error",
    [
        stripe.RateLimitError("slow down", http_status=429),
        stripe.RateLimitError("slow down", http_status=400, code="rate_limit"),
        stripe.InvalidRequestError("locked", None, code="lock_timeout", http_status=400),
        stripe.APIError("a twin is running", http_status=409),
    ],
)
async def test_429_is_retried_later(error: Exception) -> None:
    assert (await unreachable(error)).retry_after_seconds == TOO_MANY_SECONDS


@pytest.mark.parametrize(
    ("reason", "limit"),
    [
        ("global-rate", Limit.ACCOUNT),
        ("global-concurrency", Limit.ACCOUNT),
        ("endpoint-rate", Limit.ENDPOINT),
        ("endpoint-concurrency", Limit.ENDPOINT),
        ("resource-specific", Limit.OBJECT),
        ("something-new", Limit.ACCOUNT),
    ],
)
async def test_a_rejection_names_its_limit(reason: str, limit: Limit) -> None:
    headers = {"Stripe-Rate-Limited-Reason": reason}
    error = await unreachable(stripe.RateLimitError("slow down", http_status=429, headers=headers))

    assert isinstance(error, RateLimited)
    assert error.limit is limit


async def test_stripe_says_whether_to_retry() -> None:
    no, yes = {"Stripe-Should-Retry": "false"}, {"Stripe-Should-Retry": "true"}

    stored = await unreachable(stripe.APIError("boom", http_status=500, headers=no))
    again = await unreachable(stripe.APIError("boom", http_status=500, headers=yes))
    later = await unreachable(stripe.InvalidRequestError("busy", None, http_status=400, headers=yes))
    much_later = await unreachable(stripe.RateLimitError("slow down", http_status=429, headers=no))

    assert (stored.is_replayed, again.is_replayed) == (True, False)
    assert (later.retry_after_seconds, much_later.retry_after_seconds) == (TOO_MANY_SECONDS, OBJECT_SECONDS)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (stripe.InvalidRequestError("no such", "id", code="resource_missing", http_status=404), "resource_missing"),
        (stripe.InvalidRequestError("bad", "amount", http_status=400), "invalid_request"),
        (stripe.IdempotencyError("other parameters", http_status=400), "idempotency_error"),
        (stripe.AuthenticationError("key", http_status=401), "not_authenticated"),
        (stripe.PermissionError("key", http_status=403), "not_permitted"),
    ],
)
async def test_other_4xx_are_final(error: Exception, code: str) -> None:
    with pytest.raises(ProviderRefused) as refused:
        await answer_of(raising(error))

    assert refused.value.code == code


async def test_a_decline_carries_the_issuers_code_and_the_intent() -> None:
    body = {"error": {"decline_code": "insufficient_funds", "payment_intent": {"id": "pi_1"}}}
    error = stripe.CardError("No.", None, "card_declined", http_status=402, json_body=body)

    with pytest.raises(CardDeclined) as declined:
        await answer_of(raising(error))

    assert (declined.value.code, declined.value.intent) == ("insufficient_funds", {"id": "pi_1"})
