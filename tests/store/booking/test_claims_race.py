"""Two connections want the same: what PostgreSQL decides when they meet in the middle of a statement."""

import asyncio
from typing import Any

import msgspec
import pytest
import pytest_asyncio
from redis.asyncio import Redis

from admitone.booking.contracts import BookedTicket, Booking, BookingStatus
from admitone.booking.domain.inventory import Place
from admitone.booking.domain.refusals import TicketLimitExceeded
from admitone.booking.store import claims as store
from admitone.booking.store.bookings import read_booking, record_overdue, sweep_expired
from admitone.booking.store.claims import Claim, ClaimOutcome
from admitone.booking.store.inventory import issue_tickets
from admitone.booking.store.payments import PaymentStart, begin_payments, end_payments, take_over_payment
from admitone.booking.store.sell_tickets import sell_tickets
from admitone.booking.usecases.deps import Deps
from admitone.booking.usecases.start_checkout import start_checkout
from admitone.kit.postgres import Pool
from tests.builders import a_hall, a_wish, box_office, put_on_sale, terms_of_a_show

SHOW = "evt_1"


@pytest_asyncio.fixture
async def env(pool: Pool, redis: Redis) -> Deps:
    """Ten places for sale; claims are made by hand."""
    hall = a_hall(rows=1, seats=10)
    deps = box_office(pool, redis, seat_map=hall)
    await put_on_sale(deps, terms_of_a_show(event_id=SHOW, seat_map=hall))
    async with pool.connection() as conn, conn.transaction():
        await issue_tickets(conn, SHOW, [Place(index, "lvl_stalls", None, "a") for index in range(10)], "layout")
    return deps


def a_claim(name: str, *indexes: int, hold_seconds: int = 60, buyer: str | None = None, limit: int = 8) -> Claim:
    return Claim(
        booking_id=name,
        event_id=SHOW,
        organization_id="org_house",
        revision=1,
        tickets=tuple(_ticket(index) for index in indexes),
        currency="EUR",
        ticket_limit=limit,
        hold_seconds=hold_seconds,
        buyer_key=buyer,
        buyer_email=buyer,
        buyer_name=None,
        idempotency_key=None,
        request_hash=None,
    )


def _ticket(index: int) -> BookedTicket:
    return BookedTicket(f"tkt_1_{index}", index, "stalls", "Stalls", "lvl_stalls", "Stalls", 1_000, 0, 1_000)


def a_start(name: str, *, buyer: str | None = None, limit: int = 8) -> PaymentStart:
    return PaymentStart(name, SHOW, buyer, None, buyer, limit)


async def claim(pool: Pool, *wanted: Claim) -> dict[str, ClaimOutcome]:
    async with pool.connection() as conn:
        return await store.claim_tickets(conn, wanted)


async def begin(pool: Pool, start: PaymentStart) -> bool:
    async with pool.connection() as conn, conn.transaction():
        return start.booking_id in await begin_payments(conn, [start])


async def states(pool: Pool) -> str:
    async with pool.connection() as conn:
        rows = await (await conn.execute("select state from booking.tickets order by index")).fetchall()
    return "".join(row["state"] for row in rows)


async def status_of(pool: Pool, name: str) -> BookingStatus:
    async with pool.connection() as conn:
        stored = await read_booking(conn, name)
    assert stored is not None
    return stored.booking.status


async def lapse(pool: Pool, name: str) -> None:
    async with pool.connection() as conn:
        await conn.execute(
            "update booking.bookings set expires_at = clock_timestamp() - interval '1 ms' where id = %s", (name,)
        )


async def is_waiting(task: "asyncio.Task[Any]") -> bool:
    """Whether it is stopped by a lock, after time enough to be through otherwise."""
    await asyncio.sleep(0.15)
    return not task.done()


async def test_nothing_is_claimed_of_an_event_that_is_sold_no_more(pool: Pool, env: Deps) -> None:
    """Its terms are those that the claim was priced by; only the sale was stopped in between."""
    async with pool.connection() as conn:
        await conn.execute("update booking.sales set open = false where event_id = %s", (SHOW,))

    outcome = (await claim(pool, a_claim("late", 0, 1)))["late"]

    assert (outcome.won, outcome.still_open) == (False, False)
    assert await states(pool) == "a" * 10


