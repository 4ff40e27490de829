"""Read how much is left of the events that were found: it changes faster than any index or cache of results."""

import asyncio

import psycopg
import structlog
from prometheus_client import Counter

from admitone.catalogue.contracts import Availability
from admitone.search.usecases.deps import Deps

log = structlog.get_logger(__name__)
UNKNOWN = Counter("admitone_search_availability_unknown_total", "Searches answered without availability")

PATIENCE_SECONDS = 0.75
UNAVAILABLE = (psycopg.OperationalError, psycopg.InterfaceError, TimeoutError)


async def overlay_availability(deps: Deps, event_ids: tuple[str, ...]) -> dict[str, Availability] | None:
    """Return availability by id, or None if PostgreSQL does not answer: finding an event needs no database.

    Searches for the same events at the same time share one reading.
    """
    if not event_ids:
        return {}
    if not deps.availability_breaker.allows_call():
        UNKNOWN.inc()
        return None
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await deps.availability_readings.run(event_ids, lambda: deps.read_availability(event_ids))
    except UNAVAILABLE as error:
        deps.availability_breaker.record_failure()
        UNKNOWN.inc()
        log.warning("availability cannot be read", error=type(error).__name__)
        return None
