"""Authorize once per (booking, attempt) and record the true outcome, whichever message is lost."""

import asyncio
from collections.abc import Awaitable, Callable

import msgspec

from admitone.payments.contracts import PaymentOutcome, PaymentState
from admitone.payments.domain.idempotency_keys import create_key
from admitone.payments.domain.intent import Intent, IntentStatus
from admitone.payments.ports import IntentOrder
from admitone.payments.store.payments import read_payments
from admitone.payments.usecases.attempt.confirm import ask_provider
from admitone.payments.usecases.authorization import authorize_payment
from admitone.payments.usecases.capture import capture_payments
from admitone.payments.usecases.deps import Deps
from admitone.payments.usecases.void import settle_payment, void_payment
from tests.store.payments.conftest import MakeOrder, TwoSteps, no_sleep, sell, served_by


async def test_hundreds_at_once_are_each_authorized(deps: Deps, order: MakeOrder) -> None:
    orders = [order() for _ in range(300)]

    outcomes = await asyncio.gather(*(authorize_payment(deps, payment_order) for payment_order in orders))

    assert [outcome.booking_id for outcome in outcomes] == [payment_order.booking_id for payment_order in orders]
    assert {outcome.state for outcome in outcomes} == {PaymentState.AUTHORIZED}


async def test_the_same_attempt_requested_many_times_is_authorized_once(deps: Deps, order: MakeOrder) -> None:
    asked = order()

    outcomes = await asyncio.gather(*(authorize_payment(deps, asked) for _ in range(20)))

    assert {outcome.state for outcome in outcomes} == {PaymentState.AUTHORIZED}
    async with deps.pool.connection() as conn:
        cursor = await conn.execute("SELECT count(*) AS n FROM simulated_processor.intents")
        assert (await cursor.fetchone() or {})["n"] == 1


async def test_a_decline_says_why_and_stays(deps: Deps, order: MakeOrder) -> None:
    asked = order("pm_card_chargeDeclinedInsufficientFunds")

    outcomes = [await authorize_payment(deps, asked) for _ in range(2)]

    assert [(outcome.state, outcome.decline_code) for outcome in outcomes] == [
        (PaymentState.DECLINED, "insufficient_funds")
    ] * 2


async def test_a_second_card_is_a_new_attempt(deps: Deps, order: MakeOrder) -> None:
    declined = order("pm_card_visa_chargeDeclined")
    await authorize_payment(deps, declined)

    outcome = await authorize_payment(deps, msgspec.structs.replace(declined, attempt=2, payment_method="pm_card_visa"))

    assert outcome.state is PaymentState.AUTHORIZED


async def test_an_unknown_payment_method_is_a_decline(deps: Deps, order: MakeOrder) -> None:
    outcome = await authorize_payment(deps, order("pm_card_nobody"))

    assert (outcome.state, outcome.decline_code) == (PaymentState.DECLINED, "resource_missing")


async def test_without_a_payment_method_the_attempt_is_looked_up(deps: Deps, order: MakeOrder) -> None:
    asked = order()
    question = msgspec.structs.replace(asked, payment_method=None)

    before = await authorize_payment(deps, question)
    await authorize_payment(deps, asked)
    after = await authorize_payment(deps, question)

    assert (before.state, after.state) == (PaymentState.UNKNOWN, PaymentState.AUTHORIZED)


async def test_the_next_caller_finishes_an_attempt_that_a_dead_process_began(deps: Deps, order: MakeOrder) -> None:
    asked = order()
    await deps.writes.insert(asked, deps.provider.predict_id(create_key(asked.booking_id, 1)))

    outcome = await authorize_payment(deps, msgspec.structs.replace(asked, payment_method=None))

    assert outcome.state is PaymentState.AUTHORIZED


async def test_authentication_is_finished_with_the_method_of_the_next_action(deps: Deps, order: MakeOrder) -> None:
    asked = order("pm_card_authenticationRequired")
    first = await authorize_payment(deps, asked)
    assert first.state is PaymentState.ACTION_REQUIRED
    assert first.next_action

    passed = msgspec.structs.replace(asked, attempt=2, payment_method=first.next_action["payment_method"])

    assert (await authorize_payment(deps, passed)).state is PaymentState.AUTHORIZED
    assert (await authorize_payment(deps, asked)).state is PaymentState.VOIDED


async def test_a_lost_answer_is_unknown_until_it_is_looked_up(deps: Deps, order: MakeOrder) -> None:
    asked = order("pm_timeout_after")

    states = [(await authorize_payment(deps, asked)).state for _ in range(2)]

    assert states == [PaymentState.UNKNOWN, PaymentState.AUTHORIZED]


