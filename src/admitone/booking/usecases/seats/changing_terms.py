"""Change the price levels of seats, which accessible seats are on general sale, or the prices of levels. The catalogue
owns all of them: it calls back in its transaction, so that what is recorded of the change is recorded with it."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence

from msgspec import Struct

from admitone.booking.domain.level_prices import PriceChange, amounts_of
from admitone.booking.domain.refusals import UnknownPriceLevel
from admitone.booking.domain.sale_plan import SalePlan
from admitone.booking.domain.seat_changes import ChangedPart, LeftAlone, SeatAct
from admitone.booking.usecases.organizer_deps import OrganizerDeps
from admitone.booking.usecases.projection.sale_plan import read_sale_plan
from admitone.catalogue.contracts.seat_terms import InSameTransaction
from admitone.kit.refusal import Busy, Fault, InvalidBody

# Another request may change the event between reading its plan and writing, and buyers the seats.
ATTEMPTS_MAX = 10


class SeatsChanged(Exception):
    """A seat is not as `decide` found it. `record` raises it, which undoes the transaction of the change."""


class TermsChange(Struct, frozen=True):
    """`moves`: seat index → price level id, None: that of its category. `opened`: the indexes of all accessible seats
    on general sale then; None: they stay. `prices`: price level id → its change. `record` runs in the transaction of
    the change, also where nothing changes."""

    record: InSameTransaction
    moves: Mapping[int, str | None] | None = None
    opened: frozenset[int] | None = None
    prices: Mapping[str, PriceChange] | None = None


async def change_terms(
    deps: OrganizerDeps, *, organization_id: str, plan: SalePlan, decide: Callable[[SalePlan], Awaitable[TermsChange]]
) -> SalePlan:
    """Make the change that `decide` returns for the event's plan; return the plan after it.

    `decide` is called again if the event has changed since, or `record` raises `SeatsChanged`. Raises `Busy` while
    others keep changing the event, and what else `decide` and `record` raise. Holds keep their price: the claim refuses
    a checkout that was priced by the old terms.
    """
    event_id = plan.terms.event_id
    for _ in range(ATTEMPTS_MAX):
        change = await decide(plan)
        revision = plan.terms.revision
        try:
            if change.prices is not None:
                prices = amounts_of(change.prices)
                is_done = await deps.set_prices(organization_id, event_id, revision, prices, change.record)
            elif change.opened is not None:
                is_done = await deps.open_seats(organization_id, event_id, revision, change.opened, change.record)
            else:
                moves = change.moves or {}
                is_done = await deps.reprice_seats(organization_id, event_id, revision, moves, change.record)
        except SeatsChanged:
            is_done = False
        plan = await read_sale_plan(deps.booking, event_id=event_id, fresh=True)
        if is_done:
            return plan
    raise Busy("The event is being changed by others. Try again.")


def check_unchanged(parts: Iterable[ChangedPart], left: Mapping[int, LeftAlone]) -> None:
    """Raises `SeatsChanged` where one of the seats of `parts` is among those that are `left` alone by now."""
    if any(index in left for part in parts for index in part.indexes):
        raise SeatsChanged


def change_of_parts(
    plan: SalePlan,
    act: SeatAct,
    parts: Iterable[ChangedPart],
    record: InSameTransaction,
    *,
    moves: Mapping[int, str | None],
) -> TermsChange:
    """Return the change that does `act` with the seats of these parts; `moves`: of a reprice."""
    if act is SeatAct.REPRICE:
        return TermsChange(record, moves=moves)
    indexes = frozenset(index for part in parts for index in part.indexes)
    opened = plan.released | indexes if act is SeatAct.OPEN_TO_ALL else plan.released - indexes
    return TermsChange(record, opened=opened)


def check_repriced(plan: SalePlan, level_id: str | None, seats: Sequence[str], pointer: str) -> list[Fault]:
    """Return a fault for each of these seats that is not for sale. Raises `UnknownPriceLevel`, `UnknownSeat`."""
    if level_id is not None and level_id not in plan.levels:
        raise UnknownPriceLevel(level_id)
    plan.seat_indexes(seats)
    return [
        (f"{pointer}/{place}", "The category of this seat has no price: it is not sold.")
        for place, seat_id in enumerate(seats)
        if plan.level_of_seat(plan.seat_index.index_by_seat_id[seat_id]) is None
    ]


def check_accessible(plan: SalePlan, named: Mapping[str, Sequence[str]]) -> list[list[int]]:
    """Return the indexes of wheelchair places and companion seats; `named`: JSON pointer → seat ids. Raises
    `UnknownSeat`, `InvalidBody` (a seat that is neither)."""
    index_of, seat_index = plan.seat_index.index_by_seat_id, plan.seat_index
    for seats in named.values():
        plan.seat_indexes(seats)
    faults = [
        (f"{pointer}/{place}", "This seat is neither a wheelchair place nor a companion seat.")
        for pointer, seats in named.items()
        for place, seat_id in enumerate(seats)
        if index_of[seat_id] not in seat_index.wheelchair_places and index_of[seat_id] not in seat_index.place_of
    ]
    if faults:
        raise InvalidBody(faults)
    return [[index_of[seat_id] for seat_id in seats] for seats in named.values()]


def target_level(plan: SalePlan, index: int, level_id: str | None) -> str | None:
    """Return how repricing stores it: None where the level is that of the seat's category."""
    own = plan.level_of_category.get(plan.seat_index.seats[index].category)
    return None if own is not None and own.id == level_id else level_id
