"""Make a scheduled change of seats or of a price: once, in the transaction that ends it, whatever runs twice or dies.

A seat that a buyer has, or that was changed since the change was scheduled, stays as it is, and is named. A price is
set whatever the level costs by then.
"""

from collections import defaultdict

from admitone.booking.domain.level_prices import LevelPrice, NewPrice
from admitone.booking.domain.refusals import EventNotFound, UnknownPriceLevel
from admitone.booking.domain.sale_plan import SalePlan
from admitone.booking.domain.scheduled_changes import ScheduledChange, ScheduledState
from admitone.booking.domain.seat_change_refusals import ScheduledChangeEnded
from admitone.booking.domain.seat_changes import TERMS_ACTS, ChangedPart, LeftAlone, Maker, SeatAct, due_of, group
from admitone.booking.store import scheduled_seat_changes as store
from admitone.booking.usecases.organizer_deps import OrganizerDeps
from admitone.booking.usecases.projection.showing import publish_seat_states
from admitone.booking.usecases.scheduled_seat_changes import MAKE_JOB
from admitone.booking.usecases.seats.changing_prices import set_prices
from admitone.booking.usecases.seats.changing_terms import (
    TermsChange,
    change_of_parts,
    change_terms,
    check_unchanged,
    target_level,
)
from admitone.booking.usecases.seats.moving import SeatWork, defer_shown, read_issued_plan, read_seats_now
from admitone.kit.postgres import Connection
from admitone.organizers.contracts import ActorKind, Identity, Role

Outcome = tuple[list[ChangedPart], dict[int, LeftAlone]]
AUDIT_ACTION = "makeScheduledSeatChange"


async def make_scheduled_change(deps: OrganizerDeps, *, scheduled_id: str, is_last_attempt: bool = False) -> None:
    """Make a change that is due. One that ended is not made again; one that is not due yet waits on. One whose event or
    price level is gone, or whose last attempt fails, is recorded as failed. Raises `Busy`."""
    async with deps.booking.pool.connection() as conn:
        scheduled = await store.read_scheduled(conn, scheduled_id)
    if scheduled is None or scheduled.state is not ScheduledState.SCHEDULED:
        return
    now = deps.booking.now()
    if now < scheduled.due_at:  # the clock of the queue is ahead
        wait = max((scheduled.due_at - now).total_seconds(), 0.001)
        async with deps.booking.pool.connection() as conn, conn.transaction():
            await deps.booking.defer(conn, MAKE_JOB, wait_seconds=wait, scheduled_id=scheduled_id)
        return
    try:
        await _make(deps, scheduled)
    except (EventNotFound, UnknownPriceLevel):
        await _fail(deps, scheduled)
    except Exception:
        if is_last_attempt:
            await _fail(deps, scheduled)
        raise


async def _make(deps: OrganizerDeps, scheduled: ScheduledChange) -> None:
    plan = await read_issued_plan(deps.booking, scheduled.event_id)
    maker = Maker(scheduled.scheduled_by, scheduled.scheduled_by_name)
    work = SeatWork(scheduled.organization_id, scheduled.event_id, scheduled.seat_map_id, maker, deps.booking.now())
    try:
        if scheduled.price is not None:
            await _set_price(deps, work, plan, scheduled, scheduled.price)
        elif scheduled.act in TERMS_ACTS:
            await _change_terms(deps, work, plan, scheduled)
        else:
            await _release(deps, work, plan, scheduled)
    except ScheduledChangeEnded:
        return  # another run made it, or it was cancelled at this moment: nothing of this run stays


async def _fail(deps: OrganizerDeps, scheduled: ScheduledChange) -> None:
    async with deps.booking.pool.connection() as conn:
        await store.fail_scheduled(conn, scheduled.id, at=deps.booking.now())


