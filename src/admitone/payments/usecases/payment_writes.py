"""Group commit of the hot path: a process collects the payments of all its requests into one statement each.

Also what an attempt reads and stores between two calls to the provider: a statement of its own costs as much CPU as a
share of a call.
"""

from collections.abc import Sequence

from admitone.kit.batcher import Batcher, disjoint_groups
from admitone.kit.postgres import Pool
from admitone.payments.contracts import PaymentOrder
from admitone.payments.domain.payment import Payment, PaymentUpdate
from admitone.payments.store.payments import apply_updates, insert_payments, read_payments, store_provider_refs

BATCH_MAX = 128
LINGER_MS = 16.0


class PaymentWrites:
    """One a process. `provider`: the name that new rows carry."""

    def __init__(self, pool: Pool, provider: str) -> None:
        self._pool = pool
        self._provider = provider
        self._inserts = Batcher(self._insert_batch, items_max=BATCH_MAX, linger_ms=LINGER_MS, name="payment inserts")
        self._updates = Batcher(self._record_batch, items_max=BATCH_MAX, linger_ms=LINGER_MS, name="payment outcomes")
        self._refs = Batcher(self._store_batch, items_max=BATCH_MAX, linger_ms=LINGER_MS, name="payment ids")
        self._reads = Batcher(self._read_batch, items_max=BATCH_MAX, linger_ms=LINGER_MS, name="payment reads")

    async def insert(self, order: PaymentOrder, provider_ref: str | None) -> bool:
        """Return whether the row is new. False: an earlier or concurrent request inserted this (booking, attempt)."""
        return await self._inserts.submit((order, provider_ref))

    async def record(self, updates: PaymentUpdate) -> bool:
        """Return whether the payment moved forward."""
        return await self._updates.submit(updates)

    async def store_provider_ref(self, payment: Payment, provider_ref: str) -> bool:
        """Return whether the attempt has this id now and is still open: only then may the intent be confirmed."""
        return await self._refs.submit((payment.booking_id, payment.attempt, provider_ref))

    async def read(self, booking_id: str) -> list[Payment]:
        """Return every attempt of this booking, in order, as it is after this call began."""
        return await self._reads.submit(booking_id)

    async def _insert_batch(self, asked: Sequence[tuple[PaymentOrder, str | None]]) -> list[bool | Exception]:
        distinct = {(item[0].booking_id, item[0].attempt): item for item in asked}
        async with self._pool.connection() as conn:
            new = await insert_payments(conn, self._provider, list(distinct.values()))
        keys = [(order.booking_id, order.attempt) for order, _ in asked]
        return [key in new and distinct[key] is item for key, item in zip(keys, asked, strict=True)]

    async def _record_batch(self, asked: Sequence[PaymentUpdate]) -> list[bool | Exception]:
        # A set-based UPDATE with two updates of one row would apply either: the later one goes into the next statement.
        answers: dict[int, bool | Exception] = {}
        waiting = list(enumerate(asked))
        async with self._pool.connection() as conn:
            while waiting:
                turn = {(updates.booking_id, updates.attempt): index for index, updates in reversed(waiting)}
                indexes = sorted(turn.values())
                moved = await apply_updates(conn, [asked[index] for index in indexes])
                for index in indexes:
                    answers[index] = (asked[index].booking_id, asked[index].attempt) in moved
                waiting = [(index, updates) for index, updates in waiting if index not in answers]
        return [answers[index] for index in range(len(asked))]

    async def _store_batch(self, created: Sequence[tuple[str, int, str]]) -> list[bool | Exception]:
        stored: set[tuple[str, int, str]] = set()
        async with self._pool.connection() as conn:
            for group in disjoint_groups(created, lambda item: [item[:2]]):
                now = await store_provider_refs(conn, group)
                stored |= {item for item in group if item[:2] in now}
        return [item in stored for item in created]

    async def _read_batch(self, booking_ids: Sequence[str]) -> list[list[Payment] | Exception]:
        attempts: dict[str, list[Payment]] = {booking_id: [] for booking_id in booking_ids}
        async with self._pool.connection() as conn:
            for payment in await read_payments(conn, booking_ids):
                attempts[payment.booking_id].append(payment)
        return [attempts[booking_id] for booking_id in booking_ids]
