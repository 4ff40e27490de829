"""How an event takes tickets back and offers freed places."""

import msgspec

from admitone.booking.contracts.resale import ResaleTerms
from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql


async def read_resale_terms(conn: Connection, event_id: str) -> ResaleTerms:
    cursor = await conn.execute(load_sql(__package__, "read_resale_terms"), {"event_id": event_id})
    row = await cursor.fetchone()
    return ResaleTerms() if row is None else msgspec.convert(row, ResaleTerms)


async def put_resale_terms(conn: Connection, organization_id: str, event_id: str, terms: ResaleTerms) -> bool:
    """Return False where the event is another organization's."""
    values = {
        "event_id": event_id,
        "organization_id": organization_id,
        "returns": terms.returns.value,
        "returns_until": terms.returns_until,
        "refund_fees": terms.refund_fees,
        "waiting_list": terms.waiting_list.value,
        "offer_seconds": terms.offer_seconds,
        "draw_at": terms.draw_at,
    }
    cursor = await conn.execute(load_sql(__package__, "put_resale_terms"), values)
    return await cursor.fetchone() is not None
