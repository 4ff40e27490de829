"""Undo what an organizer did with seats, except seats that a buyer has or that were changed since; or with the price of
a level."""

from collections import defaultdict
from collections.abc import Mapping

from msgspec import Struct

from admitone.booking.domain.level_prices import PriceChange, price_of
from admitone.booking.domain.sale_plan import SalePlan
from admitone.booking.domain.seat_change_refusals import PriceChanged, SeatChangeNotFound, SeatChangeUndone
from admitone.booking.domain.seat_changes import (
    INVERSE,
    NO_HOLD,
    TERMS_ACTS,
    ChangedPart,
    LeftAlone,
    Maker,
    SeatAct,
    SeatChange,
    undo_of,
)
from admitone.booking.store import seat_changes as store
from admitone.booking.usecases.organizer_deps import OrganizerDeps
from admitone.booking.usecases.projection.sale_plan import check_own_event
from admitone.booking.usecases.projection.showing import publish_seat_states
from admitone.booking.usecases.seats.changing_terms import TermsChange, change_of_parts, change_terms, check_unchanged
from admitone.booking.usecases.seats.moving import SeatWork, defer_shown, read_issued_plan, read_seats_now
from admitone.kit.postgres import Connection

CHANGES_SHOWN = 20


class Undone(Struct, frozen=True):
    """`act`: what was done to undo it. `seats`: ids of those that got back what they were. `left_alone`: why → ids of
    those that stay as they are."""

    act: SeatAct
    seats: tuple[str, ...]
    left_alone: dict[LeftAlone, tuple[str, ...]]


async def list_seat_changes(
    deps: OrganizerDeps, *, organization_id: str, event_id: str
) -> tuple[list[SeatChange], SalePlan]:
    """Return the last changes of an event, the newest first, and the plan that names their seats.

    Raises `EventNotFound` (also another organization's, or a draft's).
    """
    async with deps.booking.pool.connection() as conn:
        await check_own_event(conn, organization_id, event_id)
        changes = await store.list_changes(conn, organization_id, event_id, CHANGES_SHOWN)
    return changes, await read_issued_plan(deps.booking, event_id)


async def read_seat_change(
    deps: OrganizerDeps, *, organization_id: str, event_id: str, change_id: str
) -> tuple[SeatChange, SalePlan]:
    """Return one change, and the plan that names its seats. Raises `SeatChangeNotFound` (also another
    organization's)."""
    async with deps.booking.pool.connection() as conn:
        change = await store.read_change(conn, organization_id, event_id, change_id)
    if change is None:
        raise SeatChangeNotFound
    return change, await read_issued_plan(deps.booking, event_id)


async def undo_seat_change(
    deps: OrganizerDeps, *, organization_id: str, event_id: str, change_id: str, made_by: Maker
) -> Undone:
    """Give the seats of a change back what they were. A change of which no seat can be undone stays as it is.

    Raises `SeatChangeNotFound` (also another organization's), `SeatChangeUndone`, `PriceChanged` (a price that was
    changed again), `Busy`.
    """
    async with deps.booking.pool.connection() as conn, conn.transaction():
        change = await store.lock_change(conn, organization_id, event_id, change_id)
    if change is None:
        raise SeatChangeNotFound
    if change.undone_at is not None:
        raise SeatChangeUndone
    plan = await read_issued_plan(deps.booking, event_id)
    work = SeatWork(organization_id, event_id, change.seat_map_id, made_by, deps.booking.now())
    if change.price is not None:
        await _undo_price(deps, work, plan, change, change.price)
        return Undone(INVERSE[change.act], (), {})
    if plan.terms.seat_map_id != change.seat_map_id:  # the indexes name other seats now
        return Undone(INVERSE[change.act], (), {LeftAlone.CHANGED: ()})
    undo = _undo_terms if change.act in TERMS_ACTS else _undo_move
    parts, left = await undo(deps, work, plan, change)
    ids = [seat.id for seat in plan.seat_index.seats]
    undone = tuple(ids[index] for part in parts for index in part.indexes)
    return Undone(INVERSE[change.act], undone, by_reason(left, ids))


