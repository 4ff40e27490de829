"""Put an event into Redis as PostgreSQL has it: at first use, after Redis was lost, and when the two disagree."""

from typing import Any

from admitone.booking.domain.layout import lay_out_places, layout_name
from admitone.booking.domain.plan import SalePlan
from admitone.booking.ports import LoadedHold, LoadedSale
from admitone.booking.store import sales as store
from admitone.booking.usecases.deps import Deps
from admitone.booking.usecases.read_plan import read_plan
from admitone.kit.postgres import Connection


async def load_sale(deps: Deps, *, event_id: str) -> None:
    """Issue the event's tickets where that is still to be done, and load it under a new epoch.

    Callers of one process share one load. Raises `EventNotFound`.
    """
    await deps.loads.run(event_id, lambda: _load(deps, event_id))


async def _load(deps: Deps, event_id: str) -> None:
    plan = await read_plan(deps, event_id=event_id, fresh=True)
    async with deps.pool.connection() as conn, conn.transaction():
        sale = await store.read_sale(conn, event_id, lock=True)
        assert sale is not None, "a sale that has a plan is never deleted"
        if sale.layout != layout_name(plan) and sale.revision == plan.terms.revision:
            await _issue(conn, plan)
        epoch = await store.raise_epoch(conn, event_id)
        # After the epoch: whatever is committed from here on is shown by whoever commits it, or loads again.
        places = await store.read_places(conn, event_id)
        claims = await store.read_live_claims(conn, event_id)
    await deps.locks.load(_loaded(plan, epoch, places, claims))


async def _issue(conn: Connection, plan: SalePlan) -> None:
    event_id = plan.terms.event_id
    existing = [
        (row["index"], row["area_id"], row["state"] in ("c", "s")) for row in await store.read_places(conn, event_id)
    ]
    await store.issue_tickets(conn, event_id, lay_out_places(plan, existing), layout_name(plan))


def _loaded(plan: SalePlan, epoch: int, places: list[store.Row], claims: list[store.Row]) -> LoadedSale:
    held = {index for claim in claims for index in claim["indexes"]}
    area_of = {row["index"]: row["area_id"] for row in places if row["area_id"] is not None}
    states = bytearray(b"b" * (places[-1]["index"] + 1 if places else 0))
    free: dict[str, list[int]] = {area.id: [] for area in plan.terms.areas}
    for row in places:
        index, state = row["index"], row["state"]
        if state == "c":  # a claim that no longer stands is free for the next who asks
            state = "h" if index in held else "a"
        states[index] = ord(state)
        if state == "a" and row["area_id"] in free:
            free[row["area_id"]].append(index)
    return LoadedSale(
        event_id=plan.terms.event_id,
        epoch=epoch,
        seat_count=len(plan.floor.seats),
        states=bytes(states),
        holds=tuple(_loaded_hold(claim, area_of) for claim in claims),
        areas=tuple((area.id, area.capacity, tuple(free[area.id])) for area in plan.terms.areas),
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
