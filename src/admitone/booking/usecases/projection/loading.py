"""Load an event from PostgreSQL into Redis: at first use, after Redis was lost, and when the two disagree."""

from typing import Any

from admitone.booking.contracts import BookingStatus
from admitone.booking.domain.inventory import HELD_BACK, WITHHELD, build_places
from admitone.booking.domain.sale_plan import SalePlan, inventory_digest
from admitone.booking.ports import LoadedHold, LoadedInventory
from admitone.booking.store import inventory as store
from admitone.booking.store.bookings import read_bookings
from admitone.booking.usecases.deps import Deps
from admitone.booking.usecases.projection.sale_plan import read_sale_plan
from admitone.kit.postgres import Connection

# Terms may change, and a claim may commit unseen, while one load is under way.
LOADS_MAX = 5


async def load_inventory(deps: Deps, *, event_id: str) -> None:
    """Issue the event's tickets if that is still due, and load the event under a new epoch.

    Callers in one process share one load, which may have begun before this call's commit: see `load_twice`. Raises
    `EventNotFound`.
    """
    await deps.sale.loads.run(event_id, lambda: _load(deps, event_id))


async def load_twice(deps: Deps, *, event_id: str) -> None:
    """Load the state after this caller's commit: a load under way may have read before that commit, the next one reads
    after."""
    for _ in range(2):
        await load_inventory(deps, event_id=event_id)


async def read_issued_plan(deps: Deps, *, event_id: str) -> SalePlan:
    """Return the current plan of an event, with its tickets issued. Raises `EventNotFound`."""
    plan = await read_sale_plan(deps, event_id=event_id, fresh=True)
    if plan.issued_digest is None or plan.is_inventory_outdated:
        await load_inventory(deps, event_id=event_id)
        plan = await read_sale_plan(deps, event_id=event_id, fresh=True)
    return plan


def is_current(sale: store.Inventory, plan: SalePlan) -> bool:
    """Return whether the issued places are those of the plan: terms may change after the plan was read."""
    return sale.revision == plan.terms.revision and sale.issued_digest == inventory_digest(plan.terms)


async def read_states(deps: Deps, *, event_id: str) -> bytes | None:
    """Return the seat states for picking, loading the event first if Redis does not have it.

    None: Redis lost the event again meanwhile.
    """
    states = await deps.locks.states(event_id)
    if states is None:
        await load_inventory(deps, event_id=event_id)
        states = await deps.locks.states(event_id)
    return states


async def _load(deps: Deps, event_id: str) -> None:
    for _ in range(LOADS_MAX):
        plan = await read_sale_plan(deps, event_id=event_id, fresh=True)
        async with deps.pool.connection() as conn, conn.transaction():
            sale = await store.read_inventory(conn, event_id, lock=True)
            assert sale is not None, "a sale that has a plan is never deleted"
            if sale.revision != plan.terms.revision:
                continue  # its terms changed since the plan was read
            if sale.issued_digest != inventory_digest(plan.terms):
                await _issue(conn, plan)
            epoch = await store.raise_epoch(conn, event_id)
            claims, places = await _read_truth(conn, event_id)
        await deps.locks.load(_loaded(plan, epoch, places, claims, waits=sale.has_waiting))
        if await _is_caught_up(deps, event_id, claims):
            return


async def _read_truth(conn: Connection, event_id: str) -> tuple[list[store.Row], list[store.Row]]:
    """Live claims and places. Claims first: one that is sold between the two reads is then shown as sold."""
    claims = await store.read_live_claims(conn, event_id)
    return claims, await store.read_places(conn, event_id)


async def _is_caught_up(deps: Deps, event_id: str, loaded: list[store.Row]) -> bool:
    """Repair what was committed between reading PostgreSQL and loading Redis; False: load again.

    A claim that ended in that time was shown in Redis before the load, which undid it. A claim that ends from now on
    is shown after the load.
    """
    async with deps.pool.connection() as conn:
        claims, places = await _read_truth(conn, event_id)
        live = {claim["id"] for claim in claims}
        over = await read_bookings(conn, [claim["id"] for claim in loaded if claim["id"] not in live])
    for booking in over.values():
        if booking.booking.status is BookingStatus.CONFIRMED:
            indexes = tuple(ticket.index for ticket in booking.booking.tickets)
            await deps.locks.sell(event_id, booking.booking.id, indexes)
        else:
            await deps.locks.release(event_id, booking.booking.id)
    states = await deps.locks.states(event_id)
    if states is None:
        return False  # emptied again meanwhile
    taken = {index for claim in claims for index in claim["indexes"]}
    taken.update(place["index"] for place in places if place["state"] == "s")
    return all(states[index : index + 1] != b"a" for index in taken)


async def _issue(conn: Connection, plan: SalePlan) -> None:
    event_id = plan.terms.event_id
    existing = [
        (row["index"], row["area_id"], row["state"] in ("c", "s")) for row in await store.read_places(conn, event_id)
    ]
    await store.issue_tickets(conn, event_id, build_places(plan, existing), inventory_digest(plan.terms))


def _loaded(
    plan: SalePlan, epoch: int, places: list[store.Row], claims: list[store.Row], *, waits: bool
) -> LoadedInventory:
    # Places that the layout no longer has are shown as not for sale, so that no release puts them back on sale.
    claimed = {row["index"] for row in places if row["state"] == "c" and row["level_id"]}
    claims = [claim | {"indexes": [index for index in claim["indexes"] if index in claimed]} for claim in claims]
    held = {index for claim in claims for index in claim["indexes"]}
    area_of = {row["index"]: row["area_id"] for row in places if row["area_id"] is not None}
    states = bytearray(b"b" * (places[-1]["index"] + 1 if places else 0))
    free: dict[str, list[int]] = {area.id: [] for area in plan.terms.areas}
    for row in places:
        index, state = row["index"], row["state"]
        if state == "c" and index in held:
            state = "h"
        elif (
            state == "c"
        ):  # its claim has lapsed: free for the next buyer, if it is still for sale and the waiting list is empty
            state = "a" if row["level_id"] and not waits else "b"
        elif state in (HELD_BACK, WITHHELD):
            state = "b"
        states[index] = ord(state)
        if state == "a" and row["area_id"] in free:
            free[row["area_id"]].append(index)
    return LoadedInventory(
        event_id=plan.terms.event_id,
        epoch=epoch,
        seat_count=len(plan.seat_index.seats),
        states=bytes(states),
        holds=tuple(_loaded_hold(claim, area_of) for claim in claims),
        areas=tuple((area.id, area.capacity, tuple(free[area.id])) for area in plan.terms.areas),
        waits=waits,
    )


def _loaded_hold(claim: dict[str, Any], area_of: dict[int, str]) -> LoadedHold:
    areas: dict[str, list[int]] = {}
    for index in claim["indexes"]:
        if index in area_of:
            areas.setdefault(area_of[index], []).append(index)
    return LoadedHold(
        booking_id=claim["id"],
        remaining_ms=max(1, claim["remaining_ms"]),
        seats=tuple(index for index in claim["indexes"] if index not in area_of),
        areas=tuple((area_id, tuple(indexes)) for area_id, indexes in areas.items()),
    )
