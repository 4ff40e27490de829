"""Change seats, or the price of a level, at a moment: an organizer schedules it, and a job does it once, or
it is cancelled before."""

from datetime import datetime

from msgspec import Struct

from admitone.booking.domain.level_prices import LevelPrice, NewPrice, check_prices
from admitone.booking.domain.sale_plan import SalePlan
from admitone.booking.domain.scheduled_changes import ScheduledChange
from admitone.booking.domain.seat_change_refusals import (
    SCHEDULED_MAX,
    ScheduledChangeEnded,
    ScheduledChangeNotFound,
    TooManyScheduled,
)
from admitone.booking.domain.seat_changes import NO_HOLD, ChangedPart, SeatAct, group
from admitone.booking.store import scheduled_seat_changes as store
from admitone.booking.store.hold_backs import list_holds
from admitone.booking.usecases.organizer_deps import OrganizerDeps
from admitone.booking.usecases.projection.sale_plan import check_own_event
from admitone.booking.usecases.seats.changing_terms import check_accessible, check_repriced, target_level
from admitone.booking.usecases.seats.moving import level_repriced_to, read_issued_plan
from admitone.kit.ids import derived_id
from admitone.kit.postgres import Connection
from admitone.kit.refusal import InvalidBody
from admitone.organizers.contracts import Identity

MAKE_JOB = "booking.make_scheduled_seat_change"
DAYS_AHEAD_MAX = 800
SHOWN_MAX = SCHEDULED_MAX + 20


class ScheduleRequest(Struct, frozen=True):
    """`price_level_id`: of a reprice; None: the level of the seats' category. `price`: of a set price."""

    act: SeatAct
    seats: tuple[str, ...]
    due_at: datetime
    price_level_id: str | None = None
    price: LevelPrice | None = None


async def schedule_seat_change(
    deps: OrganizerDeps, *, identity: Identity, event_id: str, request: ScheduleRequest, request_key: str | None
) -> tuple[ScheduledChange, SalePlan]:
    """Store the change and the job that makes it, once for each `request_key`; return it, and the plan of its seats.

    Seats that the act would not change now are left out. Raises `EventNotFound` (also another organization's),
    `UnknownSeat`, `UnknownPriceLevel`, `InvalidBody`, `TooManyScheduled`.
    """
    now = deps.booking.now()
    async with deps.booking.pool.connection() as conn:
        await check_own_event(conn, identity.organization_id, event_id)
    plan = await read_issued_plan(deps.booking, event_id)
    _check_due(request.due_at, now)
    level_id = request.price_level_id
    async with deps.booking.pool.connection() as conn, conn.transaction():
        parts = await _parts(conn, plan, request)
        scheduled = ScheduledChange(
            id=derived_id("ssc", event_id, request_key),
            event_id=event_id,
            organization_id=identity.organization_id,
            seat_map_id=plan.terms.seat_map_id or "",
            act=request.act,
            price_level_id=level_id,
            parts=parts,
            price=request.price,
            due_at=request.due_at,
            scheduled_by=identity.actor_id,
            scheduled_by_kind=identity.actor_kind.value,
            scheduled_by_name=identity.actor_name,
            scheduled_at=now,
        )
        if await store.insert_scheduled(conn, scheduled, most=SCHEDULED_MAX):
            wait = max((request.due_at - now).total_seconds(), 0.001)
            await deps.booking.defer(conn, MAKE_JOB, wait_seconds=wait, scheduled_id=scheduled.id)
        elif (known := await store.read_scheduled(conn, scheduled.id)) is not None:
            scheduled = known
        else:
            raise TooManyScheduled
    return scheduled, plan


async def cancel_scheduled_change(
    deps: OrganizerDeps, *, organization_id: str, event_id: str, scheduled_id: str, by_name: str
) -> ScheduledChange:
    """Return the cancelled change.

    Raises `ScheduledChangeNotFound` (also another organization's), `ScheduledChangeEnded`.
    """
    async with deps.booking.pool.connection() as conn:
        is_cancelled = await store.cancel_scheduled(
            conn, organization_id, event_id, scheduled_id, by_name=by_name, at=deps.booking.now()
        )
        found = await store.read_own_scheduled(conn, organization_id, event_id, scheduled_id)
    if found is None:
        raise ScheduledChangeNotFound
    if not is_cancelled:
        raise ScheduledChangeEnded
    return found


