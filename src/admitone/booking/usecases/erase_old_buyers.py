"""Erase the names and addresses of buyers some days after their event: a round of the worker.

Each batch is a transaction a slice; booking comes last. A round that is interrupted begins with the same event again.
"""

import structlog
from prometheus_client import Counter

from admitone.booking.store import old_buyers as store
from admitone.booking.usecases.personal_data_deps import PersonalDataDeps as Deps

log = structlog.get_logger(__name__)
ERASED = Counter("admitone_old_buyers_erased_total", "Bookings that lost name and address by age")
EVENTS_MAX = 100
BOOKINGS_MAX = 500


async def erase_old_buyers(deps: Deps) -> int:
    """Return how many bookings lost a name or an address. Several workers may run this at once.

    A booking that is held, being paid, or has open money keeps both, and its event is read again by the next round.
    """
    if deps.keep_days is None:
        return 0
    async with deps.pool.connection() as conn:
        await store.erase_old_recipients(conn, keep_days=deps.keep_days)
    erased, after_id = 0, ""
    while True:
        async with deps.pool.connection() as conn:
            event_ids = await store.list_old_events(conn, keep_days=deps.keep_days, after_id=after_id, size=EVENTS_MAX)
        for event_id in event_ids:
            erased += await _erase_event(deps, event_id)
        if len(event_ids) < EVENTS_MAX:
            return erased
        after_id = event_ids[-1]


async def _erase_event(deps: Deps, event_id: str) -> int:
    erased = left = 0
    after_id = ""
    while True:
        async with deps.pool.connection() as conn:
            batch = await store.list_old_bookings(conn, event_id, after_id=after_id, size=BOOKINGS_MAX)
        open_money = await deps.list_open_money(list(batch))
        ids = [booking_id for booking_id, is_ended in batch.items() if is_ended and booking_id not in open_money]
        left += len(batch) - len(ids)
        erased += await _erase_bookings(deps, event_id, ids)
        if len(batch) < BOOKINGS_MAX:
            break
        after_id = max(batch)
    async with deps.pool.connection() as conn, conn.transaction():
        await store.erase_event_entries(conn, event_id)
        await store.erase_held_for(conn, event_id)
        await store.erase_event_recipients(conn, event_id)
        if left == 0:
            await store.record_buyers_erased(conn, event_id)
    if erased or left:
        log.info("the buyers of an old event are erased", event_id=event_id, bookings=erased, left=left)
    return erased


async def _erase_bookings(deps: Deps, event_id: str, booking_ids: list[str]) -> int:
    if not booking_ids:
        return 0
    await deps.erase_booking_transfers(event_id, booking_ids)
    await deps.erase_booking_payers(booking_ids)
    async with deps.pool.connection() as conn, conn.transaction():
        count = await store.erase_old_buyers(conn, booking_ids)
    ERASED.inc(count)
    return count
