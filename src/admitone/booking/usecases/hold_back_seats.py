"""The organizer takes places off sale, puts them back and prices them anew; buyers see it at once."""

from collections.abc import Sequence

from msgspec import Struct

from admitone.booking.domain.inventory import FREE, HELD_BACK
from admitone.booking.domain.refusals import EventNotFound
from admitone.booking.domain.sale_plan import SalePlan
from admitone.booking.store import organizer_inventory as store
from admitone.booking.store.inventory import read_places_at
from admitone.booking.usecases.load_inventory import load_inventory
from admitone.booking.usecases.open_seats import open_seats
from admitone.booking.usecases.organizer_deps import OrganizerDeps
from admitone.booking.usecases.publish_seat_states import publish_seat_states
from admitone.booking.usecases.read_sale_plan import read_sale_plan
from admitone.booking.usecases.reprice_seats import Reprice, reprice_seats
from admitone.kit.postgres import Connection


class HoldBack(Struct, frozen=True):
    """Seat ids to take off sale and to put back; `areas`: (section id, how many of its places are held back then).

    `reprice`: (price level id, seat ids) that are sold at this level from now on; None: at their category's again.
    `open_to_all`: wheelchair places and companion seats that everybody may have; `keep`: who asks for them, again.
    """

    hold_back: tuple[str, ...] = ()
    release: tuple[str, ...] = ()
    areas: tuple[tuple[str, int], ...] = ()
    reprice: tuple[Reprice, ...] = ()
    open_to_all: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()


class HeldBack(Struct, frozen=True):
    """After it: ids of all seats that are held back, section id → places; `taken`: asked for, and a buyer has them.

    `repriced`: price level id → ids of all seats that are sold at it though their category is another's.
    `open_to_all`: ids of all wheelchair places and companion seats that are sold to everybody.
    """

    seats: tuple[str, ...]
    areas: dict[str, int]
    taken: tuple[str, ...]
    repriced: dict[str, tuple[str, ...]]
    open_to_all: tuple[str, ...] = ()


async def hold_back_seats(deps: OrganizerDeps, *, organization_id: str, event_id: str, request: HoldBack) -> HeldBack:
    """Move what is free; a live hold wins, and is named. What is held keeps the price that it was held at.

    Raises `EventNotFound` (also another organization's), `UnknownSeat`,
    `UnknownSection`, `UnknownPriceLevel`, `InvalidBody` (a price for what is not for sale; opening
    what is no wheelchair place and no companion seat).
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
        plan = await reprice_seats(deps, organization_id=organization_id, plan=plan, wanted=request.reprice)
    if request.open_to_all or request.keep:
        plan = await open_seats(
            deps, organization_id=organization_id, plan=plan, opened=request.open_to_all, kept=request.keep
        )
    async with deps.booking.pool.connection() as conn, conn.transaction():
        moved = await _move(conn, organization_id, event_id, given, release=True)
        moved += await _move(conn, organization_id, event_id, wanted, release=False)
        for area_id, count in areas:
            moved += await _move_area(conn, organization_id, event_id, area_id, count)
        held_back = await _held_back(conn, plan, event_id, wanted)
        if moved:  # once more from the queue: this process may die before it has shown them
            await deps.booking.defer(conn, "booking.publish_returns", event_id=event_id, indexes=moved)
    if moved:
        await publish_seat_states(deps.booking, event_id=event_id, indexes=moved)
    return held_back


async def _move(
    conn: Connection, organization_id: str, event_id: str, indexes: Sequence[int], *, release: bool
) -> list[int]:
    if not indexes:
        return []
    states = (HELD_BACK, FREE) if release else (FREE, HELD_BACK)
    return await store.move_places(conn, organization_id, event_id, indexes, from_state=states[0], to_state=states[1])


async def _move_area(conn: Connection, organization_id: str, event_id: str, area_id: str, count: int) -> list[int]:
    """Hold so many places of a section back: more of the free ones, or fewer than now."""
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