async def test_of_two_claims_on_one_place_the_first_wins_and_the_second_loses_whole(env: Deps) -> None:
    pool = env.pool
    async with pool.connection() as first, first.transaction():
        await first.execute("select from booking.tickets where event_id = %s and index = 3 for update", (SHOW,))
        wanted = [a_claim("ada", 2, 3), a_claim("bob", 3, 4)]
        rivals = [asyncio.create_task(claim(pool, booking)) for booking in wanted]
        assert await is_waiting(rivals[0])
        assert await is_waiting(rivals[1])

    outcomes = {name: claimed.won for task in rivals for name, claimed in (await task).items()}

    assert sorted(outcomes.values()) == [False, True]
    assert (await states(pool)).count("c") == 2


async def test_a_batch_gives_each_its_own_answer(env: Deps) -> None:
    await claim(env.pool, a_claim("ada", 0, 1))

    outcomes = await claim(env.pool, a_claim("bob", 1, 2), a_claim("cleo", 3, 4), a_claim("dan", 99))

    assert {name: outcome.won for name, outcome in outcomes.items()} == {"bob": False, "cleo": True, "dan": False}
    assert await states(env.pool) == "ccaccaaaaa"


async def test_many_claims_over_many_connections_never_share_a_place(env: Deps) -> None:
    wanted = [a_claim(f"buyer{n:02}", n % 10, (n * 3 + 1) % 10) for n in range(40) if n % 10 != (n * 3 + 1) % 10]

    answers = await asyncio.gather(*(claim(env.pool, booking) for booking in wanted))

    won = [name for answer in answers for name, claimed in answer.items() if claimed.won]
    places = [ticket.index for booking in wanted if booking.booking_id in won for ticket in booking.tickets]
    assert len(places) == len(set(places))
    assert (await states(env.pool)).count("c") == len(places)


async def test_a_claim_that_lapsed_is_taken_over_and_its_payment_cannot_begin(env: Deps) -> None:
    await claim(env.pool, a_claim("ada", 0, 1))
    await lapse(env.pool, "ada")

    taken = await claim(env.pool, a_claim("bob", 1, 2))

    assert taken["bob"].won
    assert await begin(env.pool, a_start("ada")) is False
    assert await begin(env.pool, a_start("bob")) is True


async def test_a_claim_that_lives_is_not_taken_over(env: Deps) -> None:
    await claim(env.pool, a_claim("ada", 0, 1))

    assert (await claim(env.pool, a_claim("bob", 1)))["bob"].won is False


async def test_a_payment_that_began_in_time_keeps_its_places_for_ever(env: Deps) -> None:
    await claim(env.pool, a_claim("ada", 0, 1))
    assert await begin(env.pool, a_start("ada"))
    await lapse(env.pool, "ada")

    assert (await claim(env.pool, a_claim("bob", 1)))["bob"].won is False
    async with env.pool.connection() as conn:
        assert await store.free_bookings(conn, ["ada"], status=BookingStatus.EXPIRED, lapsed_only=True) == []
        assert list(await sell_tickets(conn, [("ada", 1)])) == ["ada"]


async def test_a_rival_waits_for_a_payment_that_begins_in_this_moment(env: Deps) -> None:
    """The hold is over when the rival looks, but the payment began before that and is about to commit."""
    pool = env.pool
    await claim(pool, a_claim("ada", 0, 1, hold_seconds=1))
    async with pool.connection() as paying, paying.transaction():
        await paying.execute("update booking.bookings set status = 'paying', attempt = 1 where id = 'ada'")
        await asyncio.sleep(1.05)
        rival = asyncio.create_task(claim(pool, a_claim("bob", 1)))
        assert await is_waiting(rival)

    assert (await rival)["bob"].won is False
    assert await status_of(pool, "ada") is BookingStatus.PAYING


async def test_what_was_taken_over_is_not_freed_by_the_sweeper(env: Deps) -> None:
    await claim(env.pool, a_claim("ada", 0, 1))
    await lapse(env.pool, "ada")
    await claim(env.pool, a_claim("bob", 1))

    async with env.pool.connection() as conn:
        ended = await store.free_bookings(conn, ["ada"], status=BookingStatus.EXPIRED, lapsed_only=True)

    assert [booking.booking.id for booking in ended] == ["ada"]
    assert await states(env.pool) == "acaaaaaaaa"


async def test_a_hold_that_lives_is_not_freed_by_the_sweeper(env: Deps) -> None:
    """It was swept as lapsed, and then its buyer was given more time."""
    await claim(env.pool, a_claim("ada", 0, 1))

    async with env.pool.connection() as conn:
        ended = await store.free_bookings(conn, ["ada"], status=BookingStatus.EXPIRED, lapsed_only=True)

    assert ended == []
    assert await states(env.pool) == "ccaaaaaaaa"


