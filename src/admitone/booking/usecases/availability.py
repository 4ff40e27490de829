"""The availability of events for lists and details: a word, and counts that are seconds old. Read, count and watch
them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec

from admitone.booking.contracts import NoticeKind, SeatSnapshot
from admitone.booking.domain.availability_word import availability_word
from admitone.booking.domain.notices import notice
from admitone.booking.domain.sale_plan import SalePlan
from admitone.booking.store import inventory as store
from admitone.booking.usecases.deps import Deps
from admitone.booking.usecases.projection.sale_plan import read_sale_plan
from admitone.catalogue.contracts import Availability
from admitone.kit.postgres import Connection, ReadPool

_OVERLAP = timedelta(seconds=30)
"""Reads overlap: another clock stamps the counts, and clocks jump. Reading a word twice changes nothing."""
_EVENTS_MAX = 100_000


@dataclass
class WordsSeen:
    """The caller's state between calls: the time of the last one, and the words that it read."""

    since: datetime
    words: dict[str, str] = field(default_factory=dict)


async def read_availability(
    deps: Deps, *, event_ids: Sequence[str], read_pool: ReadPool | None = None
) -> dict[str, Availability]:
    """Return the availability by event id; events that were never published are missing.

    `read_pool`: where it is only shown.
    """
    distinct = len(set(event_ids))
    rows = await (read_pool or ReadPool(deps.pool)).read(
        lambda conn: store.read_availability(conn, event_ids), is_enough=lambda found: len(found) == distinct
    )
    now = deps.now()
    return {row["event_id"]: _availability(row, now) for row in rows}


def _availability(row: store.Row, now: datetime) -> Availability:
    return Availability(
        event_id=row["event_id"],
        word=_word(row, now),
        available=row["available"],
        capacity=row["capacity"],
        by_section=row["sections"],
    )


async def count_available(deps: Deps, *, counted: dict[str, int]) -> None:
    """Count every loaded event whose version moved; the caller keeps `counted` (event → version) between calls."""
    for event_id in await deps.locks.active_events():
        snapshot = await deps.locks.snapshot(event_id)
        if snapshot is None or counted.get(event_id) == snapshot.version:
            continue
        plan = await read_sale_plan(deps, event_id=event_id)
        sections = available_by_section(plan, snapshot)
        available = sum(sections.values())
        levels = sold_out_levels(plan, snapshot)
        async with deps.pool.connection() as conn, conn.transaction():
            await store.count_available(conn, event_id, available, sections, sold_out_levels=levels)
            if available == 0 and "h" not in snapshot.states:
                await _record_sold_out(deps, conn, plan)
        counted[event_id] = snapshot.version


async def _record_sold_out(deps: Deps, conn: Connection, plan: SalePlan) -> None:
    """Announce it once when every place is sold; held places may return to sale."""
    sold_out_at = await store.record_sold_out(conn, plan.terms.event_id)
    if sold_out_at is not None:
        await deps.defer(
            conn,
            "booking.publish_notice",
            notice=msgspec.to_builtins(notice(plan.terms, NoticeKind.SOLD_OUT)),
            notice_id=f"sold_out:{sold_out_at.isoformat()}",
        )


def available_by_section(plan: SalePlan, snapshot: SeatSnapshot) -> dict[str, int]:
    """Return section id → places available now, 0 included."""
    sections: Counter[str] = Counter(dict.fromkeys(plan.sections, 0))
    for seat, state in zip(plan.seat_index.seats, snapshot.states, strict=True):
        if state == "a":
            sections[seat.section_id] += 1
    return dict(sections) | {area_id: count.available for area_id, count in snapshot.areas.items()}


def sold_out_levels(plan: SalePlan, snapshot: SeatSnapshot) -> list[str]:
    """Return the ids of the price levels that have places, and none of them available now."""
    placed: set[str | None] = set()
    free: set[str | None] = set()
    for area_id, count in snapshot.areas.items():
        level_id = plan.areas[area_id].price_level_id
        if count.capacity:
            placed.add(level_id)
        if count.available:
            free.add(level_id)
    placed.update(plan.level_ids)
    free.update(level_id for level_id, state in zip(plan.level_ids, snapshot.states, strict=True) if state == "a")
    return [level_id for level_id in plan.levels if level_id in placed - free]


async def read_sold_out_levels(deps: Deps, *, event_id: str, read_pool: ReadPool | None = None) -> list[str]:
    """Return the ids of the price levels of which no place was available seconds ago.

    `read_pool`: where it is only shown.
    """
    return await (read_pool or ReadPool(deps.pool)).read(lambda conn: store.read_sold_out_levels(conn, event_id))


async def detect_availability_changes(deps: Deps, *, seen: WordsSeen) -> bool:
    """Return whether the word of any event changed since the last call: then caches of lists are outdated.

    An event that is read for the first time counts as changed.
    """
    now = deps.now()
    async with deps.pool.connection() as conn:
        # After a clock has gone back, read again which sales opened or closed in the repeated time.
        since, until = min(seen.since, now), max(seen.since, now)
        rows = await store.read_touched_inventories(conn, since=since - _OVERLAP, until=until)
    words = {row["event_id"]: _word(row, now) for row in rows}
    changed = any(seen.words.get(event_id) != word for event_id, word in words.items())
    if len(seen.words) > _EVENTS_MAX:
        seen.words.clear()  # an event that is read again then counts as changed once
    seen.words |= words
    seen.since = now
    return changed


def _word(row: store.Row, now: datetime) -> str:
    return availability_word(
        is_open=row["open"],
        on_sale_at=row["on_sale_at"],
        off_sale_at=row["off_sale_at"],
        available=row["available"],
        capacity=row["capacity"],
        now=now,
    )