async def _release(deps: OrganizerDeps, work: SeatWork, plan: SalePlan, scheduled: ScheduledChange) -> None:
    async with deps.booking.pool.connection() as conn, conn.transaction():
        parts, left = await _sift(conn, plan, scheduled)
        moved, released = await work.put_on_sale(conn, [index for part in parts for index in part.indexes])
        if released:
            await work.record(conn, deps.booking, SeatAct.RELEASE, released)
        await _end(deps, conn, work, scheduled, left)
        await defer_shown(deps.booking, conn, work.event_id, moved)
    if moved:
        await publish_seat_states(deps.booking, event_id=work.event_id, indexes=list(moved))


async def _change_terms(deps: OrganizerDeps, work: SeatWork, plan: SalePlan, scheduled: ScheduledChange) -> None:
    async def decide(current: SalePlan) -> TermsChange:
        async with deps.booking.pool.connection() as conn, conn.transaction():
            parts, left = await _sift(conn, current, scheduled)
        indexes = [index for part in parts for index in part.indexes]
        moves = {index: target_level(current, index, scheduled.price_level_id) for index in indexes}

        async def record(conn: Connection) -> None:
            check_unchanged(parts, (await _sift(conn, current, scheduled))[1])
            for level_id in dict.fromkeys(moves.values()) if scheduled.act is SeatAct.REPRICE else [None]:
                was = {i: (None, part.price_level_id) for part in parts for i in part.indexes if moves[i] == level_id}
                if scheduled.act is not SeatAct.REPRICE:
                    was = dict.fromkeys(indexes, (None, None))
                if was:
                    await work.record(conn, deps.booking, scheduled.act, group(was, was), level_id)
            await _end(deps, conn, work, scheduled, left)

        return change_of_parts(current, scheduled.act, parts, record, moves=moves)

    await change_terms(deps, organization_id=work.organization_id, plan=plan, decide=decide)


async def _set_price(
    deps: OrganizerDeps, work: SeatWork, plan: SalePlan, scheduled: ScheduledChange, price: LevelPrice
) -> None:
    async def end(conn: Connection) -> None:
        await _end(deps, conn, work, scheduled, {})

    await set_prices(deps, work, plan=plan, wanted=[NewPrice(scheduled.price_level_id or "", price)], also=end)


async def _sift(conn: Connection, plan: SalePlan, scheduled: ScheduledChange) -> Outcome:
    """Return the seats to change, and why each other one is left alone."""
    is_level_gone = scheduled.price_level_id is not None and scheduled.price_level_id not in plan.levels
    if is_level_gone or plan.terms.seat_map_id != scheduled.seat_map_id:
        return [], dict.fromkeys(scheduled.indexes, LeftAlone.CHANGED)
    return due_of(scheduled.act, scheduled.parts, await read_seats_now(conn, plan, scheduled.indexes))


async def _end(
    deps: OrganizerDeps, conn: Connection, work: SeatWork, scheduled: ScheduledChange, left: dict[int, LeftAlone]
) -> None:
    """Record that it was made, and write the entry of the audit trail. Raises `ScheduledChangeEnded`, which undoes the
    transaction, where it was made or cancelled before."""
    left_alone: dict[LeftAlone, list[int]] = defaultdict(list)
    for index, reason in sorted(left.items()):
        left_alone[reason].append(index)
    if not await store.end_scheduled(conn, scheduled.id, at=work.at, left_alone=left_alone):
        raise ScheduledChangeEnded
    kind = ActorKind(scheduled.scheduled_by_kind)
    person = Identity(work.organization_id, Role.MANAGER, work.maker.id, kind, work.maker.name)
    subject = f"events/{work.event_id}/scheduled-seat-changes/{scheduled.id}"
    done: dict[str, object] = {"act": scheduled.act.value, "seats": len(scheduled.indexes), "left_alone": len(left)}
    if scheduled.price is not None:
        done = {"act": scheduled.act.value, "price_level_id": scheduled.price_level_id, "price": scheduled.price}
    await deps.record_for_person(conn, person, AUDIT_ACTION, subject, done)
