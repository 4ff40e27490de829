"""Compare the model that the simulation runs on with real PostgreSQL and Redis: the same steps, the same answers.

Both sides run the product's own store functions and lock calls; the model keeps plain dictionaries. Time passes on
the real side by moving every stored time back. The model's clock stands still within a step, Redis' clock does not: the
ends of holds in Redis are compared with the model's and then set to them. Holds that end at once in the model would
otherwise end one after the other in Redis, and return the places of an area in that order.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any, TypeVar, cast

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from psycopg.rows import dict_row
from redis.asyncio import Redis

from admitone.booking.adapters.redis_locks import RedisLocks
from admitone.booking.contracts import BookedTicket, Booking, BookingStatus
from admitone.booking.domain.inventory import Place
from admitone.booking.ports import LoadedHold, LoadedInventory, Locked, LockRequest, SeatLocks
from admitone.booking.store import bookings, claims, inventory, payments
from admitone.booking.store.booking_rows import StoredBooking
from admitone.booking.store.claims import Claim
from admitone.booking.store.payments import PaymentStart
from admitone.booking.store.sell_tickets import sell_tickets
from admitone.catalogue.contracts import SaleTerms
from admitone.kit.postgres import Connection
from admitone.testing.simulated_locks import SimulatedLocks
from tests.builders import a_hall, terms_of_a_show
from tests.races.simulation.model_booking import BOOKING_STATEMENTS
from tests.races.simulation.model_database import ModelConnection, ModelDatabase

SEATS, FLOOR = 5, 2
PLACES = SEATS + FLOOR
HOLD_SECONDS, LIMIT = 100, 4
ANSWER_SECONDS = 35  # far from every time span in use: both clocks always fall on the same side of a limit
STEP_SECONDS_MAX = 15
"""How far the ends of holds in Redis may be from the model's; steps take less, and rules move ends by more."""
Value = TypeVar("Value")

places = st.sets(st.integers(0, PLACES - 1), min_size=1, max_size=3)
booking_numbers = st.integers(0, 11)
buyers = st.sampled_from([None, "ada", "bob"])


class Pair:
    """The servers and the model, with an event loop to run both on."""

    def __init__(self, database_url: str, redis_url: str) -> None:
        self.runner = asyncio.Runner(loop_factory=asyncio.new_event_loop)
        self.conn: Connection = self.run(_connect(database_url))
        self.redis = Redis.from_url(redis_url)
        self.redis_locks = RedisLocks(self.redis)

    def run(self, work: Coroutine[Any, Any, Value]) -> Value:
        return self.runner.run(work)

    def close(self) -> None:
        self.run(self.conn.close())
        self.run(self.redis.aclose())
        self.runner.close()

    async def clean(self) -> None:
        names = ("sales", "tickets", "bookings", "live_bookings", "ended_bookings", "booking_words", "overdue")
        # The notes on bookings refuse to be emptied: triggers are off for this statement.
        async with self.conn.transaction():
            await self.conn.execute("set local session_replication_role = replica")
            await self.conn.execute(f"truncate {', '.join(f'booking.{name}' for name in names)} cascade")
        await self.redis.flushdb()

    async def pass_time(self, seconds: int) -> None:
        moved = {"by": f"{seconds} seconds"}
        for statement in (
            """update booking.bookings set created_at = created_at - %(by)s::interval,
               expires_at = expires_at - %(by)s::interval, paying_since = paying_since - %(by)s::interval""",
            "update booking.overdue set noted_at = noted_at - %(by)s::interval",
        ):
            await self.conn.execute(statement, moved)
        for key in await self.redis.keys("holds:*"):
            members: Any = await self.redis.zrange(key, 0, -1)
            for member in members:
                await self.redis.zincrby(key, -seconds * 1_000, member)

    async def align_ends(self, event_id: str, remaining: Mapping[str, float]) -> None:
        """Let the holds in Redis, which are these, end in exactly these seconds from now."""
        key = f"holds:{{{event_id}}}"
        now_seconds, microseconds = await self.redis.time()
        now_ms = now_seconds * 1_000 + microseconds // 1_000
        stored: Any = await self.redis.zrange(key, 0, -1, withscores=True)
        left = {member.decode(): (score - now_ms) / 1_000 for member, score in stored}
        assert left == pytest.approx(dict(remaining), abs=STEP_SECONDS_MAX)
        if remaining:
            await self.redis.zadd(key, {name: now_ms + round(left * 1_000) for name, left in remaining.items()})