async def test_what_passed_is_swept_once(env: Deps) -> None:
    """A booking that is being paid outlives its time: each sweep would come back to all of them."""
    await claim(env.pool, a_claim("ada", 0, 1))
    await begin(env.pool, a_start("ada"))
    async with env.pool.connection() as conn:
        await conn.execute("update booking.bookings set expires_at = clock_timestamp() - interval '5 s'")

        first = await sweep_expired(conn)
        await record_overdue(conn, [row["id"] for row in first])
        again = await sweep_expired(conn)

    assert ([row["id"] for row in first], again) == (["ada"], [])


async def test_two_reclaim_paths_free_a_place_once(env: Deps) -> None:
    await claim(env.pool, a_claim("ada", 0, 1))
    await lapse(env.pool, "ada")

    async def free(status: BookingStatus) -> list[Any]:
        async with env.pool.connection() as conn:
            return list(await store.free_bookings(conn, ["ada"], status=status))

    ended = await asyncio.gather(*(free(s) for s in [BookingStatus.EXPIRED, BookingStatus.RELEASED] * 4))
    await claim(env.pool, a_claim("bob", 0))
    again = await free(BookingStatus.EXPIRED)

    assert sorted(len(booking) for booking in ended) == [0] * 7 + [1]
    assert again == []
    assert await states(env.pool) == "caaaaaaaaa"


@pytest.mark.parametrize("round_", range(5))
async def test_expiry_and_payment_race_and_one_of_them_wins(env: Deps, round_: int) -> None:
    await claim(env.pool, a_claim("ada", 0, 1, hold_seconds=1))
    await asyncio.sleep(0.98 + round_ * 0.01)

    async def expire() -> bool:
        async with env.pool.connection() as conn:
            return bool(await store.free_bookings(conn, ["ada"], status=BookingStatus.EXPIRED, lapsed_only=True))

    begun, *expired = await asyncio.gather(begin(env.pool, a_start("ada")), expire(), expire())

    assert begun + sum(expired) <= 1
    if begun:
        assert await states(env.pool) == "ccaaaaaaaa"
        assert await status_of(env.pool, "ada") is BookingStatus.PAYING
    if any(expired):
        assert await states(env.pool) == "aaaaaaaaaa"


async def test_a_sale_needs_the_attempt_that_was_authorized(env: Deps) -> None:
    await claim(env.pool, a_claim("ada", 0))
    await begin(env.pool, a_start("ada"))
    async with env.pool.connection() as conn:
        taken_over = await take_over_payment(conn, "ada", 1)
        assert taken_over is not None
        assert taken_over.attempt == 2
        assert await take_over_payment(conn, "ada", 1) is None

        assert await sell_tickets(conn, [("ada", 1)]) == {}
        assert list(await sell_tickets(conn, [("ada", 2)])) == ["ada"]
        assert await sell_tickets(conn, [("ada", 2)]) == {}


async def test_a_sale_takes_all_of_its_places_or_none(env: Deps) -> None:
    await claim(env.pool, a_claim("ada", 0, 1))
    await begin(env.pool, a_start("ada"))
    async with env.pool.connection() as conn:
        await conn.execute("update booking.tickets set state = 'a', booking_id = null where index = 1")

        assert await sell_tickets(conn, [("ada", 1)]) == {}

    assert await states(env.pool) == "caaaaaaaaa"
    assert await status_of(env.pool, "ada") is BookingStatus.PAYING


async def test_a_sale_takes_nothing_that_another_has(env: Deps) -> None:
    """However a place of ours came to be another's: what decides is whose it is when it is sold."""
    await claim(env.pool, a_claim("ada", 0, 1))
    await claim(env.pool, a_claim("bob", 2))
    await begin(env.pool, a_start("ada"))
    async with env.pool.connection() as conn:
        await conn.execute("update booking.tickets set booking_id = 'bob' where index = 1")

        assert await sell_tickets(conn, [("ada", 1)]) == {}

    assert await states(env.pool) == "cccaaaaaaa"


async def test_what_is_sold_is_not_freed_by_a_booking_that_ends(env: Deps) -> None:
    await claim(env.pool, a_claim("ada", 0, 1))
    async with env.pool.connection() as conn:
        await conn.execute("update booking.tickets set state = 's' where index = 1")
        await store.free_bookings(conn, ["ada"], status=BookingStatus.RELEASED)

    assert await states(env.pool) == "asaaaaaaaa"


