"""What went wrong at the doors of an event, for its organizer."""

from typing import Any

from admitone.tickets.store import scans as store
from admitone.tickets.usecases.deps import Deps
from admitone.tickets.usecases.find_event import find_event


async def list_conflicts(
    deps: Deps, *, organization_id: str, event_id: str, page: int, size: int
) -> tuple[list[dict[str, Any]], int]:
    """Return one page, by time, and how many there are on all: tickets that let more than one in, and people who were
    let in with a ticket that was void, or none.

    Raises `EventNotFound` (another organization's too).
    """
    await find_event(deps, organization_id=organization_id, event_id=event_id)
    async with deps.pool.connection() as conn:
        rows = await store.list_conflicts(conn, event_id, size=size, skip=page * size)
    return rows, rows[0]["total"] if rows else 0