async def test_a_second_attempt_after_a_lost_answer_does_not_charge_twice(deps: Deps, order: MakeOrder) -> None:
    asked = order("pm_timeout_after")
    await authorize_payment(deps, asked)

    outcome = await authorize_payment(deps, msgspec.structs.replace(asked, attempt=2, payment_method="pm_card_visa"))

    assert outcome.state is PaymentState.AUTHORIZED
    async with deps.pool.connection() as conn:
        cursor = await conn.execute("SELECT status FROM simulated_processor.intents")
        assert [row["status"] for row in await cursor.fetchall()] == ["requires_capture"]


async def test_a_free_booking_never_reaches_the_provider(deps: Deps, order: MakeOrder) -> None:
    asked = order(None, amount=0)

    assert (await authorize_payment(deps, asked)).state is PaymentState.AUTHORIZED
    assert (await settle_payment(deps, asked.booking_id)).state is PaymentState.VOIDED


async def test_settling_keeps_a_valid_authorization(deps: Deps, order: MakeOrder) -> None:
    asked = order("pm_timeout_after")
    await authorize_payment(deps, asked)

    assert (await settle_payment(deps, asked.booking_id)).state is PaymentState.AUTHORIZED


async def test_settling_ends_an_authentication_never_finished(deps: Deps, order: MakeOrder) -> None:
    asked = order("pm_card_authenticationRequired")
    await authorize_payment(deps, asked)

    assert (await settle_payment(deps, asked.booking_id)).state is PaymentState.VOIDED
    assert (await settle_payment(deps, asked.booking_id)).state is PaymentState.VOIDED


async def test_a_late_request_cannot_pay_after_settling(deps: Deps, order: MakeOrder) -> None:
    """The process was killed between writing our row and the provider call: settled, then the late request arrives."""
    asked = order()
    key = create_key(asked.booking_id, 1)
    await deps.writes.insert(asked, deps.provider.predict_id(key))

    settled = await settle_payment(deps, asked.booking_id)
    late = await authorize_payment(deps, asked)

    assert (settled.state, late.state) == (PaymentState.VOIDED, PaymentState.VOIDED)
    # Where the id was stored, the intent is cancelled; where it was not, no client has the secret to confirm it.
    intent = await deps.provider.create(IntentOrder(key, asked.booking_id, asked.amount, asked.currency))
    predicted = deps.provider.predict_id(key) is not None
    assert intent.status.value == ("canceled" if predicted else "requires_payment_method")


class Interrupted(TwoSteps):
    """A provider that runs another action just before a cancellation arrives."""

    before_cancel: Callable[[], Awaitable[None]]

    async def cancel(self, intent_id: str, *, key: str) -> Intent:
        await self.before_cancel()
        return await super().cancel(intent_id, key=key)


async def test_an_authorization_that_arrives_while_its_attempt_is_cancelled_is_not_sold(
    deps: Deps, order: MakeOrder
) -> None:
    """The intent existed, unconfirmed: we look it up, its own process confirms it, and we cancel it."""
    asked = order()
    provider = Interrupted(deps.pool, sleep=no_sleep)
    deps = served_by(provider, deps)
    await deps.writes.insert(asked, None)
    created = await provider.create(
        IntentOrder(create_key(asked.booking_id, 1), asked.booking_id, asked.amount, asked.currency, 1, "pm_card_visa")
    )
    async with deps.pool.connection() as conn:
        (row,) = await read_payments(conn, [asked.booking_id])
    assert await deps.writes.store_provider_ref(row, created.id)
    late: list[PaymentOutcome] = []

    async def confirm() -> None:
        if not late:
            late.append(await ask_provider(deps, msgspec.structs.replace(row, provider_ref=created.id)))

    provider.before_cancel = confirm

    settled = await settle_payment(deps, asked.booking_id)

    assert [outcome.state for outcome in late] == [PaymentState.UNKNOWN]
    assert settled.state is PaymentState.VOIDED
    assert (await provider.retrieve(created.id)).status is IntentStatus.CANCELED


async def test_a_voided_payment_is_released(deps: Deps, order: MakeOrder) -> None:
    asked = order()
    await authorize_payment(deps, asked)

    outcome = await void_payment(deps, asked.booking_id)

    assert outcome.state is PaymentState.VOIDED
    assert (await authorize_payment(deps, asked)).state is PaymentState.VOIDED


async def test_a_captured_payment_is_not_voided(deps: Deps, order: MakeOrder) -> None:
    asked = order()
    await authorize_payment(deps, asked)
    await sell(deps, asked.booking_id)
    await capture_payments(deps, [asked.booking_id])

    assert (await void_payment(deps, asked.booking_id)).state is PaymentState.CAPTURED
