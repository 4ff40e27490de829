"""Pick the places of a choice, lock all of them or none, and name alternatives if they are taken."""

from collections.abc import Sequence

from admitone.booking.contracts import BookedTicket
from admitone.booking.domain import picking
from admitone.booking.domain.alternatives import other_choice_remains, pick_alternative
from admitone.booking.domain.choice import BestAvailable, Choice
from admitone.booking.domain.companions import find_unaccompanied, hide_reserved, still_bound, wall_run
from admitone.booking.domain.picking_accessible import pick_accessible
from admitone.booking.domain.refusals import CompanionSeat, NotEnoughTickets, OrphanSeat, SeatsTaken
from admitone.booking.domain.sale_plan import SalePlan
from admitone.booking.ports import (
    HeldAlready,
    Insufficient,
    Locked,
    LockOutcome,
    LockRequest,
    NotLoaded,
    Orphaned,
    Taken,
)
from admitone.booking.usecases.deps import Deps
from admitone.booking.usecases.projection.loading import load_inventory, read_states
from admitone.kit.refusal import Busy

# Rivals may take picked seats between reading the states and locking; each further try reads them again.
ATTEMPTS_MAX = 8


class HeldByEarlierTry(Exception):
    """The booking holds places already, from an earlier try under the same idempotency key."""


async def lock_choice(deps: Deps, *, plan: SalePlan, booking_id: str, choice: Choice) -> tuple[BookedTicket, ...]:
    """Lock all of the choice for the booking and return its tickets at today's prices.

    Raises `SeatsTaken`, `NotEnoughTickets`, `OrphanSeat`, `CompanionSeat` (nothing is locked then), `Busy` when rivals
    win every try, `HeldByEarlierTry`.
    """
    orphans_allowed = plan.terms.allow_orphans
    if plan.reserved and (unaccompanied := find_unaccompanied(plan, choice.seats)):
        await _check_companions(deps, plan, choice.seats, unaccompanied)
    for _ in range(ATTEMPTS_MAX):
        picked = await pick_seats(deps, plan, choice)
        seats = tuple(sorted({*choice.seats, *picked}))
        request = LockRequest(
            event_id=plan.terms.event_id,
            booking_id=booking_id,
            hold_seconds=plan.terms.hold_seconds,
            seats=seats,
            runs=_runs(plan, seats),
            areas=choice.areas,
            allow_orphans=orphans_allowed or not choice.seats,
        )
        outcome = await _lock_picked(deps, request, picked)
        match outcome:
            case Locked():
                return _tickets(plan, seats, choice, outcome)
            case HeldAlready():
                raise HeldByEarlierTry
            case Taken(indexes) if not set(indexes).isdisjoint(choice.seats):
                raise await seats_taken(deps, plan, choice, indexes)
            case Orphaned(indexes):
                states = await deps.locks.states(plan.terms.event_id)
                if states and other_choice_remains(plan, states, choice.seats):
                    raise OrphanSeat([plan.seat_index.seats[index].id for index in indexes])
                orphans_allowed = True
            case _:
                await _mend(deps, plan, outcome)
    raise Busy("Others were faster every time. Try again.")


async def _check_companions(deps: Deps, plan: SalePlan, wanted: Sequence[int], unaccompanied: Sequence[int]) -> None:
    """Raise `CompanionSeat` if a free seat of `unaccompanied` is still reserved for the buyer of its wheelchair place.

    `unaccompanied`: the companion seats of `wanted` without their place. The lock refuses those that are taken:
    another buyer has them, so nothing needs explaining.
    """
    states = await read_states(deps, event_id=plan.terms.event_id) or b""
    seats, place_of = plan.seat_index.seats, plan.seat_index.place_of
    bound = [index for index in still_bound(plan, states, unaccompanied) if states[index : index + 1] == b"a"]
    if not bound:
        return
    places = sorted({place_of[index] for index in bound})
    near = pick_alternative(plan, states, list(wanted), for_anybody=True)
    raise CompanionSeat(
        seats=[seats[index].id for index in bound],
        wheelchair_places=[seats[index].id for index in places if states[index : index + 1] == b"a"],
        alternatives=[seats[index].id for index in near],
        alternative_tickets=[plan.seat_ticket(index) for index in near],
    )


def _runs(plan: SalePlan, seats: tuple[int, ...]) -> tuple[tuple[int, int], ...]:
    if plan.reserved:
        return tuple(wall_run(plan, index) for index in seats)
    return tuple((run.start, run.end) for run in map(plan.seat_index.run_of.__getitem__, seats))


