"""Statements over tests of the payment keys."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from psycopg.types.json import Jsonb

from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql
from admitone.payments.domain.payment_test import PaymentTest, Step


async def lock_payment_tests(conn: Connection, organization_id: str) -> None:
    await conn.execute(load_sql(__package__, "lock_payment_tests"), {"organization_id": organization_id})


async def count_payment_tests(conn: Connection, organization_id: str, *, since: datetime) -> int:
    values = {"organization_id": organization_id, "since": since}
    row = await (await conn.execute(load_sql(__package__, "count_payment_tests"), values)).fetchone()
    assert row is not None, "a count has a row"
    count: int = row["count"]
    return count


async def insert_payment_test(conn: Connection, test: PaymentTest) -> None:
    await conn.execute(load_sql(__package__, "insert_payment_test"), msgspec.structs.asdict(test))


async def record_steps(
    conn: Connection, test_id: str, steps: Sequence[Step], *, provider_ref: str | None, ended_at: datetime | None
) -> None:
    values = {
        "id": test_id,
        "steps": Jsonb(msgspec.to_builtins(steps)),
        "provider_ref": provider_ref,
        "ended_at": ended_at,
    }
    await conn.execute(load_sql(__package__, "record_steps"), values)


async def read_payment_test(conn: Connection, test_id: str, *, organization_id: str) -> PaymentTest | None:
    values = {"id": test_id, "organization_id": organization_id}
    row = await (await conn.execute(load_sql(__package__, "read_payment_test"), values)).fetchone()
    return None if row is None else msgspec.convert(row, PaymentTest)


async def record_test_heard(conn: Connection, *, intent_ref: str, event_type: str, now: datetime) -> None:
    values = {"intent_ref": intent_ref, "event_type": event_type, "now": now}
    await conn.execute(load_sql(__package__, "record_test_heard"), values)


async def has_payment_test(conn: Connection, test_id: str) -> bool:
    cursor = await conn.execute(load_sql(__package__, "has_payment_test"), {"id": test_id})
    return await cursor.fetchone() is not None


async def forget_payment_tests(conn: Connection, *, created_before: datetime) -> None:
    await conn.execute(load_sql(__package__, "forget_payment_tests"), {"created_before": created_before})
