"""Keep the counts that lists show, for the events that are being sold."""

from collections import Counter

import msgspec

from admitone.booking.contracts import NoticeKind, SeatSnapshot
from admitone.booking.domain.notices import notice
from admitone.booking.domain.sale_plan import SalePlan
from admitone.booking.store.inventory import count_available as store_count
from admitone.booking.store.inventory import record_sold_out
from admitone.booking.usecases.deps import Deps
from admitone.booking.usecases.read_sale_plan import read_sale_plan
from admitone.kit.postgres import Connection


async def count_available(deps: Deps, *, counted: dict[str, int]) -> None:
    """Count every loaded event whose version moved; `counted` (event → version) is the caller's memory."""
    for event_id in await deps.locks.active_events():
        snapshot = await deps.locks.snapshot(event_id)
        if snapshot is None or counted.get(event_id) == snapshot.version:
            continue
        plan = await read_sale_plan(deps, event_id=event_id)
        sections = available_by_section(plan, snapshot)
        available = sum(sections.values())
        async with deps.pool.connection() as conn, conn.transaction():
            await store_count(conn, event_id, available, sections)
            if available == 0 and "h" not in snapshot.states:
                await _record_sold_out(deps, conn, plan)
        counted[event_id] = snapshot.version


async def _record_sold_out(deps: Deps, conn: Connection, plan: SalePlan) -> None:
    """Tell the followers, once, when nothing is left that could come back by itself: held places are not sold."""
    sold_out_at = await record_sold_out(conn, plan.terms.event_id)
    if sold_out_at is not None:
        await deps.defer(
            conn,
            "booking.publish_notice",
            notice=msgspec.to_builtins(notice(plan.terms, NoticeKind.SOLD_OUT)),
            notice_id=f"sold_out:{sold_out_at.isoformat()}",
        )


def available_by_section(plan: SalePlan, snapshot: SeatSnapshot) -> dict[str, int]:
    """Section id → places that can be had now, 0 included."""
    sections: Counter[str] = Counter(dict.fromkeys(plan.sections, 0))
    for seat, state in zip(plan.seat_index.seats, snapshot.states, strict=True):
        if state == "a":
            sections[seat.section_id] += 1
    return dict(sections) | {area_id: count.available for area_id, count in snapshot.areas.items()}
