"""A test of the payment keys moves no money, is no booking's, and leaves nothing at the provider."""

import asyncio
import hashlib
import hmac
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from admitone.kit.postgres import Pool
from admitone.payments.domain.intent import Intent, IntentStatus
from admitone.payments.domain.payment_test import TESTS_MAX, PaymentTestNotFound, StepName, TooManyPaymentTests
from admitone.payments.ports import IntentOrder, ProviderUnreachable
from admitone.payments.usecases.deps import Deps
from admitone.payments.usecases.payment_tests import read_payment_test, try_payment_keys
from admitone.payments.usecases.provider_events import receive_event
from admitone.payments.usecases.reconcile_payments import reconcile_payments
from admitone.testing.processor.processor import SimulatedProcessor
from tests.store.payments.conftest import balances, no_sleep, served_by

SECRET = "whsec_1"
HOUSE = "org_opera"


async def intents(deps: Deps) -> list[Intent]:
    now = datetime.now(UTC)
    page = await deps.provider.list_intents(now - timedelta(hours=1), now + timedelta(hours=1))
    return list(page.intents)


async def test_the_smallest_amount_is_authorized_and_cancelled_beside_the_books(deps: Deps, pool: Pool) -> None:
    priced = replace(deps, smallest_charge={"EUR": 50}.__getitem__)
    test = await try_payment_keys(priced, organization_id=HOUSE, currency="EUR")
    (intent,) = await intents(deps)
    async with pool.connection() as conn:
        payments = await (await conn.execute("SELECT FROM payments.payments")).fetchall()

    assert [(step.name, step.is_good, step.words) for step in test.steps] == [(name, True, None) for name in StepName]
    assert (test.amount, test.is_live, test.ended_at is not None) == (50, False, True)
    assert (intent.status, intent.reference, intent.test_id) == (IntentStatus.CANCELED, None, test.id)
    assert (payments, await balances(deps)) == ([], {})


async def test_live_keys_authorize_nothing(deps: Deps, pool: Pool) -> None:
    class Live(SimulatedProcessor):
        test_card = None

    test = await try_payment_keys(served_by(Live(pool), deps), organization_id=HOUSE, currency="JPY")

    assert [(step.name, step.is_good) for step in test.steps] == [(StepName.CREATE, True), (StepName.CANCEL, True)]
    assert (test.amount, test.is_live) == (1_000, True)


async def test_the_providers_words_say_which_step_failed(deps: Deps, pool: Pool) -> None:
    class Declines(SimulatedProcessor):
        test_card = "pm_card_visa_chargeDeclined"

    class Away(SimulatedProcessor):
        async def create(self, order: IntentOrder) -> Intent:
            raise ProviderUnreachable("Connection refused.")

    declined = await try_payment_keys(served_by(Declines(pool), deps), organization_id=HOUSE, currency="EUR")
    away = await try_payment_keys(served_by(Away(pool), deps), organization_id=HOUSE, currency="EUR")

    assert [step.is_good for step in declined.steps] == [True, False, True]
    assert declined.steps[1].words
    assert [(step.is_good, step.words) for step in away.steps] == [(False, "No answer: Connection refused.")]


async def test_reconciling_cancels_a_left_over_of_ours_and_counts_none(deps: Deps, pool: Pool) -> None:
    class LosesCancels(SimulatedProcessor):
        async def cancel(self, intent_id: str, *, key: str) -> Intent:
            raise ProviderUnreachable("Read timeout.")

    lost = served_by(LosesCancels(pool, sleep=no_sleep), deps)
    test = await try_payment_keys(lost, organization_id=HOUSE, currency="EUR")
    card = deps.provider.test_card
    await deps.provider.create(IntentOrder("k", "pte_elsewhere", 50, "EUR", payment_method=card, is_test=True))
    await deps.provider.create(IntentOrder("l", "bkg_lost", 50, "EUR", payment_method=card))
    later = replace(deps, now=lambda: datetime.now(UTC) + timedelta(minutes=15))

    found = await reconcile_payments(later)

    states = {intent.test_id or intent.reference: intent.status for intent in await intents(deps)}
    assert (found.intents, found.unknown) == (1, 1)  # the booking's alone
    assert states == {
        test.id: IntentStatus.CANCELED,
        "pte_elsewhere": IntentStatus.REQUIRES_PAYMENT_METHOD,
        "bkg_lost": IntentStatus.REQUIRES_PAYMENT_METHOD,
    }


async def test_the_first_webhook_of_its_intent_is_its_arrival(deps: Deps) -> None:
    deps = replace(deps, webhook_secrets=(SECRET,))
    test = await try_payment_keys(deps, organization_id=HOUSE, currency="EUR")
    (intent,) = await intents(deps)
    for event_type in ("payment_intent.canceled", "payment_intent.created"):
        about = {"id": intent.id, "object": "payment_intent"}
        body = msgspec.json.encode({"id": f"evt_{event_type}", "type": event_type, "data": {"object": about}})
        at = int(deps.now().timestamp())
        digest = hmac.new(SECRET.encode(), b"%d.%s" % (at, body), hashlib.sha256).hexdigest()
        await receive_event(deps, body=body, signature=f"t={at},v1={digest}")

    heard = await read_payment_test(deps, organization_id=HOUSE, test_id=test.id)

    assert (test.heard_at, heard.heard_type) == (None, "payment_intent.canceled")
    assert heard.heard_at is not None
    assert heard.heard_at >= test.created_at
    with pytest.raises(PaymentTestNotFound):
        await read_payment_test(deps, organization_id="org_stranger", test_id=test.id)


async def test_an_organization_makes_few_tests(deps: Deps) -> None:
    results = await asyncio.gather(
        *(try_payment_keys(deps, organization_id=HOUSE, currency="EUR") for _ in range(TESTS_MAX + 2)),
        return_exceptions=True,
    )

    assert sum(isinstance(result, TooManyPaymentTests) for result in results) == 2
    await try_payment_keys(deps, organization_id="org_neighbour", currency="EUR")
