"""The organizer holds places back, puts them on sale, reprices and releases accessible ones for general sale, while
buyers watch."""

from collections.abc import Awaitable, Callable, Sequence

from msgspec import Struct

from admitone.booking.domain.inventory import FREE, HELD_BACK
from admitone.booking.domain.refusals import EventNotFound, UnknownPriceLevel
from admitone.booking.domain.sale_plan import SalePlan
from admitone.booking.store import organizer_inventory as store
from admitone.booking.store.hold_back_reasons import write_reasons
from admitone.booking.store.inventory import read_places_at
from admitone.booking.usecases.checkout.ending import OFFER_JOB
from admitone.booking.usecases.organizer_deps import OrganizerDeps
from admitone.booking.usecases.projection.loading import load_inventory
from admitone.booking.usecases.projection.sale_plan import read_sale_plan
from admitone.booking.usecases.projection.showing import SHOW_PLACES_JOB, publish_seat_states
from admitone.kit.postgres import Connection
from admitone.kit.refusal import Busy, Fault, InvalidBody

# Another request may change the event between reading its plan and writing.
ATTEMPTS_MAX = 3


class Reprice(Struct, frozen=True):
    """`price_level_id` None: the price of the seats' own category counts again."""

    price_level_id: str | None
    seats: tuple[str, ...]


class HoldBack(Struct, frozen=True):
    """Seat ids to take off sale and to put back; `areas`: (section id, how many of its places are held back then).

    `reprice`: (price level id, seat ids) that are sold at this level from now on; None: at their category's again.
    `open_to_all`: wheelchair places and companion seats released for general sale; `keep`: those reserved again.
    `reason`: why the seats of `hold_back` are held back.
    """

    hold_back: tuple[str, ...] = ()
    release: tuple[str, ...] = ()
    areas: tuple[tuple[str, int], ...] = ()
    reprice: tuple[Reprice, ...] = ()
    open_to_all: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    reason: str | None = None


class HeldBack(Struct, frozen=True):
    """After it: ids of all held back seats, section id → places; `taken`: requested seats that a buyer has.

    `repriced`: price level id → ids of all seats at this level whose category has another.
    `open_to_all`: ids of all wheelchair places and companion seats released for general sale.
    """

    seats: tuple[str, ...]
    areas: dict[str, int]
    taken: tuple[str, ...]
    repriced: dict[str, tuple[str, ...]]
    open_to_all: tuple[str, ...] = ()


async def hold_back_seats(deps: OrganizerDeps, *, organization_id: str, event_id: str, request: HoldBack) -> HeldBack:
    """Move free places; a live hold wins, and is named. Held tickets keep the price of their hold.

    Raises `EventNotFound` (also another organization's), `UnknownSeat`, `UnknownSection`, `UnknownPriceLevel`,
    `InvalidBody` (a price for a seat that is not for sale; a release of a seat that is neither wheelchair place nor
    companion seat).
    """
    async with deps.booking.pool.connection() as conn:
        if await store.read_own_inventory(conn, organization_id, event_id) is None:
            raise EventNotFound(event_id)
    plan = await read_sale_plan(deps.booking, event_id=event_id, fresh=True)
    if plan.issued_digest is None or plan.is_inventory_outdated:
        await load_inventory(deps.booking, event_id=event_id)
    wanted, given = plan.seat_indexes(request.hold_back), plan.seat_indexes(request.release)
    areas = [(plan.area(section_id).id, count) for section_id, count in request.areas]
    if request.reprice:
        plan = await _reprice_seats(deps, organization_id=organization_id, plan=plan, wanted=request.reprice)
    if request.open_to_all or request.keep:
        plan = await _open_seats(
            deps, organization_id=organization_id, plan=plan, opened=request.open_to_all, kept=request.keep
        )
    async with deps.booking.pool.connection() as conn, conn.transaction():
        moved = await _move(conn, organization_id, event_id, given, release=True)
        moved_back = await _move(conn, organization_id, event_id, wanted, release=False)
        if moved_back:
            await write_reasons(conn, event_id, list(moved_back), request.reason)
        moved |= moved_back
        for area_id, count in areas:
            moved |= await _move_area(conn, organization_id, event_id, area_id, count)
        held_back = await _held_back(conn, plan, event_id, wanted)
        if moved:  # a job too: this process may die before it shows them
            await deps.booking.defer(conn, SHOW_PLACES_JOB, event_id=event_id, indexes=list(moved))
        if any(moved.values()):
            await deps.booking.defer(conn, OFFER_JOB, event_id=event_id)
    if moved:
        await publish_seat_states(deps.booking, event_id=event_id, indexes=list(moved))
    return held_back


async def _reprice_seats(
    deps: OrganizerDeps, *, organization_id: str, plan: SalePlan, wanted: Sequence[Reprice]
) -> SalePlan:
    """Sell seats at other price levels; return the plan after it.

    Holds keep their price. The claim refuses a checkout that was priced by the old terms, and it is priced again.

    Raises `UnknownSeat`, `UnknownPriceLevel`, `InvalidBody` (a seat that is not for sale, or is named twice),
    `Busy` while others keep changing the event.
    """

    async def change(current: SalePlan) -> bool:
        terms = current.terms
        return await deps.reprice_seats(organization_id, terms.event_id, terms.revision, _moves(current, wanted))

    return await _change_seats(deps, plan=plan, change=change)


