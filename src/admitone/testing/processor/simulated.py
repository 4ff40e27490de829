"""A payment processor for development, demonstrations and tests: real state, test cards, lost responses.

It behaves like an external company: its books are its own (schema `simulated_processor`), it commits before it answers,
and it replays by idempotency key as Stripe documents it. A process batches confirmations and captures into one
statement each, so that the processor never limits a sale.
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
from admitone.payments.domain.intent import Intent, IntentStatus, ProviderDispute, ProviderRefund
from admitone.payments.ports import EventPage, IntentOrder, IntentPage, ProviderRefused, ProviderUnreachable
from admitone.testing.processor import lists as lists
from admitone.testing.processor.books import read_intents, run
from admitone.testing.processor.cards import (
    AUTHENTICATED,
    CARDS,
    LOSES_THE_ANSWER,
    MESSAGES,
    SLOW,
    Decision,
)

SLOW_SECONDS = 3.0
BATCH_MAX = 128


class _Confirmation(Struct, frozen=True):
    intent_id: str
    order: IntentOrder
    payment_method: str
    key: str
    decision: Decision


class SimulatedProcessor:
    """`PaymentProvider` for `ADMITONE_PAYMENTS=simulated`. `sleep` is asyncio's, or virtual in tests."""

    name = "simulated"
    publishable_key: str | None = None
    confirms_in_client = False

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
            _decide(order.payment_method)
        intent_id = _id_of("pi_sim", order.key)
        await run(
            self._pool,
            "create_intent",
            id=intent_id,
            reference=order.reference,
            amount=order.amount,
            currency=order.currency,
            payment_method=order.payment_method,
        )
        row = await self._row(intent_id)
        _check_same_order(row, order)
        return intent_of(row)

    async def create_and_confirm(self, order: IntentOrder, *, payment_method: str, confirm_key: str) -> Intent:
        decision = _decide(payment_method)
        intent_id = _id_of("pi_sim", order.key)
        confirmation = _Confirmation(intent_id, order, payment_method, confirm_key, decision)
        try:
            new = await self._confirmations.submit(confirmation)
        except Busy as error:  # a processor's 429: the client retries with the same key
            raise ProviderUnreachable("Too many requests.") from error
        if not new:
            _check_same_order(await self._row(intent_id), order)
            return await self._confirm(intent_id, payment_method, confirm_key)
        await self._misbehave(payment_method)
        return _decided(intent_id, order.reference, order.amount, order.currency, payment_method, decision)

    async def confirm(self, intent_id: str, *, key: str) -> Intent:
        payment_method = (await self._row(intent_id))["payment_method"]
        if payment_method is None:
            raise ProviderRefused("payment_intent_unexpected_state", "The payment intent has no payment method.")
        return await self._confirm(intent_id, payment_method, key)

    async def _confirm(self, intent_id: str, payment_method: str, key: str) -> Intent:
        decision = _decide(payment_method)
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
            raise _unexpected_state(row)
        elif row["payment_method"] != payment_method:
            raise _key_reused(key)
        # Replay the first response, whatever the intent's state is now: Stripe's keys do the same.
        return _decided(intent_id, row["reference"], row["amount"], row["currency"], payment_method, decision)

    async def retrieve(self, intent_id: str) -> Intent:
        return intent_of(await self._row(intent_id))

    async def capture(self, intent_id: str, *, key: str) -> Intent:
        row = await self._captures.submit((intent_id, key))
        if row["capture_key"] != key:
            raise _unexpected_state(row)
        return intent_of(row)

    async def cancel(self, intent_id: str, *, key: str) -> Intent:
        await run(self._pool, "cancel_intent", id=intent_id, key=key)
        row = await self._row(intent_id)
        if row["cancel_key"] != key:
            raise _unexpected_state(row)
        return intent_of(row)

    async def refund(self, intent_id: str, *, amount: int, currency: str, key: str, reference: str) -> str:
        refund_id = _id_of("re_sim", key)
        asked = {"id": intent_id, "key": key, "refund_id": refund_id, "amount": amount, "reference": reference}
        with suppress(UniqueViolation):  # a concurrent request with the same key was first: read its result
            if await run(self._pool, "refund_intent", **asked):
                return refund_id
        known = await run(self._pool, "read_refund", key=key)
        if not known:
            row = await self._row(intent_id)
            if row["status"] != "succeeded":
                raise _unexpected_state(row)
            raise ProviderRefused("charge_already_refunded", "The refund exceeds what is left of the charge.")
        if (known[0]["intent_id"], known[0]["amount"]) != (intent_id, amount):
            raise _key_reused(key)
        return refund_id

    async def list_refunds(self, intent_id: str) -> list[ProviderRefund]:
        return await lists.list_refunds(self._pool, intent_id)

    async def list_disputes(self, intent_id: str) -> list[ProviderDispute]:
        return await lists.list_disputes(self._pool, intent_id)

    async def list_intents(
        self, created_from: datetime, created_before: datetime, *, after: str | None = None
    ) -> IntentPage:
        rows = await lists.list_intent_rows(self._pool, created_from, created_before, after)
        following = rows[-1]["id"] if len(rows) == lists.PAGE_MAX else None
        return IntentPage(tuple(intent_of(row) for row in rows), following)

    async def list_late_events(
        self, created_from: datetime, created_before: datetime, *, after: str | None = None
    ) -> EventPage:
        """Return nothing: it keeps no record of undelivered events."""
        return EventPage((), None)

    async def _row(self, intent_id: str) -> DictRow:
        rows = await read_intents(self._pool, [intent_id])
        if intent_id not in rows:
            raise _no_such_intent(intent_id)
        return rows[intent_id]

    async def _misbehave(self, payment_method: str) -> None:
        if payment_method == SLOW:
            await self._sleep(SLOW_SECONDS)
        if payment_method == LOSES_THE_ANSWER:
            raise ProviderUnreachable("The connection was lost before the response.")

    async def _confirm_batch(self, asked: Sequence[_Confirmation]) -> list[bool | Exception]:
        """Return for each intent whether its own request created it; False if it existed, or is a duplicate here."""
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
        return [
            confirmation.intent_id in new and distinct[confirmation.intent_id] is confirmation for confirmation in asked
        ]

    async def _capture_batch(self, asked: Sequence[tuple[str, str]]) -> list[DictRow | Exception]:
        keys = dict(asked)
        await run(self._pool, "capture_intents", ids=list(keys), keys=list(keys.values()))
        rows = await read_intents(self._pool, list(keys))
        return [rows.get(intent_id) or _no_such_intent(intent_id) for intent_id, _ in asked]