def by_reason(left: Mapping[int, LeftAlone], seat_ids: list[str]) -> dict[LeftAlone, tuple[str, ...]]:
    """Return why → ids of the seats that are left alone for it."""
    found: dict[LeftAlone, list[str]] = defaultdict(list)
    for index, reason in sorted(left.items()):
        found[reason].append(seat_ids[index])
    return {reason: tuple(seats) for reason, seats in found.items()}


Outcome = tuple[list[ChangedPart], dict[int, LeftAlone]]


async def _undo_move(deps: OrganizerDeps, work: SeatWork, plan: SalePlan, change: SeatChange) -> Outcome:
    """Release what was held back, or hold back again what was released: as it was held back before."""
    moved: dict[int, bool] = {}
    async with deps.booking.pool.connection() as conn, conn.transaction():
        await _check_not_undone(conn, work, change)
        parts, left = undo_of(change, await read_seats_now(conn, plan, change.indexes))
        for part in parts:
            if change.act is SeatAct.HOLD_BACK:
                moved |= (await work.put_on_sale(conn, part.indexes))[0]
            else:
                moved |= await work.take_off_sale(conn, part.indexes, part.hold or NO_HOLD)
        await _mark_undone(conn, work, change, parts)
        await defer_shown(deps.booking, conn, work.event_id, moved)
    if moved:
        await publish_seat_states(deps.booking, event_id=work.event_id, indexes=list(moved))
    return parts, left


async def _undo_terms(deps: OrganizerDeps, work: SeatWork, plan: SalePlan, change: SeatChange) -> Outcome:
    """Give seats back their price levels, or accessible ones back to who needs them or to everybody."""
    outcome: Outcome = ([], {})

    async def decide(current: SalePlan) -> TermsChange:
        nonlocal outcome
        async with deps.booking.pool.connection() as conn, conn.transaction():
            outcome = undo_of(change, await read_seats_now(conn, current, change.indexes))
        parts = _with_level(current, *outcome)

        async def record(conn: Connection) -> None:
            await _check_not_undone(conn, work, change)
            check_unchanged(parts, undo_of(change, await read_seats_now(conn, current, change.indexes))[1])
            await _mark_undone(conn, work, change, parts)

        moves = {index: part.price_level_id for part in parts for index in part.indexes}
        return change_of_parts(current, INVERSE[change.act], parts, record, moves=moves)

    await change_terms(deps, organization_id=work.organization_id, plan=plan, decide=decide)
    return outcome


async def _undo_price(
    deps: OrganizerDeps, work: SeatWork, plan: SalePlan, change: SeatChange, price: PriceChange
) -> None:
    """Give a price level back the price that it had. Raises `PriceChanged` where it is not as the change left it."""
    level_id = change.price_level_id or ""

    async def decide(current: SalePlan) -> TermsChange:
        async with deps.booking.pool.connection() as conn, conn.transaction():
            await _check_not_undone(conn, work, change)
        if level_id not in current.levels or price_of(current, level_id) != price.after:
            raise PriceChanged

        async def record(conn: Connection) -> None:
            await _check_not_undone(conn, work, change)
            await store.mark_undone(conn, change.id, by_name=work.maker.name, at=work.at)

        return TermsChange(record, prices={level_id: PriceChange(price.after, price.before)})

    await change_terms(deps, organization_id=work.organization_id, plan=plan, decide=decide)


def _with_level(plan: SalePlan, parts: list[ChangedPart], left: dict[int, LeftAlone]) -> list[ChangedPart]:
    """Move the seats whose former price level was removed since to those that are left alone; return the other
    parts."""
    for part in [part for part in parts if part.price_level_id not in {None, *plan.levels}]:
        parts.remove(part)
        left |= dict.fromkeys(part.indexes, LeftAlone.CHANGED)
    return parts


async def _check_not_undone(conn: Connection, work: SeatWork, change: SeatChange) -> None:
    """Wait for another undo of the same change. Raises `SeatChangeUndone` where there was one."""
    now = await store.lock_change(conn, work.organization_id, work.event_id, change.id)
    if now is None or now.undone_at is not None:
        raise SeatChangeUndone


async def _mark_undone(conn: Connection, work: SeatWork, change: SeatChange, parts: list[ChangedPart]) -> None:
    """Record that a change was undone, where any of its seats was."""
    if parts:
        await store.mark_undone(conn, change.id, by_name=work.maker.name, at=work.at)
