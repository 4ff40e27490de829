"""Tries to pay, by (booking, attempt). The two writes of the hot path are collected into one statement each."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec
from psycopg.rows import DictRow

from admitone.kit.batcher import Batcher
from admitone.kit.postgres import Connection, Pool
from admitone.kit.sql import load_sql
from admitone.payments.contracts import PaymentOrder
from admitone.payments.domain.payment import Payment, PaymentUpdate, Status, sources_of

BATCH_MAX = 128
LINGER_MS = 16.0

_AUTHORIZED = sorted(source.value for source in sources_of(Status.AUTHORIZED) | {Status.AUTHORIZED})
_SOURCES = {status: ",".join(sorted(source.value for source in sources_of(status))) for status in Status}


class PaymentWrites:
    """Group commit for a process's payments."""

    def __init__(self, pool: Pool, provider: str) -> None:
        self._pool = pool
        self._provider = provider
        self._inserts = Batcher(self._insert_batch, items_max=BATCH_MAX, linger_ms=LINGER_MS, name="payment inserts")
        self._updates = Batcher(self._record_batch, items_max=BATCH_MAX, linger_ms=LINGER_MS, name="payment outcomes")

    async def insert(self, order: PaymentOrder, provider_ref: str | None) -> bool:
        """Whether the row is new. False: this (booking, attempt) was asked before, or by a twin just now."""
        return await self._inserts.submit((order, provider_ref))

    async def record(self, update: PaymentUpdate) -> bool:
        """Whether it was a step forward."""
        return await self._updates.submit(update)

    async def _insert_batch(self, asked: Sequence[tuple[PaymentOrder, str | None]]) -> list[bool | Exception]:
        distinct = {(order[0].booking_id, order[0].attempt): order for order in asked}
        async with self._pool.connection() as conn:
            new = await insert_payments(conn, self._provider, list(distinct.values()))
        keys = [(order.booking_id, order.attempt) for order, _ in asked]
        return [key in new and distinct[key] is order for key, order in zip(keys, asked, strict=True)]

    async def _record_batch(self, asked: Sequence[PaymentUpdate]) -> list[bool | Exception]:
        # One row may get two updates; a set-based UPDATE would take either. The later one waits its turn.
        answers: dict[int, bool | Exception] = {}
        waiting = list(enumerate(asked))
        async with self._pool.connection() as conn:
            while waiting:
                turn = {(update.booking_id, update.attempt): index for index, update in reversed(waiting)}
                indexes = sorted(turn.values())
                moved = await apply_updates(conn, [asked[index] for index in indexes])
                for index in indexes:
                    answers[index] = (asked[index].booking_id, asked[index].attempt) in moved
                waiting = [(index, update) for index, update in waiting if index not in answers]
        return [answers[index] for index in range(len(asked))]


async def insert_payments(
    conn: Connection, provider: str, attempts: Sequence[tuple[PaymentOrder, str | None]]
) -> set[tuple[str, int]]:
    """(booking id, attempt) of those that are new. A try, with the provider's id if that is known, appears once."""
    cursor = await conn.execute(
        load_sql(__package__, "insert_payments"),
        {
            "provider": provider,
            "booking_ids": [order.booking_id for order, _ in attempts],
            "attempts": [order.attempt for order, _ in attempts],
            "provider_refs": [ref for _, ref in attempts],
            "payment_methods": [order.payment_method for order, _ in attempts],
            "amounts": [order.amount for order, _ in attempts],
            "currencies": [order.currency for order, _ in attempts],
            "events": [order.event_id for order, _ in attempts],
            "emails": [order.buyer_email for order, _ in attempts],
        },
    )
    return {(row["booking_id"], row["attempt"]) for row in await cursor.fetchall()}


async def insert_box_office_payment(
    conn: Connection, *, booking_id: str, method: str, amount: int, currency: str
) -> None:
    """Note a payment at the box office: captured, at no provider."""
    await conn.execute(
        load_sql(__package__, "insert_box_office_payment"),
        {"booking_id": booking_id, "method": method, "amount": amount, "currency": currency},
    )


async def record_authorizations(conn: Connection, attempts: Sequence[tuple[str, int]]) -> set[tuple[str, int]]:
    """Those of these (booking id, attempt) that are authorized now. Each appears once at most in `attempts`."""
    ordered = sorted(attempts)
    cursor = await conn.execute(
        load_sql(__package__, "record_authorizations"),
        {
            "booking_ids": [booking_id for booking_id, _ in ordered],
            "attempts": [attempt for _, attempt in ordered],
            "sources": _AUTHORIZED,
        },
    )
    return {(row["booking_id"], row["attempt"]) for row in await cursor.fetchall()}


async def apply_updates(conn: Connection, updates: Sequence[PaymentUpdate]) -> set[tuple[str, int]]:
    """(booking id, attempt) of those that moved forward. A payment appears once at most in `updates`."""
    cursor = await conn.execute(
        load_sql(__package__, "apply_updates"),
        {
            "booking_ids": [update.booking_id for update in updates],
            "attempts": [update.attempt for update in updates],
            "statuses": [update.status.value for update in updates],
            "provider_refs": [update.provider_ref for update in updates],
            "decline_codes": [update.decline_code for update in updates],
            "messages": [update.message for update in updates],
            "next_actions": [
                msgspec.json.encode(update.next_action).decode() if update.next_action else None for update in updates
            ],
            "sources": [_SOURCES[update.status] for update in updates],
        },
    )
    return {(row["booking_id"], row["attempt"]) for row in await cursor.fetchall()}


async def read_payments(conn: Connection, booking_ids: Iterable[str]) -> list[Payment]:
    """Every try of these bookings, by booking and attempt."""
    cursor = await conn.execute(load_sql(__package__, "read_payments"), {"booking_ids": sorted(set(booking_ids))})
    return [_payment(row) for row in await cursor.fetchall()]


async def read_payments_by_ref(conn: Connection, provider_refs: Sequence[str]) -> list[Payment]:
    cursor = await conn.execute(load_sql(__package__, "read_payments_by_ref"), {"provider_refs": list(provider_refs)})
    return [_payment(row) for row in await cursor.fetchall()]


async def read_payments_created(conn: Connection, created_from: datetime, created_before: datetime) -> list[Payment]:
    """Tries by our own time of creation, those that never reached the provider left out."""
    cursor = await conn.execute(
        load_sql(__package__, "read_payments_created"),
        {"created_from": created_from, "created_before": created_before},
    )
    return [_payment(row) for row in await cursor.fetchall()]


async def lock_payments(conn: Connection, booking_ids: Iterable[str]) -> None:
    """Nobody else moves these bookings' attempts until the transaction ends.

    A statement of its own: the next one then sees what a twin that held the lock has done.
    """
    await conn.execute(load_sql(__package__, "lock_payments"), {"booking_ids": sorted(set(booking_ids))})


async def store_provider_ref(conn: Connection, payment: Payment, provider_ref: str) -> bool:
    """Whether the try has this id now and is still open: only then may the intent be confirmed."""
    cursor = await conn.execute(
        load_sql(__package__, "store_provider_ref"),
        {"booking_id": payment.booking_id, "attempt": payment.attempt, "provider_ref": provider_ref},
    )
    return await cursor.fetchone() is not None


def _payment(row: DictRow) -> Payment:
    return Payment(**{**row, "status": Status(row["status"])})