def _moves(plan: SalePlan, wanted: Sequence[Reprice]) -> dict[int, str | None]:
    moves: dict[int, str | None] = {}
    faults: list[Fault] = []
    for i, reprice in enumerate(wanted):
        if reprice.price_level_id is not None and reprice.price_level_id not in plan.levels:
            raise UnknownPriceLevel(reprice.price_level_id)
        plan.seat_indexes(reprice.seats)
        for j, seat_id in enumerate(reprice.seats):
            index = plan.seat_index.index_by_seat_id[seat_id]
            own = plan.level_of_category.get(plan.seat_index.seats[index].category)
            if own is None:
                faults.append((f"/reprice/{i}/seats/{j}", "The category of this seat has no price: it is not sold."))
            elif index in moves:
                faults.append((f"/reprice/{i}/seats/{j}", "This seat is named twice."))
            else:
                moves[index] = None if own.id == reprice.price_level_id else reprice.price_level_id
    if faults:
        raise InvalidBody(faults)
    return moves


async def _open_seats(
    deps: OrganizerDeps, *, organization_id: str, plan: SalePlan, opened: Sequence[str], kept: Sequence[str]
) -> SalePlan:
    """Release wheelchair places and companion seats for general sale, or reserve them again; return the plan.

    Seats that are named in both are reserved. Holds and tickets do not change. Raises `UnknownSeat`,
    `InvalidBody` (a seat that is neither a wheelchair place nor a companion seat), `Busy` while others keep changing
    the event.
    """

    async def change(current: SalePlan) -> bool:
        terms = current.terms
        return await deps.open_seats(
            organization_id, terms.event_id, terms.revision, _opened_then(current, opened, kept)
        )

    return await _change_seats(deps, plan=plan, change=change)


def _opened_then(plan: SalePlan, opened: Sequence[str], kept: Sequence[str]) -> frozenset[int]:
    seat_index, indexes = plan.seat_index, set(plan.released)
    faults: list[Fault] = []
    for member, ids in (("open_to_all", opened), ("keep", kept)):
        plan.seat_indexes(ids)
        for i, seat_id in enumerate(ids):
            index = seat_index.index_by_seat_id[seat_id]
            if index not in seat_index.wheelchair_places and index not in seat_index.place_of:
                faults.append((f"/{member}/{i}", "This seat is neither a wheelchair place nor a companion seat."))
            elif member == "keep":
                indexes.discard(index)
            else:
                indexes.add(index)
    if faults:
        raise InvalidBody(faults)
    return frozenset(indexes)


async def _change_seats(
    deps: OrganizerDeps, *, plan: SalePlan, change: Callable[[SalePlan], Awaitable[bool]]
) -> SalePlan:
    """Change the event in the catalogue, which tells booking in its transaction; return the plan after it.

    `change` returns False if the event has changed since the plan was read. Raises `Busy` while others keep
    changing the event, and what `change` raises.
    """
    for _ in range(ATTEMPTS_MAX):
        is_done = await change(plan)
        plan = await read_sale_plan(deps.booking, event_id=plan.terms.event_id, fresh=True)
        if is_done:
            return plan
    raise Busy("The event is being changed by others. Try again.")


async def _move(
    conn: Connection, organization_id: str, event_id: str, indexes: Sequence[int], *, release: bool
) -> dict[int, bool]:
    """Return index → whether it is kept for the waiting list, of the places that moved."""
    if not indexes:
        return {}
    states = (HELD_BACK, FREE) if release else (FREE, HELD_BACK)
    return await store.move_places(conn, organization_id, event_id, indexes, from_state=states[0], to_state=states[1])


async def _move_area(
    conn: Connection, organization_id: str, event_id: str, area_id: str, count: int
) -> dict[int, bool]:
    """Hold `count` places of a section back: take free ones off sale, or put some back on sale."""
    states = await store.count_states(conn, event_id)
    now = sum(row["places"] for row in states if (row["area_id"], row["state"]) == (area_id, HELD_BACK))
    release = now > count
    picked = await store.pick_area_places(conn, event_id, area_id, HELD_BACK if release else FREE, abs(count - now))
    return await _move(conn, organization_id, event_id, picked, release=release)


async def _held_back(conn: Connection, plan: SalePlan, event_id: str, wanted: Sequence[int]) -> HeldBack:
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
    )


def _repriced(plan: SalePlan) -> dict[str, tuple[str, ...]]:
    seats_of: dict[str, list[str]] = {}
    for index, level in sorted(plan.level_of_repriced.items()):
        seats_of.setdefault(level.id, []).append(plan.seat_index.seats[index].id)
    return {level_id: tuple(seats) for level_id, seats in sorted(seats_of.items())}
