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

    Events whose availability is remembered are not read. Searches that read the same events share one reading.
    """
    generation = await deps.read_generation() if deps.read_generation is not None and event_ids else ""
    known = deps.availability_memory.recall(generation, event_ids) if generation else {}
    unknown = tuple(event_id for event_id in event_ids if event_id not in known)
    read = await _read(deps, unknown)
    if read is None:
        return None
    if generation:
        deps.availability_memory.remember(generation, unknown, read)
    return {**read, **{event_id: left for event_id, left in known.items() if left is not None}}


async def _read(deps: Deps, event_ids: tuple[str, ...]) -> dict[str, Availability] | None:
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
