"""Statements over the arrival of the provider's webhooks."""

from datetime import datetime, timedelta

from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql
from admitone.payments.contracts import WebhookHealth

HEARD_EVERY, REFUSED_EVERY = timedelta(seconds=10), timedelta(minutes=1)
"""How often the one row is written at most."""
PAID_WITHIN = timedelta(days=7)
ARRIVES_WITHIN = timedelta(minutes=15)
"""Stripe sends the event of a payment within seconds; a delivery that failed is repeated within minutes."""
GRACE_SECONDS = 60.0
"""Above `HEARD_EVERY`: the event of a payment at that time may have arrived without a record."""


async def record_heard(conn: Connection, *, event_type: str, now: datetime) -> None:
    values = {"event_type": event_type, "now": now, "unless_since": now - HEARD_EVERY}
    await conn.execute(load_sql(__package__, "record_heard"), values)


async def record_refused(conn: Connection, *, now: datetime) -> None:
    await conn.execute(load_sql(__package__, "record_refused"), {"now": now, "unless_since": now - REFUSED_EVERY})


async def read_webhooks(conn: Connection, *, provider: str, now: datetime) -> WebhookHealth:
    values = {
        "provider": provider,
        "paid_since": now - PAID_WITHIN,
        "paid_before": now - ARRIVES_WITHIN,
        "grace_seconds": GRACE_SECONDS,
    }
    row = await (await conn.execute(load_sql(__package__, "read_webhooks"), values)).fetchone()
    assert row is not None, "the statement has a row without any webhook, too"
    return WebhookHealth(**row)
