"""Keep the counts that lists show, for the events that are being sold."""

from collections import Counter

from admitone.booking.contracts import SeatSnapshot
from admitone.booking.domain.plan import SalePlan
from admitone.booking.store.sales import count_available as store_count
from admitone.booking.usecases.deps import Deps
from admitone.booking.usecases.read_plan import read_plan


async def count_available(deps: Deps, *, counted: dict[str, int]) -> None:
    """Count every loaded event whose version moved; `counted` (event → version) is the caller's memory."""
    for event_id in await deps.locks.active_events():
        snapshot = await deps.locks.snapshot(event_id)
        if snapshot is None or counted.get(event_id) == snapshot.version:
            continue
        plan = await read_plan(deps, event_id=event_id)
        sections = available_by_section(plan, snapshot)
        async with deps.pool.connection() as conn:
            await store_count(conn, event_id, sum(sections.values()), sections)
        counted[event_id] = snapshot.version


def available_by_section(plan: SalePlan, snapshot: SeatSnapshot) -> dict[str, int]:
    """Section id → places that can be had now, 0 included."""
    sections: Counter[str] = Counter(dict.fromkeys(plan.sections, 0))
    for seat, state in zip(plan.floor.seats, snapshot.states, strict=True):
        if state == "a":
            sections[seat.section_id] += 1
    return dict(sections) | {area_id: count.available for area_id, count in snapshot.areas.items()}
