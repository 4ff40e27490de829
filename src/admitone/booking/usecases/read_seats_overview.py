"""Show an organizer how the places of an event stand: held back and why, repriced, and counted by price level."""

from collections import Counter
from datetime import datetime, timedelta

from msgspec import Struct

from admitone.booking.domain.seat_changes import Hold
from admitone.booking.store.hold_back_reasons import count_levels
from admitone.booking.store.hold_backs import list_holds
from admitone.booking.store.inventory import read_places_at
from admitone.booking.store.organizer_inventory import count_checkouts, sum_recent
from admitone.booking.usecases.hold_back_seats import HeldBack, HoldBack, hold_back_seats
from admitone.booking.usecases.organizer_deps import OrganizerDeps
from admitone.booking.usecases.projection.sale_plan import read_sale_plan
from admitone.booking.usecases.summarize_sales import STATES
from admitone.kit.postgres import Connection

STEP = timedelta(minutes=5)
STEPS = 12
MINUTE = timedelta(minutes=1)
MINUTES = 60


class LevelPlaces(Struct, frozen=True):
    """How many places of a price level are in each state (`STATES`)."""

    price_level_id: str
    name: str
    places: dict[str, int]


class RecentSales(Struct, frozen=True):
    """Confirmed in the step of time from `starts_at`, as they were then."""

    starts_at: datetime
    bookings: int
    tickets: int
    total: int


class Funnel(Struct, frozen=True):
    """Online bookings: all of them, each of which began as a hold; those for which a payment was begun; those
    bought."""

    held: int
    paid_for: int
    bought: int


class SeatsOverview(Struct, frozen=True):
    """`reasons`: reason → ids of seats held back for it. `holds`: how seats are held back, and their ids; first those
    held back last. `recent` and `minutes`: the last hour, without gaps."""

    held_back: HeldBack
    reasons: dict[str, tuple[str, ...]]
    holds: tuple[tuple[Hold, tuple[str, ...]], ...]
    levels: tuple[LevelPlaces, ...]
    recent: tuple[RecentSales, ...]
    minutes: tuple[RecentSales, ...]
    funnel: Funnel
    currency: str


async def read_seats_overview(deps: OrganizerDeps, *, organization_id: str, event_id: str) -> SeatsOverview:
    """Raises `EventNotFound` (also another organization's, or a draft's)."""
    held_back = await hold_back_seats(deps, organization_id=organization_id, event_id=event_id, request=HoldBack())
    plan = await read_sale_plan(deps.booking, event_id=event_id, fresh=True)
    now = deps.booking.now()
    repriced = sorted(plan.level_of_repriced)
    async with deps.booking.pool.connection() as conn:
        holds = await list_holds(conn, event_id)
        counted = await count_levels(conn, event_id, without=repriced)
        moved = await read_places_at(conn, event_id, repriced)
        recent, minutes = [
            await _steps(conn, organization_id, event_id, now=now, step=step, count=count)
            for step, count in ((STEP, STEPS), (MINUTE, MINUTES))
        ]
        funnel = Funnel(**await count_checkouts(conn, organization_id, event_id))
    places: dict[str, Counter[str]] = {level_id: Counter() for level_id in plan.levels}
    for level_id, state, count in counted:
        if level_id in places:
            places[level_id][STATES[state]] += count
    for row in moved:
        places[plan.level_of_repriced[row["index"]].id][STATES[row["state"]]] += 1
    seat_ids = [seat.id for seat in plan.seat_index.seats]
    return SeatsOverview(
        held_back=held_back,
        reasons=_by_reason(holds, seat_ids),
        holds=_by_hold(holds, seat_ids),
        levels=tuple(
            LevelPlaces(level.id, level.name, {state: places[level.id][state] for state in STATES.values()})
            for level in plan.terms.price_levels
        ),
        recent=recent,
        minutes=minutes,
        funnel=funnel,
        currency=plan.terms.currency,
    )


async def _steps(
    conn: Connection, organization_id: str, event_id: str, *, now: datetime, step: timedelta, count: int
) -> tuple[RecentSales, ...]:
    """Return the last `count` steps of time; the last one has begun."""
    first = now - (now - datetime.min.replace(tzinfo=now.tzinfo)) % step - (count - 1) * step
    rows = {row["step"]: row for row in await sum_recent(conn, organization_id, event_id, since=first, step=step)}
    return tuple(_recent(first + number * step, rows.get(first + number * step)) for number in range(count))


def _by_reason(holds: dict[int, Hold], seat_ids: list[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for index, hold in holds.items():
        if index < len(seat_ids) and hold.reason is not None:
            found.setdefault(hold.reason, []).append(seat_ids[index])
    return {reason: tuple(seats) for reason, seats in sorted(found.items())}


def _by_hold(holds: dict[int, Hold], seat_ids: list[str]) -> tuple[tuple[Hold, tuple[str, ...]], ...]:
    found: dict[Hold, list[str]] = {}
    for index, hold in holds.items():
        if index < len(seat_ids):
            found.setdefault(hold, []).append(seat_ids[index])
    newest = sorted(found, key=lambda hold: hold.held_at.timestamp() if hold.held_at else 0, reverse=True)
    return tuple((hold, tuple(found[hold])) for hold in newest)


def _recent(starts_at: datetime, row: dict[str, int] | None) -> RecentSales:
    if row is None:
        return RecentSales(starts_at, 0, 0, 0)
    return RecentSales(starts_at, row["bookings"], row["tickets"], row["total"])
