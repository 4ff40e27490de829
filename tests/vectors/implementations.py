"""The four implementations of the seat rules, each behind one function: cases in, verdicts out, in order.

Lua and the simulator have only the orphan rule; the request to the lock carries the results of the other rules.
"""

from collections.abc import Sequence

import msgspec
from redis.asyncio import Redis

from admitone.booking.adapters.redis_locks import RedisLocks
from admitone.booking.domain.alternatives import other_choice_remains
from admitone.booking.domain.companions import find_unaccompanied, hide_reserved, still_bound, wall_run
from admitone.booking.domain.picking import find_orphans
from admitone.booking.domain.sale_plan import SalePlan
from admitone.booking.domain.seat_index import build_seat_index
from admitone.booking.ports import LoadedInventory, Locked, LockRequest, Orphaned, SeatLocks
from admitone.catalogue.contracts import Seat, SeatMap
from admitone.testing.simulated_locks import SimulatedLocks
from tests.builders import CIRCLE, STALLS, terms_of_a_show
from tests.javascript import run_deno
from tests.vectors.case import Case
from tests.vectors.seat_rules import Seat as RowSeat
from tests.vectors.seat_rules import Verdict

SCRIPT = "tests/vectors/judge_seats.js"
LETTERS = {"free": "a", "held": "h", "sold": "s", "blocked": "b"}
ATTRIBUTES = {"ordinary": (), "wheelchair_place": ("accessible",), "companion_seat": ("companion",)}


def judge_with_python(cases: Sequence[Case]) -> list[Verdict]:
    return [_judge(build_plan(case.seats), states_of(case.seats), case.choice) for case in cases]


async def find_orphans_with_lua(redis: Redis, cases: Sequence[Case]) -> list[tuple[int, ...]]:
    return await _lock_all(RedisLocks(redis), cases)


async def find_orphans_with_simulator(cases: Sequence[Case]) -> list[tuple[int, ...]]:
    return await _lock_all(SimulatedLocks(lambda: 0.0), cases)


def judge_with_javascript(cases: Sequence[Case]) -> list[Verdict]:
    rows = msgspec.json.encode([{"seats": case.seats, "choice": case.choice} for case in cases])
    answer = run_deno("run", "--no-remote", "--no-npm", "--no-prompt", SCRIPT, stdin=rows.decode())
    assert answer.returncode == 0, answer.stderr
    return msgspec.json.decode(answer.stdout, type=list[Verdict])


def states_of(seats: tuple[RowSeat, ...]) -> bytes:
    return "".join(LETTERS[seat.state] for seat in seats).encode()


def build_plan(seats: tuple[RowSeat, ...]) -> SalePlan:
    made = tuple(
        Seat(
            id=f"A-{index + 1}",
            index=index,
            number=str(index + 1),
            row="A",
            section_id="hall",
            section="Hall",
            category=seat.level or "not sold",
            x=index * 25,
            y=100,
            attributes=ATTRIBUTES[seat.kind],
        )
        for index, seat in enumerate(seats)
    )
    starts = [index for index, seat in enumerate(seats) if index - 1 not in seat.neighbours]
    seat_map = SeatMap(
        id="map_row",
        seats=made,
        runs=tuple(zip(starts, [*starts[1:], len(seats)], strict=True)),
        focal_point=(0, 0),
        companions=tuple((index, seat.place) for index, seat in enumerate(seats) if seat.place is not None),
    )
    opened = tuple((index, index) for index, seat in enumerate(seats) if seat.opened)
    terms = terms_of_a_show(seat_map=seat_map, levels=(STALLS, CIRCLE), open_seats=opened, allow_orphans=False)
    return SalePlan(terms, build_seat_index(seat_map))


def _judge(plan: SalePlan, states: bytes, choice: tuple[int, ...]) -> Verdict:
    general = [index for index in choice if index not in plan.reserved]
    orphans = tuple(find_orphans(plan.seat_index, hide_reserved(plan, states), general))
    return Verdict(
        reserved=tuple(sorted(plan.reserved)),
        orphans=orphans,
        other_choice=other_choice_remains(plan, states, choice) if orphans else None,
        unaccompanied=tuple(still_bound(plan, states, find_unaccompanied(plan, choice))),
    )


async def _lock_all(locks: SeatLocks, cases: Sequence[Case]) -> list[tuple[int, ...]]:
    """Load each row as a separate event and lock its choice: return the seats of the refusal, or none."""
    return [await _lock(locks, f"evt_{number}", case) for number, case in enumerate(cases)]


async def _lock(locks: SeatLocks, event_id: str, case: Case) -> tuple[int, ...]:
    plan = build_plan(case.seats)
    runs = tuple(wall_run(plan, index) for index in case.choice)
    await locks.load(LoadedInventory(event_id, 1, len(case.seats), states_of(case.seats), (), ()))
    outcome = await locks.lock(LockRequest(event_id, "ada", 60, case.choice, runs, (), allow_orphans=False))
    assert isinstance(outcome, Locked | Orphaned), outcome
    return tuple(sorted(outcome.indexes)) if isinstance(outcome, Orphaned) else ()
