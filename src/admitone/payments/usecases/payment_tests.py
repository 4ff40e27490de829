"""Test the payment keys: create an intent of the smallest amount, authorize it where no money moves, and cancel it.

With live keys nothing is authorized: the intent is created and cancelled, which needs the same permissions of the key
and makes the processor send a webhook. The intent belongs to no booking and enters no ledger; its metadata says that it
is a test, and reconciliation cancels one that was left over.
"""

from collections.abc import Awaitable

import structlog

from admitone.kit.ids import new_id
from admitone.payments.domain.intent import Intent, IntentStatus
from admitone.payments.domain.payment_test import (
    KEPT,
    TESTS_MAX,
    TESTS_PER,
    WORDS_CHARACTERS_MAX,
    PaymentTest,
    PaymentTestNotFound,
    Step,
    StepName,
    TooManyPaymentTests,
    amount_to_try,
)
from admitone.payments.ports import IntentOrder, ProviderRefused, ProviderUnreachable
from admitone.payments.store import payment_tests as store
from admitone.payments.usecases.deps import Deps

log = structlog.get_logger(__name__)

_ENDS_AS = {
    StepName.AUTHORIZE: IntentStatus.REQUIRES_CAPTURE,
    StepName.CANCEL: IntentStatus.CANCELED,
}


async def try_payment_keys(deps: Deps, *, organization_id: str, currency: str) -> PaymentTest:
    """Raises `TooManyPaymentTests`. What the processor refuses is in the steps."""
    card, now = deps.provider.test_card, deps.now()
    test = PaymentTest(
        id=new_id("pte"),
        organization_id=organization_id,
        amount=amount_to_try(currency, deps.smallest_charge(currency)),
        currency=currency,
        is_live=card is None,
        steps=(),
        created_at=now,
    )
    async with deps.pool.connection() as conn, conn.transaction():
        await store.lock_payment_tests(conn, organization_id)
        if await store.count_payment_tests(conn, organization_id, since=now - TESTS_PER) >= TESTS_MAX:
            raise TooManyPaymentTests
        await store.insert_payment_test(conn, test)
        await store.forget_payment_tests(conn, created_before=now - KEPT)
    await _Run(deps, test).run(card)
    return await read_payment_test(deps, organization_id=organization_id, test_id=test.id)


async def read_payment_test(deps: Deps, *, organization_id: str, test_id: str) -> PaymentTest:
    """Raises `PaymentTestNotFound`."""
    async with deps.pool.connection() as conn:
        test = await store.read_payment_test(conn, test_id, organization_id=organization_id)
    if test is None:
        raise PaymentTestNotFound
    return test


async def cancel_left_over(deps: Deps, intent: Intent) -> None:
    """A step of reconciliation: cancel the intent of a test of ours that ended without that.

    An intent that belongs to a test of another installation stays. Raises `ProviderUnreachable`.
    """
    assert intent.test_id is not None
    if intent.status in (IntentStatus.CANCELED, IntentStatus.SUCCEEDED):
        return
    async with deps.pool.connection() as conn:
        if not await store.has_payment_test(conn, intent.test_id):
            return
    try:
        # A key of its own: the processor may replay an error under the first.
        await deps.provider.cancel(intent.id, key=f"{intent.test_id}:left-over:{deps.now():%Y%m%dT%H%M}")
    except ProviderRefused as refusal:
        log.warning("a payment test was not cancelled", intent_id=intent.id, code=refusal.code)


class _Run:
    """One test: the steps so far are recorded after each, for a reader who waits and for a process that dies."""

    def __init__(self, deps: Deps, test: PaymentTest) -> None:
        self._deps, self._test = deps, test
        self._steps: list[Step] = []
        self._intent_id: str | None = None

    async def run(self, card: str | None) -> None:
        provider, test = self._deps.provider, self._test
        order = IntentOrder(f"{test.id}:create", test.id, test.amount, test.currency, payment_method=card, is_test=True)
        intent = await self._step(StepName.CREATE, provider.create(order))
        if intent is None:  # an intent that exists all the same is a left-over
            await self._record(is_end=True)
            return
        self._intent_id = intent.id
        await self._record()
        if card is not None:
            await self._step(StepName.AUTHORIZE, provider.confirm(intent.id, key=f"{test.id}:confirm"))
            await self._record()
        await self._step(StepName.CANCEL, provider.cancel(intent.id, key=f"{test.id}:cancel"))
        await self._record(is_end=True)

    async def _step(self, name: StepName, call: Awaitable[Intent]) -> Intent | None:
        began = self._deps.now()
        intent: Intent | None = None
        words: str | None = None
        try:
            intent = await call
            expected = _ENDS_AS.get(name, intent.status)
            if intent.status is not expected:
                words = intent.message or f"The payment intent is {intent.status.value}."
        except ProviderRefused as refusal:
            words = f"{refusal.message} ({refusal.code})"
        except ProviderUnreachable as error:
            words = f"No answer: {error}"
        milliseconds = max(0, round((self._deps.now() - began).total_seconds() * 1000))
        self._steps.append(Step(name, words is None, milliseconds, words and words[:WORDS_CHARACTERS_MAX]))
        return intent

    async def _record(self, *, is_end: bool = False) -> None:
        ended_at = self._deps.now() if is_end else None
        async with self._deps.pool.connection() as conn:
            await store.record_steps(conn, self._test.id, self._steps, provider_ref=self._intent_id, ended_at=ended_at)