async def list_scheduled_changes(
    deps: OrganizerDeps, *, organization_id: str, event_id: str
) -> tuple[list[ScheduledChange], SalePlan]:
    """Return those to come, the next first, then those that ended, the newest first; and the plan of their seats.

    Raises `EventNotFound` (also another organization's, or a draft's).
    """
    async with deps.booking.pool.connection() as conn:
        await check_own_event(conn, organization_id, event_id)
        scheduled = await store.list_scheduled(conn, organization_id, event_id, SHOWN_MAX)
    return scheduled, await read_issued_plan(deps.booking, event_id)


async def read_scheduled_change(
    deps: OrganizerDeps, *, organization_id: str, event_id: str, scheduled_id: str
) -> tuple[ScheduledChange, SalePlan]:
    """Return one scheduled change, and the plan of its seats. Raises `ScheduledChangeNotFound` (also another
    organization's)."""
    async with deps.booking.pool.connection() as conn:
        scheduled = await store.read_own_scheduled(conn, organization_id, event_id, scheduled_id)
    if scheduled is None:
        raise ScheduledChangeNotFound
    return scheduled, await read_issued_plan(deps.booking, event_id)


def _check_due(due_at: datetime, now: datetime) -> None:
    if due_at <= now:
        raise InvalidBody([("/due_at", "This moment has passed.")])
    if (due_at - now).days > DAYS_AHEAD_MAX:
        raise InvalidBody([("/due_at", f"Name a moment within {DAYS_AHEAD_MAX} days.")])


async def _parts(conn: Connection, plan: SalePlan, request: ScheduleRequest) -> tuple[ChangedPart, ...]:
    """Return the seats that the act would change, with what they are now; none of a price."""
    if request.act is SeatAct.SET_PRICE:
        _check_price(plan, request)
        return ()
    if request.price is not None:
        raise InvalidBody([("/price", "Only a set_price has a price.")])
    if not request.seats:
        raise InvalidBody([("/seats", "Name at least one seat.")])
    indexes = plan.seat_indexes(request.seats)
    match request.act:
        case SeatAct.RELEASE:
            holds = await list_holds(conn, plan.terms.event_id)
            held = {index: (None if hold == NO_HOLD else hold, None) for index, hold in holds.items()}
            found, none = group([index for index in indexes if index in held], held), "is held back"
        case SeatAct.OPEN_TO_ALL:
            (accessible,) = check_accessible(plan, {"/seats": request.seats})
            found, none = group(set(accessible) - plan.released, {}), "is reserved"
        case SeatAct.REPRICE:
            faults = check_repriced(plan, request.price_level_id, request.seats, "/seats")
            if faults:
                raise InvalidBody(faults)
            was = {index: (None, level_repriced_to(plan, index)) for index in indexes}
            moved = [i for i in indexes if was[i][1] != target_level(plan, i, request.price_level_id)]
            found, none = group(moved, was), "has another price level now"
        case _:
            raise InvalidBody([("/act", "Only release, reprice, open_to_all and set_price can be scheduled.")])
    if not found:
        raise InvalidBody([("/seats", f"None of these seats {none}: nothing would change.")])
    return found


def _check_price(plan: SalePlan, request: ScheduleRequest) -> None:
    """Raises `UnknownPriceLevel`, `InvalidBody`. The price may be that of today: another may be scheduled before."""
    if request.seats:
        raise InvalidBody([("/seats", "The price of a whole level names no seats.")])
    if request.price_level_id is None:
        raise InvalidBody([("/price_level_id", "Name the price level.")])
    if request.price is None:
        raise InvalidBody([("/price", "Name the price.")])
    check_prices(plan, [NewPrice(request.price_level_id, request.price)])
