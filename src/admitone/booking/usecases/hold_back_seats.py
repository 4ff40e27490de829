"""The organizer holds places back, puts them on sale, reprices and releases accessible ones for general sale, and sets
the prices of levels, while buyers watch."""

from collections.abc import Sequence

from msgspec import Struct

from admitone.booking.domain.inventory import FREE, HELD_BACK
from admitone.booking.domain.level_prices import NewPrice
from admitone.booking.domain.sale_plan import SalePlan
from admitone.booking.domain.seat_changes import UNKNOWN_MAKER, ChangedPart, Hold, Maker, SeatAct, SeatChange, group
from admitone.booking.store import organizer_inventory as store
from admitone.booking.store.hold_backs import lock_seats
from admitone.booking.store.inventory import read_places_at
from admitone.booking.usecases.organizer_deps import OrganizerDeps
from admitone.booking.usecases.projection.sale_plan import check_own_event
from admitone.booking.usecases.projection.showing import publish_seat_states
from admitone.booking.usecases.seats.changing_prices import set_prices
from admitone.booking.usecases.seats.changing_terms import (
    TermsChange,
    change_terms,
    check_accessible,
    check_repriced,
    target_level,
)
from admitone.booking.usecases.seats.moving import SeatWork, defer_shown, level_repriced_to, read_issued_plan
from admitone.kit.postgres import Connection
from admitone.kit.refusal import Fault, InvalidBody


class Reprice(Struct, frozen=True):
    """`price_level_id` None: the price of the seats' own category counts again."""

    price_level_id: str | None
    seats: tuple[str, ...]


class HoldBack(Struct, frozen=True):
    """Seat ids to take off sale and to put back; `areas`: (section id, how many of its places are held back then).

    `reprice`: (price level id, seat ids) that are sold at this level from now on; None: at their category's again.
    `open_to_all`: wheelchair places and companion seats released for general sale; `keep`: those reserved again.
    `reason` and `held_for`: why and for whom the seats of `hold_back` are held back. `prices`: of whole levels.
    """

    hold_back: tuple[str, ...] = ()
    release: tuple[str, ...] = ()
    areas: tuple[tuple[str, int], ...] = ()
    reprice: tuple[Reprice, ...] = ()
    open_to_all: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    reason: str | None = None
    held_for: str | None = None
    prices: tuple[NewPrice, ...] = ()


class HeldBack(Struct, frozen=True):
    """After it: ids of all held back seats, section id → places; `taken`: requested seats that a buyer has.

    `repriced`: price level id → ids of all seats at this level whose category has another.
    `open_to_all`: ids of all wheelchair places and companion seats released for general sale.
    `changes`: what this request changed; `seat_ids`: by index, as the changes name seats.
    """

    seats: tuple[str, ...]
    areas: dict[str, int]
    taken: tuple[str, ...]
    repriced: dict[str, tuple[str, ...]]
    open_to_all: tuple[str, ...] = ()
    changes: tuple[SeatChange, ...] = ()
    seat_ids: tuple[str, ...] = ()


async def hold_back_seats(
    deps: OrganizerDeps, *, organization_id: str, event_id: str, request: HoldBack, made_by: Maker = UNKNOWN_MAKER
) -> HeldBack:
    """Move free places; a live hold wins, and is named. Held tickets keep the price of their hold.

    Raises `EventNotFound` (also another organization's), `UnknownSeat`, `UnknownSection`, `UnknownPriceLevel`,
    `InvalidBody` (a price for a seat that is not for sale, or in another currency; a release of a seat that is neither
    wheelchair place nor companion seat), `PriceChanged`.
    """
    async with deps.booking.pool.connection() as conn:
        await check_own_event(conn, organization_id, event_id)
    plan = await read_issued_plan(deps.booking, event_id)
    work = SeatWork(organization_id, event_id, plan.terms.seat_map_id or "", made_by, deps.booking.now())
    wanted, given = plan.seat_indexes(request.hold_back), plan.seat_indexes(request.release)
    areas = [(plan.area(section_id).id, count) for section_id, count in request.areas]
    changes: list[SeatChange] = []
    if request.prices:
        plan, changes = await set_prices(deps, work, plan=plan, wanted=request.prices)
    if request.reprice:
        plan = await _reprice_seats(deps, work, plan=plan, wanted=request.reprice, changes=changes)
    if request.open_to_all or request.keep:
        plan = await _open_seats(deps, work, plan=plan, request=request, changes=changes)
    async with deps.booking.pool.connection() as conn, conn.transaction():
        if given and wanted:  # in one order: another request may release what this one holds back
            await lock_seats(conn, event_id, sorted({*given, *wanted}))
        moved, parts = await work.put_on_sale(conn, given)
        if moved:
            changes.append(await work.record(conn, deps.booking, SeatAct.RELEASE, parts))
        hold = Hold(request.reason, request.held_for, made_by.id, made_by.name, work.at)
        moved_back = await work.take_off_sale(conn, wanted, hold)
        if moved_back:
            part = ChangedPart(tuple(sorted(moved_back)))
            changes.append(await work.record(conn, deps.booking, SeatAct.HOLD_BACK, [part]))
            moved |= moved_back
        for area_id, count in areas:
            moved |= await _move_area(conn, work, area_id, count)
        held_back = await _held_back(conn, plan, event_id, wanted, tuple(changes))
        await defer_shown(deps.booking, conn, event_id, moved)
    if moved:
        await publish_seat_states(deps.booking, event_id=event_id, indexes=list(moved))
    return held_back