async def _connect(database_url: str) -> Connection:
    conn = await psycopg.AsyncConnection.connect(database_url, autocommit=True, row_factory=dict_row)
    await conn.execute("set timezone to 'UTC'")
    return conn


class SameAnswers(RuleBasedStateMachine):
    pair: Pair

    @initialize()
    def open_env(self) -> None:
        self.now = 1_000_000.0
        self.model = ModelDatabase(lambda: self.now, BOOKING_STATEMENTS)
        self.model_locks = SimulatedLocks(lambda: self.now)
        self.epoch = 0
        self.numbers: list[str] = []
        self.keys: dict[str, bytes] = {}
        self.pair.run(self.pair.clean())
        hall = a_hall(rows=1, seats=SEATS)
        self.terms: SaleTerms = terms_of_a_show(event_id="evt_1", seat_map=hall, standing=FLOOR)
        self.announce(is_open=True)
        issued = [Place(i, "lvl", None if i < SEATS else "floor", "a") for i in range(PLACES)]
        self.both(lambda conn: inventory.issue_tickets(conn, "evt_1", issued, "layout"))
        self.load()

    def both(self, work: Callable[[Connection], Awaitable[Value]]) -> Value:
        """Run the call on both sides; the answers must be equal."""

        async def real() -> Value:
            return await work(self.pair.conn)

        async def modelled() -> Value:
            return await work(cast(Connection, ModelConnection(self.model)))

        expected, actual = self.pair.run(modelled()), self.pair.run(real())
        assert _shown(actual) == _shown(expected)
        return actual

    def both_locks(self, work: Callable[[SeatLocks], Awaitable[Value]]) -> Value:
        async def real() -> Value:
            return await work(self.pair.redis_locks)

        async def modelled() -> Value:
            return await work(self.model_locks)

        expected, actual = self.pair.run(modelled()), self.pair.run(real())
        assert actual == expected
        return actual

    def name_of(self, number: int) -> str:
        return self.numbers[number % len(self.numbers)] if self.numbers else "bkg_none"

    def attempt_of(self, booking_id: str) -> int:
        row = self.model.rows.get("bookings", {}).get((booking_id,))
        return row["attempt"] if row else 0

    # The catalogue and the clock

    def announce(self, *, is_open: bool) -> None:
        self.both(lambda conn: inventory.project_events(conn, [self.terms], [PLACES], [is_open]))

    @rule(is_open=st.sampled_from([True, True, True, False]))
    def change_the_terms(self, is_open: bool) -> None:
        self.announce(is_open=is_open)

    @rule(seconds=st.sampled_from([20, 60, 130]))
    def pass_time(self, seconds: int) -> None:
        self.now += seconds
        self.pair.run(self.pair.pass_time(seconds))

    # Buyers

    @rule(
        wanted=st.lists(st.tuples(places, buyers), min_size=1, max_size=3),
        key=st.none() | st.integers(0, 2),
        is_priced_now=st.sampled_from([True, True, True, False]),
    )
    def claim(self, wanted: list[tuple[set[int], str | None]], key: int | None, is_priced_now: bool) -> None:
        batch: list[Claim] = []
        seen: set[object] = set()
        for indexes, buyer in wanted:
            if seen & (indexes | ({buyer} if buyer else set())):
                continue  # the caller puts no place and no buyer twice in a batch
            seen |= indexes | {buyer}
            revision = self.terms.revision if is_priced_now else self.terms.revision - 1
            batch.append(_claim(f"bkg_{len(self.numbers):04}", indexes, buyer, key if not batch else None, revision))
            self.numbers.append(batch[-1].booking_id)
        self.both(lambda conn: claims.claim_tickets(conn, batch))

    @rule(number=booking_numbers, buyer=buyers)
    def begin(self, number: int, buyer: str | None) -> None:
        start = PaymentStart(self.name_of(number), "evt_1", buyer, None, buyer, LIMIT)
        self.both(lambda conn: payments.begin_payments(conn, [start]))

    @rule(number=booking_numbers, late=st.sampled_from([0, 0, 1]))
    def end(self, number: int, late: int) -> None:
        booking_id = self.name_of(number)
        attempt = self.attempt_of(booking_id) - late
        self.both(lambda conn: payments.end_payments(conn, [(booking_id, attempt)]))

    @rule(number=booking_numbers, late=st.sampled_from([0, 0, 1]))
    def extend_hold_for_authentication(self, number: int, late: int) -> None:
        booking_id = self.name_of(number)
        attempt = self.attempt_of(booking_id) - late

        async def is_extended(conn: Connection) -> bool | None:
            awaited = await payments.extend_hold_for_authentication(conn, booking_id, attempt, ANSWER_SECONDS)
            return None if awaited is None else awaited.is_extended  # each side's own clock decides until when

        self.both(is_extended)

    @rule(number=booking_numbers, late=st.sampled_from([0, 0, 1]))
    def take_over(self, number: int, late: int) -> None:
        booking_id = self.name_of(number)
        attempt = self.attempt_of(booking_id) - late
        self.both(lambda conn: payments.take_over_payment(conn, booking_id, attempt))

    @rule(numbers=st.sets(booking_numbers, min_size=1, max_size=3), late=st.sampled_from([0, 0, 0, 1]))
    def sell(self, numbers: set[int], late: int) -> None:
        ids = sorted({self.name_of(number) for number in numbers})
        attempts = [(booking_id, self.attempt_of(booking_id) - late) for booking_id in ids]

        async def sell(conn: Connection) -> list[str]:
            return sorted(await sell_tickets(conn, attempts))  # each side's own clock decides when

        self.both(sell)

    @rule(
        numbers=st.sets(booking_numbers, min_size=1, max_size=3),
        status=st.sampled_from([BookingStatus.RELEASED, BookingStatus.EXPIRED, BookingStatus.FAILED]),
        from_status=st.sampled_from([BookingStatus.IN_PROGRESS, BookingStatus.PAYING]),
        lapsed_only=st.booleans(),
    )
    def free(self, numbers: set[int], status: BookingStatus, from_status: BookingStatus, lapsed_only: bool) -> None:
        ids = sorted({self.name_of(number) for number in numbers})
        self.both(
            lambda conn: claims.free_bookings(
                conn, ids, status=status, from_status=from_status, lapsed_only=lapsed_only
            )
        )

    # The worker

    @rule()
    def sweep(self) -> None:
        passed = self.both(bookings.sweep_expired)
        self.both(lambda conn: bookings.record_overdue(conn, [row["id"] for row in passed]))

    @rule(is_over=st.booleans())
    def look_at_overdue(self, is_over: bool) -> None:
        overdue = self.both(bookings.read_overdue)
        if is_over:
            self.both(lambda conn: bookings.clear_overdue(conn, [row["id"] for row in overdue[:1]]))

    @rule()
    def look_for_stalled(self) -> None:
        self.both(lambda conn: bookings.read_stalled_payments(conn, 10))

    # The locks

    @rule(is_newer=st.sampled_from([True, True, False]))
    def load(self, is_newer: bool = True) -> None:
        self.epoch += is_newer
        rows = self.both(lambda conn: inventory.read_places(conn, "evt_1"))
        live = self.both(lambda conn: inventory.read_live_claims(conn, "evt_1"))
        held = {index for claim in live for index in claim["indexes"]}
        states = "".join("h" if row["index"] in held else row["state"].replace("c", "a") for row in rows)
        holds = tuple(
            LoadedHold(
                claim["id"],
                claim["remaining_ms"] // 10_000 * 10_000 + 5_000,
                tuple(index for index in claim["indexes"] if index < SEATS),
                (("floor", tuple(index for index in claim["indexes"] if index >= SEATS)),)
                if any(index >= SEATS for index in claim["indexes"])
                else (),
            )
            for claim in live
        )
        free = tuple(index for index in range(SEATS, PLACES) if states[index] == "a")
        sale = LoadedInventory("evt_1", self.epoch, SEATS, states.encode(), holds, (("floor", FLOOR, free),))
        self.both_locks(lambda locks: locks.load(sale))

    @rule(
        wanted=st.sets(st.integers(0, SEATS - 1), max_size=3),
        floor=st.integers(0, 2),
        number=st.integers(0, 5),
        allow=st.booleans(),
    )
    def lock(self, wanted: set[int], floor: int, number: int, allow: bool) -> None:
        seats = tuple(sorted(wanted))
        self.locked = getattr(self, "locked", 0) + 1
        request = LockRequest(
            "evt_1",
            f"lock_{number}_{self.locked}",
            HOLD_SECONDS,
            seats,
            ((0, SEATS),) * len(seats),
            (("floor", floor),) if floor else (),
            allow,
        )
        if isinstance(self.both_locks(lambda locks: locks.lock(request)), Locked):
            self.last_lock = request

    @rule(what=st.sampled_from(["release", "sell", "extend"]), is_known=st.sampled_from([True, True, False]))
    def after_a_lock(self, what: str, is_known: bool) -> None:
        request: LockRequest | None = getattr(self, "last_lock", None)
        if request is None:
            return
        booking_id = request.booking_id if is_known else "lock_unknown"
        if what == "release":
            self.both_locks(lambda locks: locks.release("evt_1", booking_id))
        elif what == "sell":
            self.both_locks(lambda locks: locks.sell("evt_1", booking_id, request.seats))
        else:
            self.both_locks(lambda locks: locks.extend("evt_1", booking_id, 150))

    @rule()
    def free_lapsed(self) -> None:
        self.both_locks(lambda locks: locks.free_lapsed("evt_1"))

    # What must be equal at any moment

    @invariant()
    def the_tables_are_the_same(self) -> None:
        if not hasattr(self, "model"):
            return
        self.both(lambda conn: inventory.read_places(conn, "evt_1"))
        self.both(lambda conn: bookings.read_bookings(conn, self.numbers))
        self.both(lambda conn: bookings.read_confirmed_places(conn, self.numbers))
        self.both(lambda conn: inventory.list_sold_indexes(conn, "evt_1"))

    @invariant()
    def the_locks_are_the_same(self) -> None:
        if hasattr(self, "model"):
            self.both_locks(lambda locks: locks.snapshot("evt_1"))
            self.both_locks(lambda locks: locks.states("evt_1"))
            self.align_ends()

    def align_ends(self) -> None:
        event = self.model_locks.peek("evt_1")
        left = {name: hold.ends_at - self.now for name, hold in event.holds.items()} if event else {}
        self.pair.run(self.pair.align_ends("evt_1", left))


