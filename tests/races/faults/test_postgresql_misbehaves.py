"""PostgreSQL closes connections around a commit, falls silent, is locked, deadlocked or full: every sale is complete or
did not happen, buyers are asked to retry, and the sale continues."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import psycopg
import pytest

from admitone.testing.history import Call, History, Outcome, Racer
from admitone.testing.organizer import Organizer, Show
from tests.races.crowd import sell_during
from tests.races.faults.fragile import Fragile
from tests.races.faults.postgres_proxy import AFTER, BEFORE
from tests.races.faults.waiting import until

pytestmark = pytest.mark.xdist_group("faults")

Check = Callable[..., Awaitable[None]]
NewRacer = Callable[[str], Racer]
COMMITS_OF_A_CONFIRM_MAX = 12
POOL_CONNECTIONS = 8


@pytest.mark.parametrize("role", ["booking", "worker"])
async def test_connections_are_cut_at_commits(
    fragile: Fragile, organizer: Organizer, racer: NewRacer, history: History, check: Check, role: str
) -> None:
    """One commit in five has an unknown outcome: half of those were committed, half were not."""
    proxy = fragile.proxy
    before = proxy.count(BEFORE), proxy.count(AFTER)

    async def nothing(_show: Show) -> None:
        return

    with proxy.cutting(fragile.stack.find(role), every=5):
        show = await sell_during(nothing, organizer, racer, history)

    assert proxy.count(BEFORE) > before[0]
    assert proxy.count(AFTER) > before[1]
    await check(show)


@pytest.mark.parametrize("side", [BEFORE, AFTER])
async def test_a_retry_with_the_same_key_finds_the_result_of_a_lost_commit(
    fragile: Fragile, organizer: Organizer, racer: NewRacer, history: History, check: Check, side: str
) -> None:
    show = await organizer.show(standing=40, ticket_limit=40)
    ada, pid, key = racer("ada"), fragile.stack.find("booking"), secrets.token_hex(16)
    await ada.checkout(show, best_available={"quantity": 1})  # an event's one-time work, before the commits under test
    with fragile.proxy.meeting(pid, side):
        lost = await ada.checkout(show, key=key, best_available={"quantity": 2})
    held = await ada.checkout(show, key=key, best_available={"quantity": 2})
    answers = []
    for commits in range(COMMITS_OF_A_CONFIRM_MAX):
        cuts = fragile.proxy.count(side)
        checked_out = await ada.checkout(show, best_available={"quantity": 1})
        with fragile.proxy.meeting(pid, side, after=commits):
            answers.append(await ada.confirm(checked_out))
        if fragile.proxy.count(side) == cuts:  # there are fewer commits than that
            break
        await _confirm_until_it_is_known(ada, checked_out)
    await ada.confirm(held)

    assert lost.status == 503
    assert held.outcome is Outcome.OK
    assert len(answers) > 1
    assert answers[-1].outcome is Outcome.OK
    assert {call.status for call in answers} <= {200, 202, 503}
    with psycopg.connect(fragile.direct_url) as conn:
        made = conn.execute("select count(*) from booking.bookings where event_id = %s", [show.id]).fetchone()
    assert made == (2 + len(answers),)
    await check(show)


async def test_postgresql_falls_silent(
    fragile: Fragile, http: httpx.AsyncClient, organizer: Organizer, racer: NewRacer, check: Check
) -> None:
    """PostgreSQL neither answers nor closes: one request per connection waits; all others are rejected in time."""
    show = await organizer.show(standing=20)
    ada = racer("ada")
    held = await ada.checkout(show, best_available={"quantity": 2})
    assert held.outcome is Outcome.OK, str(held)
    url, headers = f"/booking/{held.booking_id}", {"Authorization": f"Bearer {held.answer['booking_token']}"}
    with fragile.proxy.silent():
        asked = [asyncio.create_task(http.get(url, headers=headers)) for _ in range(4 * POOL_CONNECTIONS)]
        await until(lambda: sum(task.done() for task in asked) >= 3 * POOL_CONNECTIONS)
    answers = await asyncio.gather(*asked)

    assert {answer.status_code for answer in answers} == {200, 503}
    assert all(answer.headers.get("Retry-After") for answer in answers if answer.status_code == 503)
    assert (await ada.confirm(held)).outcome is Outcome.OK
    await check(show)


async def test_another_session_locks_the_tickets(
    fragile: Fragile, organizer: Organizer, racer: NewRacer, history: History, check: Check
) -> None:
    async def lock(show: Show) -> None:
        async with await psycopg.AsyncConnection.connect(fragile.direct_url) as conn:
            await conn.execute("lock table booking.tickets in exclusive mode")
            await _be_rejected(racer("eve"), show)

    await check(await sell_during(lock, organizer, racer, history))


async def test_a_claim_is_in_a_deadlock(
    fragile: Fragile, organizer: Organizer, racer: NewRacer, history: History, check: Check
) -> None:
    """PostgreSQL aborts the claim: the buyer gets a retryable refusal, retries, and has the places."""
    show = await organizer.show(hall=await organizer.plain_hall(1, 10), allow_orphans=True)
    ada = racer("ada")
    await ada.release(await ada.checkout(show, seats=[show.seats[8]]))
    waits = "select count(*) from pg_locks where not granted"
    lock = "select 1 from booking.tickets where event_id = %s and index = %s for update"
    async with await psycopg.AsyncConnection.connect(fragile.direct_url) as conn:
        await conn.execute("set deadlock_timeout = '1min'")  # so that PostgreSQL aborts the claim first
        before = await _deadlocks(fragile)
        await conn.execute(lock, [show.id, 1])
        asked = asyncio.create_task(ada.checkout(show, seats=[show.seats[0], show.seats[1]]))
        await until(lambda: _count(fragile, waits) > 0)
        await conn.execute(lock, [show.id, 0])
        told = await asked
        await conn.rollback()
    again = await ada.checkout(show, seats=[show.seats[0], show.seats[1]])
    await ada.confirm(again)

    assert await _deadlocks(fragile) > before
    assert (told.status, told.code) == (503, "busy")
    assert again.outcome is Outcome.OK
    await check(show)


async def test_the_disk_is_full(
    fragile: Fragile, organizer: Organizer, racer: NewRacer, history: History, check: Check
) -> None:
    if fragile.disk is None:
        pytest.skip("this machine does not allow to mount a small disk (neither as root nor in a user namespace)")

    async def fill(show: Show) -> None:
        with fragile.full_disk():
            await _be_rejected(racer("eve"), show)

    await check(await sell_during(fill, organizer, racer, history))


async def _be_rejected(racer: Racer, show: Show) -> None:
    """Send requests until one is refused: loaded data, and room in a half-filled block, still serve a few."""
    while (told := await racer.checkout(show, best_available={"quantity": 1})).status != 503:
        assert told.outcome is Outcome.OK, str(told)
        await racer.release(told)


async def _confirm_until_it_is_known(ada: Racer, held: Call) -> Call:
    while (paid := await ada.confirm(held)).outcome is Outcome.UNKNOWN:
        await asyncio.sleep(0.2)
    return paid


def _count(fragile: Fragile, question: str, *arguments: Any) -> int:
    with psycopg.connect(fragile.direct_url) as conn:
        row = conn.execute(question.encode(), arguments).fetchone()
    assert row is not None
    return int(row[0])


async def _deadlocks(fragile: Fragile) -> int:
    return _count(fragile, "select deadlocks from pg_stat_database where datname = current_database()")