def _id_of(prefix: str, key: str) -> str:
    return f"{prefix}_{hashlib.blake2b(key.encode(), digest_size=12).hexdigest()}"


def _decide(payment_method: str) -> Decision:
    decision = CARDS.get(payment_method)
    if decision is None:
        raise ProviderRefused("resource_missing", f"No such payment method: {payment_method[:100]!r}.")
    return decision


def _check_same_order(row: DictRow, order: IntentOrder) -> None:
    if (row["reference"], row["amount"], row["currency"]) != (order.reference, order.amount, order.currency):
        raise _key_reused(order.key)


def intent_of(row: DictRow) -> Intent:
    """Return the intent of a row of the processor's books."""
    decision = Decision(IntentStatus(row["status"]), row["decline_code"])
    money = (row["reference"], row["amount"], row["currency"])
    return _decided(
        row["id"], *money, row["payment_method"] or "", decision, row["amount_refunded"], row["is_disputed"]
    )


def _decided(
    intent_id: str,
    reference: str,
    amount: int,
    currency: str,
    payment_method: str,
    decision: Decision,
    amount_refunded: int = 0,
    is_disputed: bool = False,
) -> Intent:
    code, action = decision.decline_code, None
    if decision.status is IntentStatus.REQUIRES_ACTION:
        action = {"type": "simulated_authentication", "payment_method": payment_method + AUTHENTICATED}
    return Intent(
        intent_id,
        decision.status,
        amount,
        currency,
        amount_refunded,
        decline_code=code,
        message=MESSAGES[code] if code else None,
        next_action=action,
        is_disputed=is_disputed,
        reference=reference,
    )


def _no_such_intent(intent_id: str) -> ProviderRefused:
    return ProviderRefused("resource_missing", f"No such payment intent: {intent_id[:100]!r}.")


def _unexpected_state(row: DictRow) -> ProviderRefused:
    return ProviderRefused("payment_intent_unexpected_state", f"The payment intent is {row['status']}.")


def _key_reused(key: str) -> ProviderRefused:
    return ProviderRefused("idempotency_error", f"The key {key!r} was used with other parameters.")