def _claim(booking_id: str, indexes: set[int], buyer: str | None, key: int | None, revision: int) -> Claim:
    tickets = tuple(
        BookedTicket(f"tkt_1_{index}", index, "stalls", "Stalls", "lvl", "Level", 1_000, 100, 1_100)
        for index in sorted(indexes)
    )
    digest = bytes([key]) * 32 if key is not None else None
    return Claim(
        booking_id,
        "evt_1",
        "org_house",
        revision,
        tickets,
        "EUR",
        LIMIT,
        HOLD_SECONDS,
        buyer,
        buyer,
        None,
        digest,
        digest,
    )


_MOMENTS = ("created_at", "expires_at", "confirmed_at", "paying_since", "noted_at", "seconds", "remaining_ms")


def _shown(answer: Any) -> Any:
    """Return an answer without its times and without any order that SQL does not guarantee."""
    if isinstance(answer, StoredBooking):
        return (_shown(answer.booking), answer.attempt, answer.request_hash)
    if isinstance(answer, Booking):
        return (answer.id, answer.status, answer.tickets, answer.total, answer.buyer_email)
    if isinstance(answer, claims.ClaimOutcome):
        return (answer.won, answer.still_open, answer.within_limit, answer.existing_id)
    if isinstance(answer, dict) and "index" in answer:
        return tuple(sorted((k, v) for k, v in answer.items() if k in ("index", "level_id", "area_id", "state")))
    if isinstance(answer, dict):
        return sorted((key, _shown(value)) for key, value in answer.items() if key not in _MOMENTS)
    if isinstance(answer, list):
        return sorted((_shown(row) for row in answer), key=repr)
    return answer


def test_the_model_answers_as_the_servers_do(database_url: str, redis_url: str) -> None:
    pair = Pair(database_url, redis_url)
    machine = type("Machine", (SameAnswers,), {"pair": pair})
    try:
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=40,
                stateful_step_count=40,
                suppress_health_check=list(HealthCheck),
            ),
        )
    finally:
        pair.close()
