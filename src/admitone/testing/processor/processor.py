"""A payment processor for development, demonstrations and tests: real state, test cards, lost answers.

It behaves like another company: it has its own books, commits before it answers, and replays answers by idempotency key
as Stripe documents it. It collects the confirmations and captures of a process into one statement each, so that it
never limits a sale.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime

from msgspec import Struct
from psycopg.errors import UniqueViolation
from psycopg.rows import DictRow

from admitone.kit.batcher import Batcher
from admitone.kit.postgres import Pool
from admitone.kit.refusal import Busy
from admitone.payments.domain.intent import Intent, ProviderDispute, ProviderRefund
from admitone.payments.ports import EventPage, IntentOrder, IntentPage, ProviderRefused, ProviderUnreachable
from admitone.testing.processor import books
from admitone.testing.processor.answers import (
    check_same_order,
    decided_intent,
    intent_of,
    key_reused,
    no_such_intent,
    unexpected_state,
)
from admitone.testing.processor.books import read_intents, run
from admitone.testing.processor.cards import LOSES_THE_ANSWER, SLOW, Decision, decide

SLOW_SECONDS = 3.0
BATCH_MAX = 128


class _Confirmation(Struct, frozen=True):
    intent_id: str
    order: IntentOrder
    payment_method: str
    key: str
    decision: Decision


class SimulatedProcessor:
    """The `PaymentProvider` for `ADMITONE_PAYMENTS=simulated`. `sleep`: asyncio's, or virtual in tests."""

    name = "simulated"
    publishable_key: str | None = None
    confirms_in_client = False
    test_card: str | None = "pm_card_visa"

    def __init__(self, pool: Pool, *, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self._pool = pool
        self._sleep = sleep
        self._confirmations = Batcher(self._confirm_batch, items_max=BATCH_MAX, name="simulated confirmations")
        self._captures = Batcher(self._capture_batch, items_max=BATCH_MAX, name="simulated captures")

    async def aclose(self) -> None:
        """Close nothing: the role owns the pool."""

    def predict_id(self, key: str) -> str | None:
        return _id_of("pi_sim", key)

    async def create(self, order: IntentOrder) -> Intent:
        if order.payment_method is not None:
            decide(order.payment_method)
        intent_id = _id_of("pi_sim", order.key)
        await run(
            self._pool,
            "create_intent",
            id=intent_id,
            reference=order.reference,
            amount=order.amount,
            currency=order.currency,
            payment_method=order.payment_method,
            is_test=order.is_test,
        )
        row = await self._row(intent_id)
        check_same_order(row, order)
        return intent_of(row)

    async def create_and_confirm(self, order: IntentOrder, *, payment_method: str, confirm_key: str) -> Intent:
        decision = decide(payment_method)
        intent_id = _id_of("pi_sim", order.key)
        confirmation = _Confirmation(intent_id, order, payment_method, confirm_key, decision)
        try:
            new = await self._confirmations.submit(confirmation)
        except Busy as error:  # a processor's 429: the caller retries with the same key
            raise ProviderUnreachable("Too many requests.") from error
        if not new:
            check_same_order(await self._row(intent_id), order)
            return await self._confirm(intent_id, payment_method, confirm_key)
        await self._misbehave(payment_method)
        return decided_intent(intent_id, order.reference, order.amount, order.currency, payment_method, decision)

    async def confirm(self, intent_id: str, *, key: str) -> Intent:
        payment_method = (await self._row(intent_id))["payment_method"]
        if payment_method is None:
            raise ProviderRefused("payment_intent_unexpected_state", "The payment intent has no payment method.")
        return await self._confirm(intent_id, payment_method, key)

    async def _confirm(self, intent_id: str, payment_method: str, key: str) -> Intent:
        decision = decide(payment_method)
        changed = await run(
            self._pool,
            "confirm_intent",
            id=intent_id,
            key=key,
            payment_method=payment_method,
            status=decision.status.value,
            decline_code=decision.decline_code,
        )
        row = await self._row(intent_id)
        if changed:
            await self._misbehave(payment_method)
        elif row["confirm_key"] != key:
            raise unexpected_state(row)
        elif row["payment_method"] != payment_method:
            raise key_reused(key)
        # The first answer again, in whatever state the intent is now: so Stripe replays by key.
        return decided_intent(intent_id, row["reference"], row["amount"], row["currency"], payment_method, decision)

    async def retrieve(self, intent_id: str) -> Intent:
        return intent_of(await self._row(intent_id))

    async def capture(self, intent_id: str, *, key: str) -> Intent:
        row = await self._captures.submit((intent_id, key))
        if row["capture_key"] != key:
            raise unexpected_state(row)
        return intent_of(row)

    async def cancel(self, intent_id: str, *, key: str) -> Intent:
        await run(self._pool, "cancel_intent", id=intent_id, key=key)
        row = await self._row(intent_id)
        if row["cancel_key"] != key:
            raise unexpected_state(row)
        return intent_of(row)

    async def refund(self, intent_id: str, *, amount: int, currency: str, key: str, reference: str) -> str:
        refund_id = _id_of("re_sim", key)
        asked = {"id": intent_id, "key": key, "refund_id": refund_id, "amount": amount, "reference": reference}
        with suppress(UniqueViolation):  # a concurrent call with the same key was first: read what it did
            if await run(self._pool, "refund_intent", **asked):
                return refund_id
        known = await run(self._pool, "read_refund", key=key)
        if not known:
            row = await self._row(intent_id)
            if row["status"] != "succeeded":
                raise unexpected_state(row)
            raise ProviderRefused("charge_already_refunded", "The refund exceeds what is left of the charge.")
        if (known[0]["intent_id"], known[0]["amount"]) != (intent_id, amount):
            raise key_reused(key)
        return refund_id

    async def list_refunds(self, intent_id: str) -> list[ProviderRefund]:
        return await books.list_refunds(self._pool, intent_id)

    async def list_disputes(self, intent_id: str) -> list[ProviderDispute]:
        return await books.list_disputes(self._pool, intent_id)

    async def list_intents(
        self, created_from: datetime, created_before: datetime, *, after: str | None = None
    ) -> IntentPage:
        rows = await books.list_intent_rows(self._pool, created_from, created_before, after)
        following = rows[-1]["id"] if len(rows) == books.PAGE_MAX else None
        return IntentPage(tuple(intent_of(row) for row in rows), following)

    async def list_late_events(
        self, created_from: datetime, created_before: datetime, *, after: str | None = None
    ) -> EventPage:
        """Return none: this processor sends no events."""
        return EventPage((), None)

    async def _row(self, intent_id: str) -> DictRow:
        rows = await read_intents(self._pool, [intent_id])
        if intent_id not in rows:
            raise no_such_intent(intent_id)
        return rows[intent_id]

    async def _misbehave(self, payment_method: str) -> None:
        if payment_method == SLOW:
            await self._sleep(SLOW_SECONDS)
        if payment_method == LOSES_THE_ANSWER:
            raise ProviderUnreachable("The connection was lost before the response.")

    async def _confirm_batch(self, asked: Sequence[_Confirmation]) -> list[bool | Exception]:
        """Return whether each request created its intent; False: it existed, or this batch has it twice."""
        distinct = {confirmation.intent_id: confirmation for confirmation in asked}
        chosen = list(distinct.values())
        made = await run(
            self._pool,
            "create_and_confirm_intents",
            ids=[confirmation.intent_id for confirmation in chosen],
            references=[confirmation.order.reference for confirmation in chosen],
            amounts=[confirmation.order.amount for confirmation in chosen],
            currencies=[confirmation.order.currency for confirmation in chosen],
            payment_methods=[confirmation.payment_method for confirmation in chosen],
            decline_codes=[confirmation.decision.decline_code for confirmation in chosen],
            statuses=[confirmation.decision.status.value for confirmation in chosen],
            confirm_keys=[confirmation.key for confirmation in chosen],
        )
        new = {row["id"] for row in made}
        return [item.intent_id in new and distinct[item.intent_id] is item for item in asked]

    async def _capture_batch(self, asked: Sequence[tuple[str, str]]) -> list[DictRow | Exception]:
        keys = dict(asked)
        await run(self._pool, "capture_intents", ids=list(keys), keys=list(keys.values()))
        rows = await read_intents(self._pool, list(keys))
        return [rows.get(intent_id) or no_such_intent(intent_id) for intent_id, _ in asked]


def _id_of(prefix: str, key: str) -> str:
    return f"{prefix}_{hashlib.blake2b(key.encode(), digest_size=12).hexdigest()}"
