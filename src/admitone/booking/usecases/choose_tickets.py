"""Turn what a buyer asks for into places, lock them, and say what to take instead where they are gone."""

from msgspec import Struct

from admitone.booking.contracts import BookedTicket
from admitone.booking.domain import picking
from admitone.booking.domain.plan import SalePlan
from admitone.booking.domain.refusals import NotEnoughTickets, OrphanSeat, SeatsTaken
from admitone.booking.ports import Cold, Locked, LockOutcome, LockRequest, Orphaned, Short, Taken
from admitone.booking.usecases.deps import Deps
from admitone.booking.usecases.load_sale import load_sale
from admitone.kit.refusal import Busy

# Rivals may take what was picked between looking and locking; each further try looks again.
TRIES_MAX = 8


class BestAvailable(Struct, frozen=True):
    quantity: int
    section_id: str | None
    price_level_id: str | None
    together: bool


class Choice(Struct, frozen=True):
    """What a buyer asks for, checked against the plan: seats by index, the best of the rest, area places."""

    seats: tuple[int, ...]
    best: BestAvailable | None
    areas: tuple[tuple[str, int], ...]

    @property
    def quantity(self) -> int:
        return len(self.seats) + (self.best.quantity if self.best else 0) + sum(count for _, count in self.areas)


async def lock_choice(deps: Deps, *, plan: SalePlan, booking_id: str, choice: Choice) -> tuple[BookedTicket, ...]:
    """Lock all of the choice for the booking and return its tickets at today's prices.

    Raises `SeatsTaken`, `NotEnoughTickets`, `OrphanSeat` (nothing is locked then), `Busy` when rivals win every try.
    """
    orphans_allowed = plan.terms.allow_orphans
    for _ in range(TRIES_MAX):
        picked = await _pick(deps, plan, choice)
        seats = tuple(sorted({*choice.seats, *picked}))
        request = LockRequest(
            event_id=plan.terms.event_id,
            booking_id=booking_id,
            hold_seconds=plan.terms.hold_seconds,
            seats=seats,
            runs=tuple((run.start, run.end) for run in map(plan.floor.run_of.__getitem__, seats)),
            areas=choice.areas,
            allow_orphans=orphans_allowed or not choice.seats,
        )
        outcome = await _lock_picked(deps, request, picked)
        match outcome:
            case Locked():
                return _tickets(plan, seats, choice, outcome)
            case Taken(indexes) if not set(indexes).isdisjoint(choice.seats):
                raise await seats_taken(deps, plan, choice, indexes)
            case Orphaned(indexes):
                if await _other_choice_remains(deps, plan, choice):
                    raise OrphanSeat([plan.floor.seats[index].id for index in indexes])
                orphans_allowed = True
            case _:
                await _mend(deps, plan, outcome)
    raise Busy("Others were faster every time. Try again.")


async def _lock_picked(deps: Deps, request: LockRequest, picked: list[int]) -> LockOutcome:
    """Lock, and meanwhile keep others of this process from the same pick: they all saw the same free seats."""
    others = deps.picks.setdefault(request.event_id, set())
    others.update(picked)
    try:
        return await deps.locks.lock(request)
    finally:
        others.difference_update(picked)
        if not others:
            deps.picks.pop(request.event_id, None)


async def seats_taken(deps: Deps, plan: SalePlan, choice: Choice, conflicts: tuple[int, ...]) -> SeatsTaken:
    """Return the refusal with the nearest free choice of the same size."""
    states = await deps.locks.states(plan.terms.event_id) or b""
    wanted = list(choice.seats) or list(conflicts)
    levels = {level.id for index in wanted if (level := plan.level_of_seat(index)) is not None}
    near = None
    if states and wanted:
        near = picking.pick_near(plan.floor, states, wanted, lambda index: _level_id(plan, index) in levels)
        near = near or picking.pick_near(
            plan.floor, states, wanted, lambda index: plan.level_of_seat(index) is not None
        )
    return SeatsTaken(
        conflicts=[plan.floor.seats[index].id for index in conflicts if index in choice.seats or choice.best],
        alternatives=[plan.floor.seats[index].id for index in near or ()],
        alternative_tickets=[plan.seat_ticket(index) for index in near or ()],
    )


async def _pick(deps: Deps, plan: SalePlan, choice: Choice) -> list[int]:
    best = choice.best
    if best is None:
        return []
    states = await deps.locks.states(plan.terms.event_id)
    if states is None:
        await load_sale(deps, event_id=plan.terms.event_id)
        states = await deps.locks.states(plan.terms.event_id)
    if states is None:
        raise Busy
    free = bytearray(states)
    for index in choice.seats:
        free[index] = ord("h")

    def allowed(index: int) -> bool:
        level = plan.level_of_seat(index)
        if level is None or (best.price_level_id is not None and level.id != best.price_level_id):
            return False
        return best.section_id is None or plan.floor.seats[index].section_id == best.section_id

    untouched = bytearray(free)
    for index in deps.picks.get(plan.terms.event_id, ()):
        untouched[index] = ord("h")
    picked = picking.pick_best(plan.floor, bytes(untouched), best.quantity, allowed, together=best.together)
    # Nothing but what others are about to take: they may fail, so it is worth a try.
    picked = picked or picking.pick_best(plan.floor, bytes(free), best.quantity, allowed, together=best.together)
    if picked is None:
        left = sum(1 for seat in plan.floor.seats if free[seat.index] == picking.FREE and allowed(seat.index))
        side_by_side = " side by side" if best.together and left >= best.quantity else ""
        raise NotEnoughTickets(f"There are no {best.quantity} tickets like that left{side_by_side}.", available=left)
    return picked


async def _other_choice_remains(deps: Deps, plan: SalePlan, choice: Choice) -> bool:
    """Whether as many seats of the same price can be had side by side without leaving anyone alone."""
    states = await deps.locks.states(plan.terms.event_id)
    levels = {_level_id(plan, index) for index in choice.seats}
    return bool(states) and picking.can_pick_together(
        plan.floor, states or b"", len(choice.seats), lambda index: _level_id(plan, index) in levels
    )


async def _mend(deps: Deps, plan: SalePlan, outcome: LockOutcome) -> None:
    """Do what makes another try worth while, or raise what cannot be mended."""
    match outcome:
        case Cold():
            await load_sale(deps, event_id=plan.terms.event_id)
        case Short(area_id, available):
            raise NotEnoughTickets(
                f"{plan.areas[area_id].name} has {available} places left.", available=available, section_id=area_id
            )
        case _:  # a rival took what was picked: look again
            return


def _tickets(plan: SalePlan, seats: tuple[int, ...], choice: Choice, locked: Locked) -> tuple[BookedTicket, ...]:
    tickets = [plan.seat_ticket(index) for index in seats]
    for (area_id, _), places in zip(choice.areas, locked.places, strict=True):
        tickets += [plan.area_ticket(plan.areas[area_id], index) for index in places]
    return tuple(tickets)


def _level_id(plan: SalePlan, index: int) -> str | None:
    level = plan.level_of_seat(index)
    return None if level is None else level.id