async def test_a_layout_that_is_issued_again_leaves_what_buyers_have(env: Deps) -> None:
    await claim(env.pool, a_claim("ada", 0), a_claim("bob", 1))
    await begin(env.pool, a_start("bob"))
    async with env.pool.connection() as conn, conn.transaction():
        await sell_tickets(conn, [("bob", 1)])
        await issue_tickets(conn, SHOW, [Place(index, "lvl_other", None, "b") for index in range(3)], "another")

    assert await states(env.pool) == "csbbbbbbbb"  # a place that a layout does not name is not for sale


async def test_an_attempt_that_failed_does_not_end_a_later_one(env: Deps) -> None:
    await claim(env.pool, a_claim("ada", 0))
    await begin(env.pool, a_start("ada"))
    async with env.pool.connection() as conn:
        await end_payments(conn, [("ada", 1)])
        assert await begin(env.pool, a_start("ada"))

        await end_payments(conn, [("ada", 1)])

    assert await status_of(env.pool, "ada") is BookingStatus.PAYING


async def test_a_limit_counts_over_connections(env: Deps) -> None:
    wanted = [a_claim(f"ada{n}", n, buyer="ada", limit=3) for n in range(10)]

    answers = await asyncio.gather(*(claim(env.pool, booking) for booking in wanted))

    outcomes = [claimed for answer in answers for claimed in answer.values()]
    assert sum(outcome.won for outcome in outcomes) == 3
    assert sum(not outcome.within_limit for outcome in outcomes) == 7


async def test_a_buyer_who_is_named_only_when_paying_has_a_limit_then(env: Deps) -> None:
    for n in range(5):
        await claim(env.pool, a_claim(f"nobody{n}", n))

    begun = await asyncio.gather(*(begin(env.pool, a_start(f"nobody{n}", buyer="ada", limit=3)) for n in range(5)))

    assert sum(begun) == 3


async def test_the_same_key_from_two_processes_makes_one_booking(pool: Pool, redis: Redis) -> None:
    hall = a_hall(rows=4, seats=10)
    processes = [box_office(pool, redis, seat_map=hall) for _ in range(2)]
    await put_on_sale(processes[0], terms_of_a_show(event_id=SHOW, seat_map=hall, standing=100))
    order = a_wish(SHOW, areas=(("floor", 1),), idempotency_key=b"k" * 32, request_hash=b"h" * 32)

    bookings = await asyncio.gather(*(start_checkout(processes[n % 2], order=order) for n in range(12)))

    assert len({booking.id for booking in bookings}) == 1
    async with pool.connection() as conn:
        rows = await (await conn.execute("select count(*) from booking.bookings")).fetchall()
    assert rows == [{"count": 1}]
    assert (await states(pool)).count("c") == 1


async def test_a_key_that_is_committed_in_this_moment_is_found(env: Deps) -> None:
    keyed = {"idempotency_key": b"k" * 32, "request_hash": b"h" * 32}
    first, second = (msgspec.structs.replace(a_claim(name, at), **keyed) for at, name in enumerate(("ada", "bob")))
    async with env.pool.connection() as conn, conn.transaction():
        assert (await store.claim_tickets(conn, [first]))["ada"].won
        twin = asyncio.create_task(env.sale.claims.submit(second))
        assert await is_waiting(twin)

    outcome = await twin

    assert (outcome.won, outcome.existing_id) == (False, "ada")
    assert await states(env.pool) == "caaaaaaaaa"


async def test_limits_hold_between_processes(pool: Pool, redis: Redis) -> None:
    hall = a_hall(rows=4, seats=10)
    processes = [box_office(pool, redis, seat_map=hall) for _ in range(2)]
    await put_on_sale(processes[0], terms_of_a_show(event_id=SHOW, seat_map=hall, ticket_limit=4))
    seats = [f"{row}-{n}" for row in "AB" for n in range(1, 6)]
    orders = [a_wish(SHOW, seats=(seat,), buyer_email="ada@example.org") for seat in seats]

    answers = await asyncio.gather(
        *(start_checkout(processes[n % 2], order=order) for n, order in enumerate(orders)), return_exceptions=True
    )

    assert sum(isinstance(answer, Booking) for answer in answers) == 4
    assert sum(isinstance(answer, TicketLimitExceeded) for answer in answers) == 6
