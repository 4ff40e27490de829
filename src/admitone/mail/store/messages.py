"""What organizers wrote to the buyers of an event."""

from typing import Any

import msgspec

from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql
from admitone.mail.domain.buyers_message import EVERYONE, Audience, Message

LISTED_MAX = 100


async def insert_message(conn: Connection, message: Message, *, day_max: int) -> Message | None:
    """Return the message as it is stored; None where its event has had `day_max` today. Needs a transaction."""
    await conn.execute(load_sql(__package__, "lock_messages"), {"event_id": message.event_id})
    cursor = await conn.execute(
        load_sql(__package__, "insert_message"),
        {
            "id": message.id,
            "organization_id": message.organization_id,
            "event_id": message.event_id,
            "subject": message.subject,
            "text": message.text,
            "sent_by": message.sent_by,
            "recipients": message.recipients,
            "day_max": day_max,
        },
    )
    row = await cursor.fetchone()
    if row is None:
        return None
    if not message.audience.is_everyone:
        values = {"message_id": message.id, "audience": msgspec.json.encode(message.audience).decode()}
        await conn.execute(load_sql(__package__, "insert_audience"), values)
    return Message(**row, audience=message.audience)


async def count_today(conn: Connection, event_id: str) -> int:
    """Return how many messages the buyers of the event got in the last day."""
    row = await (await conn.execute(load_sql(__package__, "count_today"), {"event_id": event_id})).fetchone()
    assert row is not None, "a count is one row"
    return int(row["messages"])


async def read_message(conn: Connection, message_id: str) -> Message | None:
    cursor = await conn.execute(load_sql(__package__, "read_message"), {"id": message_id})
    row = await cursor.fetchone()
    return None if row is None else _message(row)


async def list_messages(conn: Connection, organization_id: str, event_id: str) -> list[Message]:
    """Return at most `LISTED_MAX`, the newest first."""
    cursor = await conn.execute(
        load_sql(__package__, "list_messages"),
        {"organization_id": organization_id, "event_id": event_id, "size": LISTED_MAX},
    )
    return [_message(row) for row in await cursor.fetchall()]


def _message(row: dict[str, Any]) -> Message:
    audience = row.pop("audience")
    return Message(**row, audience=EVERYONE if audience is None else msgspec.convert(audience, Audience))