async def _reprice_seats(
    deps: OrganizerDeps, work: SeatWork, *, plan: SalePlan, wanted: Sequence[Reprice], changes: list[SeatChange]
) -> SalePlan:
    """Sell seats at other price levels; return the plan after it.

    Raises `UnknownSeat`, `UnknownPriceLevel`, `InvalidBody` (a seat that is not for sale, or is named twice),
    `Busy` while others keep changing the event.
    """
    before = len(changes)

    async def decide(current: SalePlan) -> TermsChange:
        moves = _moves(current, wanted)

        async def record(conn: Connection) -> None:
            del changes[before:]
            for level_id in dict.fromkeys(moves.values()):
                changed = [i for i, to in moves.items() if to == level_id and level_repriced_to(current, i) != level_id]
                if changed:
                    parts = group(changed, {i: (None, level_repriced_to(current, i)) for i in changed})
                    changes.append(await work.record(conn, deps.booking, SeatAct.REPRICE, parts, level_id))

        return TermsChange(record, moves=moves)

    return await change_terms(deps, organization_id=work.organization_id, plan=plan, decide=decide)


def _moves(plan: SalePlan, wanted: Sequence[Reprice]) -> dict[int, str | None]:
    moves: dict[int, str | None] = {}
    faults: list[Fault] = []
    for i, reprice in enumerate(wanted):
        unsold = check_repriced(plan, reprice.price_level_id, reprice.seats, f"/reprice/{i}/seats")
        faults += unsold
        for j, seat_id in enumerate(reprice.seats):
            index = plan.seat_index.index_by_seat_id[seat_id]
            if index in moves:
                faults.append((f"/reprice/{i}/seats/{j}", "This seat is named twice."))
            else:
                moves[index] = target_level(plan, index, reprice.price_level_id)
    if faults:
        raise InvalidBody(faults)
    return moves


async def _open_seats(
    deps: OrganizerDeps, work: SeatWork, *, plan: SalePlan, request: HoldBack, changes: list[SeatChange]
) -> SalePlan:
    """Release wheelchair places and companion seats for general sale, or reserve them again; return the plan.

    Seats that are named in both are reserved. Holds and tickets do not change. Raises `UnknownSeat`,
    `InvalidBody` (a seat that is neither a wheelchair place nor a companion seat), `Busy` while others keep changing
    the event.
    """
    before = len(changes)

    async def decide(current: SalePlan) -> TermsChange:
        named = {"/open_to_all": request.open_to_all, "/keep": request.keep}
        to_open, to_keep = check_accessible(current, named)
        opened = current.released.union(to_open).difference(to_keep)

        async def record(conn: Connection) -> None:
            del changes[before:]
            for act, indexes in (
                (SeatAct.OPEN_TO_ALL, opened - current.released),
                (SeatAct.KEEP, current.released - opened),
            ):
                if indexes:
                    part = ChangedPart(tuple(sorted(indexes)))
                    changes.append(await work.record(conn, deps.booking, act, [part]))

        return TermsChange(record, opened=opened)

    return await change_terms(deps, organization_id=work.organization_id, plan=plan, decide=decide)


async def _move_area(conn: Connection, work: SeatWork, area_id: str, count: int) -> dict[int, bool]:
    """Hold `count` places of a section back: take free ones off sale, or put some back on sale."""
    states = await store.count_states(conn, work.event_id)
    now = sum(row["places"] for row in states if (row["area_id"], row["state"]) == (area_id, HELD_BACK))
    release = now > count
    state = HELD_BACK if release else FREE
    picked = await store.pick_area_places(conn, work.event_id, area_id, state, abs(count - now))
    return await work.move(conn, picked, release=release)


async def _held_back(
    conn: Connection, plan: SalePlan, event_id: str, wanted: Sequence[int], changes: tuple[SeatChange, ...]
) -> HeldBack:
    seats = plan.seat_index.seats
    areas = dict.fromkeys(plan.areas, 0)
    for row in await store.count_states(conn, event_id):
        if row["area_id"] in areas and row["state"] == HELD_BACK:
            areas[row["area_id"]] = row["places"]
    asked = await read_places_at(conn, event_id, wanted)
    return HeldBack(
        seats=tuple(seats[index].id for index in await store.list_held_back(conn, event_id) if index < len(seats)),
        areas=areas,
        taken=tuple(seats[row["index"]].id for row in asked if row["state"] in ("c", "s")),
        repriced=_repriced(plan),
        open_to_all=tuple(seats[index].id for index in sorted(plan.released)),
        changes=changes,
        seat_ids=tuple(seat.id for seat in seats),
    )


def _repriced(plan: SalePlan) -> dict[str, tuple[str, ...]]:
    seats_of: dict[str, list[str]] = {}
    for index, level in sorted(plan.level_of_repriced.items()):
        seats_of.setdefault(level.id, []).append(plan.seat_index.seats[index].id)
    return {level_id: tuple(seats) for level_id, seats in sorted(seats_of.items())}
