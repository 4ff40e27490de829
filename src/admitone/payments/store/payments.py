"""Tries to pay, by (booking, attempt). The two writes of the hot path are collected into one statement each."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec
from psycopg.rows import DictRow

from admitone.kit.batcher import Batcher
from admitone.kit.postgres import Connection, Pool
from admitone.kit.sql import load_sql
from admitone.payments.contracts import PaymentOrder
from admitone.payments.domain.payment import News, Payment, Status, sources_of

BATCH_MAX = 128
LINGER_MS = 16.0

_AUTHORIZED = sorted(one.value for one in sources_of(Status.AUTHORIZED) | {Status.AUTHORIZED})
_SOURCES = {status: ",".join(sorted(one.value for one in sources_of(status))) for status in Status}


class PaymentWrites:
    """Group commit for a process's payments."""

    def __init__(self, pool: Pool, provider: str) -> None:
        self._pool = pool
        self._provider = provider
        self._inserts = Batcher(self._insert_batch, items_max=BATCH_MAX, linger_ms=LINGER_MS, name="payment inserts")
        self._news = Batcher(self._record_batch, items_max=BATCH_MAX, linger_ms=LINGER_MS, name="payment outcomes")

    async def insert(self, order: PaymentOrder, provider_ref: str | None) -> bool:
        """Whether the row is new. False: this (booking, attempt) was asked before, or by a twin just now."""
        return await self._inserts.submit((order, provider_ref))

    async def record(self, news: News) -> bool:
        """Whether it was a step forward."""
        return await self._news.submit(news)

    async def _insert_batch(self, asked: Sequence[tuple[PaymentOrder, str | None]]) -> list[bool | Exception]:
        distinct = {(one[0].booking_id, one[0].attempt): one for one in asked}
        async with self._pool.connection() as conn:
            new = await insert_payments(conn, self._provider, list(distinct.values()))
        keys = [(order.booking_id, order.attempt) for order, _ in asked]
        return [key in new and distinct[key] is one for key, one in zip(keys, asked, strict=True)]

    async def _record_batch(self, asked: Sequence[News]) -> list[bool | Exception]:
        # One row may get two pieces of news; a set-based UPDATE would take either. The later one waits its turn.
        answers: dict[int, bool | Exception] = {}
        waiting = list(enumerate(asked))
        async with self._pool.connection() as conn:
            while waiting:
                turn = {(news.booking_id, news.attempt): index for index, news in reversed(waiting)}
                indexes = sorted(turn.values())
                moved = await record_news(conn, [asked[index] for index in indexes])
                for index in indexes:
                    answers[index] = (asked[index].booking_id, asked[index].attempt) in moved
                waiting = [(index, news) for index, news in waiting if index not in answers]
        return [answers[index] for index in range(len(asked))]


async def insert_payments(
    conn: Connection, provider: str, tries: Sequence[tuple[PaymentOrder, str | None]]
) -> set[tuple[str, int]]:
    """(booking id, attempt) of those that are new. A try, with the provider's id if that is known, appears once."""
    cursor = await conn.execute(
        load_sql(__package__, "insert_payments"),
        {
            "provider": provider,
            "booking_ids": [order.booking_id for order, _ in tries],
            "attempts": [order.attempt for order, _ in tries],
            "provider_refs": [ref for _, ref in tries],
            "payment_methods": [order.payment_method for order, _ in tries],
            "amounts": [order.amount for order, _ in tries],
            "currencies": [order.currency for order, _ in tries],
            "events": [order.event_id for order, _ in tries],
            "emails": [order.buyer_email for order, _ in tries],
        },
    )
    return {(row["booking_id"], row["attempt"]) for row in await cursor.fetchall()}


async def insert_counter_payment(conn: Connection, *, booking_id: str, method: str, amount: int, currency: str) -> None:
    """Note a payment at the counter: captured, at no provider."""
    await conn.execute(
        load_sql(__package__, "insert_counter_payment"),
        {"booking_id": booking_id, "method": method, "amount": amount, "currency": currency},
    )


async def note_authorizations(conn: Connection, tries: Sequence[tuple[str, int]]) -> set[tuple[str, int]]:
    """Those of these (booking id, attempt) that are authorized now. Each appears once at most in `tries`."""
    ordered = sorted(tries)
    cursor = await conn.execute(
        load_sql(__package__, "note_authorizations"),
        {
            "booking_ids": [booking_id for booking_id, _ in ordered],
            "attempts": [attempt for _, attempt in ordered],
            "sources": _AUTHORIZED,
        },
    )
    return {(row["booking_id"], row["attempt"]) for row in await cursor.fetchall()}


async def record_news(conn: Connection, news: Sequence[News]) -> set[tuple[str, int]]:
    """(booking id, attempt) of those that moved forward. A payment appears once at most in `news`."""
    cursor = await conn.execute(
        load_sql(__package__, "record_news"),
        {
            "booking_ids": [one.booking_id for one in news],
            "attempts": [one.attempt for one in news],
            "statuses": [one.status.value for one in news],
            "provider_refs": [one.provider_ref for one in news],
            "decline_codes": [one.decline_code for one in news],
            "messages": [one.message for one in news],
            "next_actions": [
                msgspec.json.encode(one.next_action).decode() if one.next_action else None for one in news
            ],
            "sources": [_SOURCES[one.status] for one in news],
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
    """Nobody else moves these bookings' tries until the transaction ends.

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