async def _lock_picked(deps: Deps, request: LockRequest, picked: list[int]) -> LockOutcome:
    """Lock, and steer other picks of this process away from these seats: all of them saw the same free seats."""
    others = deps.sale.picks.setdefault(request.event_id, set())
    others.update(picked)
    try:
        return await deps.locks.lock(request)
    finally:
        others.difference_update(picked)
        if not others:
            deps.sale.picks.pop(request.event_id, None)


async def seats_taken(deps: Deps, plan: SalePlan, choice: Choice, conflicts: tuple[int, ...]) -> SeatsTaken:
    """Return the refusal with the nearest free choice of the same size."""
    states = await deps.locks.states(plan.terms.event_id) or b""
    near = pick_alternative(plan, states, list(choice.seats) or list(conflicts))
    return SeatsTaken(
        conflicts=[plan.seat_index.seats[index].id for index in conflicts if index in choice.seats or choice.best],
        alternatives=[plan.seat_index.seats[index].id for index in near],
        alternative_tickets=[plan.seat_ticket(index) for index in near],
    )


async def pick_seats(deps: Deps, plan: SalePlan, choice: Choice) -> list[int]:
    """Return the best available seats that the choice asks for. Raises `NotEnoughTickets`, `Busy`."""
    best = choice.best
    if best is None:
        return []
    states = await read_states(deps, event_id=plan.terms.event_id)
    if states is None:
        raise Busy
    free = bytearray(states)
    for index in choice.seats:
        free[index] = ord("h")

    def allowed(index: int) -> bool:
        level = plan.level_of_seat(index)
        if level is None or (best.price_level_id is not None and level.id != best.price_level_id):
            return False
        return best.section_id is None or plan.seat_index.seats[index].section_id == best.section_id

    untouched = bytearray(free)
    for index in deps.sale.picks.get(plan.terms.event_id, ()):
        untouched[index] = ord("h")
    picked = _pick_from(plan, untouched, best, allowed)
    # Only seats that others are about to lock are left: their locks may fail, so try.
    picked = picked or _pick_from(plan, free, best, allowed)
    if picked is None and best.wheelchair_places:
        raise _no_places(plan, free, best, allowed)
    if picked is None:
        free = bytearray(hide_reserved(plan, free))
        left = sum(1 for seat in plan.seat_index.seats if free[seat.index] == picking.FREE and allowed(seat.index))
        side_by_side = " side by side" if best.together and left >= best.quantity else ""
        raise NotEnoughTickets(f"There are no {best.quantity} tickets like that left{side_by_side}.", available=left)
    return picked


def _pick_from(plan: SalePlan, states: bytearray, best: BestAvailable, allowed: picking.Allowed) -> list[int] | None:
    if best.wheelchair_places:
        return pick_accessible(
            plan, bytes(states), best.quantity, best.wheelchair_places, allowed, together=best.together
        )
    return picking.pick_best(
        plan.seat_index, hide_reserved(plan, states), best.quantity, allowed, together=best.together
    )


def _no_places(plan: SalePlan, states: bytearray, best: BestAvailable, allowed: picking.Allowed) -> NotEnoughTickets:
    left = sum(1 for index in plan.seat_index.wheelchair_places if states[index] == picking.FREE and allowed(index))
    if left < best.wheelchair_places:
        return NotEnoughTickets(
            f"There are no {best.wheelchair_places} wheelchair places like that left.", available=left
        )
    friends = best.quantity - best.wheelchair_places
    return NotEnoughTickets(
        f"There is no wheelchair place like that left with {friends} seats beside it."
        " Ask for fewer, or say that you may sit apart.",
        available=left,
    )


async def _mend(deps: Deps, plan: SalePlan, outcome: LockOutcome) -> None:
    """Load an event that Redis does not have. Raises if no further try can help."""
    match outcome:
        case NotLoaded():
            await load_inventory(deps, event_id=plan.terms.event_id)
        case Insufficient(area_id, available):
            raise NotEnoughTickets(
                f"{plan.areas[area_id].name} has {available} places left.", available=available, section_id=area_id
            )
        case _:  # a rival took a picked seat: pick again
            return


def _tickets(plan: SalePlan, seats: tuple[int, ...], choice: Choice, locked: Locked) -> tuple[BookedTicket, ...]:
    tickets = [plan.seat_ticket(index) for index in seats]
    for (area_id, _), places in zip(choice.areas, locked.places, strict=True):
        tickets += [plan.area_ticket(plan.areas[area_id], index) for index in places]
    return tuple(tickets)
