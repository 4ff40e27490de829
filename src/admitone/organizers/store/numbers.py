"""Count what is limited in number."""

from datetime import datetime

from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql
from admitone.organizers.domain.number_limits import Limited

_COUNTS = {
    Limited.API_KEYS: "count_api_keys",
    Limited.INVITATIONS: "count_invitations",
    Limited.MEMBERS: "count_members",
    Limited.TERMS: "count_terms",
}


async def count_limited(conn: Connection, limited: Limited, *, owner_id: str, now: datetime) -> int:
    """Return how many of it the organization or person has. The caller holds a lock on the owner's row."""
    statement = load_sql(__package__, _COUNTS[limited])
    row = await (await conn.execute(statement, {"owner_id": owner_id, "now": now})).fetchone()
    assert row is not None, "a count has a row"
    number: int = row["number"]
    return number
