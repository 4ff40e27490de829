"""Read the sale plan of an event, by the terms that the catalogue announced last, and check whose event it is."""

import asyncio

from admitone.booking.domain.refusals import EventNotFound
from admitone.booking.domain.sale_plan import SalePlan
from admitone.booking.domain.seat_index import EMPTY_SEAT_INDEX, SeatIndex, build_seat_index
from admitone.booking.store.inventory import read_inventory
from admitone.booking.store.organizer_inventory import read_own_inventory
from admitone.booking.usecases.deps import Deps
from admitone.kit.postgres import Connection

# Maximum age of a plan. The claim compares its revision, so a stale plan costs a retry, never a wrong sale.
FRESH_SECONDS = 1.0
SALE_PLANS_MAX = 512


async def read_sale_plan(deps: Deps, *, event_id: str, fresh: bool = False) -> SalePlan:
    """Return the plan of an event. Raises `EventNotFound` if it was never published.

    `fresh`: ask PostgreSQL even if this process read the plan within the last second.
    """
    known = deps.sale.sale_plans.get(event_id)
    if known is not None and not fresh and _seconds() - known[0] < FRESH_SECONDS:
        return known[1]
    return await deps.sale.sale_plan_reads.run(event_id, lambda: _read(deps, event_id))


async def _read(deps: Deps, event_id: str) -> SalePlan:
    async with deps.pool.connection() as conn:
        sale = await read_inventory(conn, event_id)
    if sale is None:
        raise EventNotFound(event_id)
    known = deps.sale.sale_plans.get(event_id)
    if known is not None and (known[1].terms.revision, known[1].issued_digest) == (sale.revision, sale.issued_digest):
        plan = known[1]
    else:
        plan = SalePlan(sale.terms, await _seat_index(deps, sale.terms.seat_map_id), sale.issued_digest)
    if len(deps.sale.sale_plans) >= SALE_PLANS_MAX:
        deps.sale.sale_plans.pop(next(iter(deps.sale.sale_plans)))
    deps.sale.sale_plans[event_id] = (_seconds(), plan)
    return plan


def _seconds() -> float:
    return asyncio.get_running_loop().time()


async def _seat_index(deps: Deps, seat_map_id: str | None) -> SeatIndex:
    if seat_map_id is None:
        return EMPTY_SEAT_INDEX
    seat_index = deps.sale.seat_index_cache.get(seat_map_id)
    if seat_index is None:
        seat_index = deps.sale.seat_index_cache[seat_map_id] = build_seat_index(await deps.read_seat_map(seat_map_id))
    return seat_index


async def check_own_event(conn: Connection, organization_id: str, event_id: str) -> None:
    """Raises `EventNotFound` for another organization's event, or one that was never published."""
    if await read_own_inventory(conn, organization_id, event_id) is None:
        raise EventNotFound(event_id)
