"""Inject the faults of a payment provider from a seed: the same seed gives the same faults in the same order.

`FaultyProvider` wraps another provider and behaves like Stripe: an intent's id is unknown before it exists; a 500 is
stored for its idempotency key, whether the work was done or not, and always replayed; a 429 stores nothing; an answer
may be lost after the work was done. Its events arrive late, twice, in another order, or never.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from random import Random
from typing import TypeVar

from msgspec import Struct

from admitone.payments.domain.intent import Intent, ProviderDispute, ProviderRefund
from admitone.payments.ports import EventPage, IntentOrder, IntentPage, PaymentProvider, ProviderUnreachable

Answer = TypeVar("Answer")


class FaultPlan(Struct, frozen=True):
    """Probabilities (0 to 1): `too_many` (429), `failed` (500, half of them after the work), `dropped` (after it).

    `lost`, `doubled`: of events.
    """

    too_many: float = 0.05
    failed: float = 0.05
    dropped: float = 0.05
    lost: float = 0.2
    doubled: float = 0.3


QUIET = FaultPlan(0, 0, 0, 0, 0)


class FaultyProvider:
    """A `PaymentProvider`. Set `plan` to `QUIET` to stop the faults."""

    confirms_in_client = False

    def __init__(self, provider: PaymentProvider, seed: int, plan: FaultPlan | None = None) -> None:
        self.name = provider.name
        self.publishable_key = provider.publishable_key
        self.test_card = provider.test_card
        self.plan = plan or FaultPlan()
        self._provider = provider
        self._random = Random(seed)
        self._failed: set[str] = set()
        self._events: list[str] = []

    async def aclose(self) -> None:
        await self._provider.aclose()

    def predict_id(self, key: str) -> str | None:
        return None

    async def create(self, order: IntentOrder) -> Intent:
        return await self._write(order.key, lambda: self._provider.create(order))

    async def create_and_confirm(self, order: IntentOrder, *, payment_method: str, confirm_key: str) -> Intent:
        raise AssertionError("without predicted ids, an intent is created, stored, then confirmed")

    async def confirm(self, intent_id: str, *, key: str) -> Intent:
        return await self._write(key, lambda: self._provider.confirm(intent_id, key=key), intent_id)

    async def retrieve(self, intent_id: str) -> Intent:
        return await self._read(lambda: self._provider.retrieve(intent_id))

    async def capture(self, intent_id: str, *, key: str) -> Intent:
        return await self._write(key, lambda: self._provider.capture(intent_id, key=key), intent_id)

    async def cancel(self, intent_id: str, *, key: str) -> Intent:
        return await self._write(key, lambda: self._provider.cancel(intent_id, key=key), intent_id)

    async def refund(self, intent_id: str, *, amount: int, currency: str, key: str, reference: str) -> str:
        asked = self._provider.refund
        return await self._write(
            key, lambda: asked(intent_id, amount=amount, currency=currency, key=key, reference=reference), intent_id
        )

    async def list_refunds(self, intent_id: str) -> list[ProviderRefund]:
        return await self._read(lambda: self._provider.list_refunds(intent_id))

    async def list_disputes(self, intent_id: str) -> list[ProviderDispute]:
        return await self._read(lambda: self._provider.list_disputes(intent_id))

    async def list_intents(
        self, created_from: datetime, created_before: datetime, *, after: str | None = None
    ) -> IntentPage:
        return await self._read(lambda: self._provider.list_intents(created_from, created_before, after=after))

    async def list_late_events(
        self, created_from: datetime, created_before: datetime, *, after: str | None = None
    ) -> EventPage:
        return await self._read(lambda: self._provider.list_late_events(created_from, created_before, after=after))

    def take_events(self) -> list[str]:
        """Return the intents that events name now: changes since the last call, some twice, some never, in any order.

        About a third of them waits for a later call.
        """
        told: list[str] = []
        waiting: list[str] = []
        for intent_id in self._events:
            if self._random.random() < self.plan.lost:
                continue
            (waiting if self._random.random() < 1 / 3 and self.plan is not QUIET else told).append(intent_id)
            if self._random.random() < self.plan.doubled:
                told.append(intent_id)
        self._events = waiting
        self._random.shuffle(told)
        return told

    async def _read(self, ask: Callable[[], Awaitable[Answer]]) -> Answer:
        if self._random.random() < self.plan.too_many:
            raise ProviderUnreachable("Too many requests.", retry_after_seconds=1.0)
        return await ask()

    async def _write(self, key: str, work: Callable[[], Awaitable[Answer]], intent_id: str | None = None) -> Answer:
        if key in self._failed:
            raise ProviderUnreachable("An error that is stored for its key.", is_replayed=True)
        draw = self._random.random()
        if draw < self.plan.too_many:
            raise ProviderUnreachable("Too many requests.", retry_after_seconds=1.0)
        draw -= self.plan.too_many
        if draw < self.plan.failed:
            self._failed.add(key)
            if draw < self.plan.failed / 2:
                await self._do(work, intent_id)
            raise ProviderUnreachable("Internal error.")
        draw -= self.plan.failed
        answer = await self._do(work, intent_id)
        if draw < self.plan.dropped:
            raise ProviderUnreachable("The connection was lost before the response.")
        return answer

    async def _do(self, work: Callable[[], Awaitable[Answer]], intent_id: str | None) -> Answer:
        answer = await work()
        if intent_id is not None:
            self._events.append(intent_id)
        return answer
