"""What every payment provider promises, whoever it is. Providers are added to `provider`."""

import asyncio
from collections.abc import Awaitable
from itertools import count

import pytest

from admitone.kit.ids import new_id
from admitone.kit.postgres import Pool
from admitone.payments.adapters.simulated import SimulatedProcessor
from admitone.payments.domain.intent import Intent, IntentStatus
from admitone.payments.ports import IntentOrder, PaymentProvider, ProviderRefused, ProviderUnreachable

GOOD = "pm_card_visa"


async def no_sleep(_seconds: float) -> None:
    pass


@pytest.fixture
def provider(pool: Pool) -> PaymentProvider:
    return SimulatedProcessor(pool, sleep=no_sleep)


def order(amount: int = 12_500, currency: str = "USD") -> IntentOrder:
    booking_id = new_id("bkg")
    return IntentOrder(f"{booking_id}:1:create", booking_id, amount, currency)


async def pay(provider: PaymentProvider, asked: IntentOrder, payment_method: str = GOOD) -> Intent:
    return await provider.create_and_confirm(asked, payment_method=payment_method, confirm_key=f"{asked.key}:confirm")


async def refusal_of(call: Awaitable[object]) -> str:
    with pytest.raises(ProviderRefused) as refused:
        await call
    return refused.value.code


async def test_a_good_card_is_authorized_and_nothing_is_taken(provider: PaymentProvider) -> None:
    asked = order()

    intent = await pay(provider, asked)

    assert (intent.status, intent.amount, intent.currency) == (IntentStatus.REQUIRES_CAPTURE, 12_500, "USD")
    assert await provider.retrieve(intent.id) == intent


async def test_the_id_that_was_foretold_is_the_id_that_comes(provider: PaymentProvider) -> None:
    asked = order()
    foretold = provider.foretell_id(asked.key)

    intent = await provider.create(asked)

    assert foretold in (None, intent.id)


@pytest.mark.parametrize(
    ("payment_method", "decline_code"),
    [
        ("pm_card_visa_chargeDeclined", "generic_decline"),
        ("pm_card_chargeDeclinedInsufficientFunds", "insufficient_funds"),
        ("pm_card_visa_chargeDeclinedInsufficientFunds", "insufficient_funds"),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card"),
        ("pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc"),
    ],
)
async def test_a_decline_is_an_answer_with_its_code(
    provider: PaymentProvider, payment_method: str, decline_code: str
) -> None:
    intent = await pay(provider, order(), payment_method)

    assert (intent.status, intent.decline_code) == (IntentStatus.REQUIRES_PAYMENT_METHOD, decline_code)
    assert intent.message


async def test_authentication_is_asked_for_and_says_how(provider: PaymentProvider) -> None:
    intent = await pay(provider, order(), "pm_card_authenticationRequired")

    assert intent.status is IntentStatus.REQUIRES_ACTION
    assert intent.next_action
    assert intent.next_action["type"]


async def test_an_unknown_payment_method_is_refused(provider: PaymentProvider) -> None:
    assert await refusal_of(pay(provider, order(), "pm_card_nobody")) == "resource_missing"


async def test_an_unknown_intent_is_refused(provider: PaymentProvider) -> None:
    assert await refusal_of(provider.retrieve("pi_nobody")) == "resource_missing"
    assert await refusal_of(provider.capture("pi_nobody", key="k")) == "resource_missing"


async def test_the_same_key_replays_and_nothing_happens_twice(provider: PaymentProvider) -> None:
    asked = order()

    first, *others = await asyncio.gather(*(pay(provider, asked) for _ in range(8)))

    assert others == [first] * 7
    assert await pay(provider, asked) == first


async def test_the_same_key_with_other_parameters_is_refused(provider: PaymentProvider) -> None:
    asked = order()
    await pay(provider, asked)
    dearer = IntentOrder(asked.key, asked.reference, asked.amount + 1, asked.currency)

    assert await refusal_of(pay(provider, dearer)) == "idempotency_error"
    assert await refusal_of(pay(provider, asked, "pm_card_mastercard")) == "idempotency_error"


async def test_an_answer_that_was_lost_is_learnt_by_asking_again(provider: PaymentProvider) -> None:
    asked = order()
    with pytest.raises(ProviderUnreachable):
        await pay(provider, asked, "pm_timeout_after")

    intent = await pay(provider, asked, "pm_timeout_after")

    assert intent.status is IntentStatus.REQUIRES_CAPTURE


async def test_capture_takes_the_money_once(provider: PaymentProvider) -> None:
    intent = await pay(provider, order())

    captured = await provider.capture(intent.id, key="capture-1" + intent.id)

    assert captured.status is IntentStatus.SUCCEEDED
    assert await provider.capture(intent.id, key="capture-1" + intent.id) == captured
    assert await refusal_of(provider.capture(intent.id, key="other")) == "payment_intent_unexpected_state"


async def test_what_is_captured_cannot_be_cancelled(provider: PaymentProvider) -> None:
    intent = await pay(provider, order())
    await provider.capture(intent.id, key="c" + intent.id)

    assert await refusal_of(provider.cancel(intent.id, key="v")) == "payment_intent_unexpected_state"


async def test_what_is_cancelled_cannot_be_confirmed_or_captured(provider: PaymentProvider) -> None:
    asked = order()
    created = await provider.create(asked)

    cancelled = await provider.cancel(created.id, key="v" + created.id)

    assert cancelled.status is IntentStatus.CANCELED
    assert await refusal_of(pay(provider, asked)) == "payment_intent_unexpected_state"
    assert await refusal_of(provider.capture(created.id, key="c")) == "payment_intent_unexpected_state"


async def test_refunds_together_never_exceed_the_payment(provider: PaymentProvider) -> None:
    intent = await pay(provider, order(10_000))
    await provider.capture(intent.id, key="c" + intent.id)
    keys = (f"{intent.id}:{number}" for number in count())

    results = await asyncio.gather(
        *(provider.refund(intent.id, amount=3_000, key=next(keys)) for _ in range(5)), return_exceptions=True
    )

    assert sum(isinstance(one, str) for one in results) == 3
    assert (await provider.retrieve(intent.id)).amount_refunded == 9_000


async def test_a_refunds_key_replays(provider: PaymentProvider) -> None:
    intent = await pay(provider, order(10_000))
    await provider.capture(intent.id, key="c" + intent.id)
    key = f"{intent.id}:refund"

    refunds = await asyncio.gather(*(provider.refund(intent.id, amount=6_000, key=key) for _ in range(4)))

    assert len(set(refunds)) == 1
    assert await refusal_of(provider.refund(intent.id, amount=1, key=key)) == "idempotency_error"


async def test_what_was_not_captured_cannot_be_refunded(provider: PaymentProvider) -> None:
    intent = await pay(provider, order())

    assert await refusal_of(provider.refund(intent.id, amount=1, key="r")) == "payment_intent_unexpected_state"
