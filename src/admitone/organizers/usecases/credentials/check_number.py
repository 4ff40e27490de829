"""Refuse one too many of what an organization has, one request after another."""

from datetime import datetime

from admitone.kit.postgres import Connection
from admitone.organizers.domain.number_limits import Limited, check_number
from admitone.organizers.store import numbers, people


async def check_organization_number(conn: Connection, limited: Limited, *, organization_id: str, now: datetime) -> None:
    """Lock the organization until the transaction ends, and raise `LimitReached` if it has as many as it may have."""
    await people.lock_organization(conn, organization_id=organization_id)
    check_number(limited, await numbers.count_limited(conn, limited, owner_id=organization_id, now=now))
