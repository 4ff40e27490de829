"""Attempts to pay, a row each, by (booking, attempt)."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec
from psycopg.rows import DictRow

from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql
from admitone.payments.contracts import PaymentOrder
from admitone.payments.domain.payment import Payment, PaymentUpdate, Status, sources_of

_AUTHORIZED = sorted(status.value for status in sources_of(Status.AUTHORIZED) | {Status.AUTHORIZED})
_SOURCES = {status: ",".join(sorted(source.value for source in sources_of(status))) for status in Status}


async def insert_payments(
    conn: Connection, provider: str, attempts: Sequence[tuple[PaymentOrder, str | None]]
) -> set[tuple[str, int]]:
    """Insert attempts, each with the provider's id if that is known; return (booking id, attempt) of the new ones.

    An attempt appears once at most in `attempts`.
    """
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
    """Insert a payment at the box office: captured, without a provider."""
    await conn.execute(
        load_sql(__package__, "insert_box_office_payment"),
        {"booking_id": booking_id, "method": method, "amount": amount, "currency": currency},
    )


async def record_authorizations(conn: Connection, attempts: Sequence[tuple[str, int]]) -> set[tuple[str, int]]:
    """Record authorizations; return (booking id, attempt) of those authorized now. `attempts` has each once at most."""
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
    """Record steps forward; return (booking id, attempt) of those that moved. Each payment is in `updates` once."""
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
    """Return every attempt of these bookings, by booking and attempt."""
    cursor = await conn.execute(load_sql(__package__, "read_payments"), {"booking_ids": sorted(set(booking_ids))})
    return [_payment(row) for row in await cursor.fetchall()]


async def read_payments_by_ref(conn: Connection, provider_refs: Sequence[str]) -> list[Payment]:
    cursor = await conn.execute(load_sql(__package__, "read_payments_by_ref"), {"provider_refs": list(provider_refs)})
    return [_payment(row) for row in await cursor.fetchall()]


async def read_payments_created(conn: Connection, created_from: datetime, created_before: datetime) -> list[Payment]:
    """Return attempts that have an id at the provider, by our own time of creation."""
    cursor = await conn.execute(
        load_sql(__package__, "read_payments_created"),
        {"created_from": created_from, "created_before": created_before},
    )
    return [_payment(row) for row in await cursor.fetchall()]


async def lock_payments(conn: Connection, booking_ids: Iterable[str]) -> None:
    """Let no other transaction change these bookings' attempts until this one ends.

    A statement of its own: the next one then sees what a concurrent holder of the lock did.
    """
    await conn.execute(load_sql(__package__, "lock_payments"), {"booking_ids": sorted(set(booking_ids))})


async def store_provider_refs(conn: Connection, created: Sequence[tuple[str, int, str]]) -> set[tuple[str, int]]:
    """Store ids of the provider, given as (booking id, attempt, id), each attempt once at most.

    Return (booking id, attempt) of those that have this id now and are still open: only these may be confirmed.
    """
    ordered = sorted(created)
    cursor = await conn.execute(
        load_sql(__package__, "store_provider_refs"),
        {
            "booking_ids": [booking_id for booking_id, _, _ in ordered],
            "attempts": [attempt for _, attempt, _ in ordered],
            "provider_refs": [provider_ref for _, _, provider_ref in ordered],
        },
    )
    return {(row["booking_id"], row["attempt"]) for row in await cursor.fetchall()}


def _payment(row: DictRow) -> Payment:
    return Payment(**{**row, "status": Status(row["status"])})
