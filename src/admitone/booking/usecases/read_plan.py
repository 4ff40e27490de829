"""What is for sale at an event, from the terms that the catalogue announced last."""

import asyncio

from admitone.booking.domain.floor import EMPTY_FLOOR, Floor, build_floor
from admitone.booking.domain.plan import SalePlan
from admitone.booking.domain.refusals import EventNotFound
from admitone.booking.store.sales import read_sale
from admitone.booking.usecases.deps import Deps

# A plan may be this old: the claim compares its revision, so a stale one costs a retry, never a wrong sale.
FRESH_SECONDS = 1.0
PLANS_MAX = 512


async def read_plan(deps: Deps, *, event_id: str, fresh: bool = False) -> SalePlan:
    """Return the plan of an event. Raises `EventNotFound` where it was never published.

    `fresh` asks PostgreSQL even where this process read it within the last second.
    """
    known = deps.plans.get(event_id)
    if known is not None and not fresh and _seconds() - known[0] < FRESH_SECONDS:
        return known[1]
    return await deps.plan_reads.run(event_id, lambda: _read(deps, event_id))


async def _read(deps: Deps, event_id: str) -> SalePlan:
    async with deps.pool.connection() as conn:
        sale = await read_sale(conn, event_id)
    if sale is None:
        raise EventNotFound(event_id)
    known = deps.plans.get(event_id)
    if known is not None and (known[1].terms.revision, known[1].issued_layout) == (sale.revision, sale.layout):
        plan = known[1]
    else:
        plan = SalePlan(sale.terms, await _floor(deps, sale.terms.seat_map_id), sale.layout)
    if len(deps.plans) >= PLANS_MAX:
        deps.plans.pop(next(iter(deps.plans)))
    deps.plans[event_id] = (_seconds(), plan)
    return plan


def _seconds() -> float:
    return asyncio.get_running_loop().time()


async def _floor(deps: Deps, seat_map_id: str | None) -> Floor:
    if seat_map_id is None:
        return EMPTY_FLOOR
    floor = deps.floors.get(seat_map_id)
    if floor is None:
        floor = deps.floors[seat_map_id] = build_floor(await deps.read_seat_map(seat_map_id))
    return floor
