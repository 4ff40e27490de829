"""A primary dies in the middle of a sale and its replica takes over: no acknowledged sale is lost, and the sale
continues without a restart of any role."""

from collections.abc import Awaitable, Callable

import pytest

from admitone.runtime.server_checks import ServerCheckError, check_postgresql, check_redis
from admitone.testing.history import History, Outcome, Racer
from admitone.testing.organizer import Organizer, Show
from tests.races.crowd import sell_during
from tests.races.failover.replicated import SENTINELS, Replicated
from tests.races.faults.waiting import until

pytestmark = pytest.mark.xdist_group("failover")

Check = Callable[..., Awaitable[None]]
NewRacer = Callable[[str], Racer]


def _sold(history: History) -> int:
    return len(list(history.of("confirm", Outcome.OK)))


async def test_redis_fails_over(
    replicated: Replicated, organizer: Organizer, racer: NewRacer, history: History, check: Check
) -> None:
    assert f"{SENTINELS} Sentinels agree; 1 replica follows" in check_redis(replicated.urls.redis)

    async def kill(_show: Show) -> None:
        await until(lambda: _sold(history) > 5)
        replicated.kill_redis()
        await until(lambda: replicated.primary_of_redis() == replicated.redis_ports[1])
        sold = _sold(history)
        await until(lambda: _sold(history) > sold)

    await check(await sell_during(kill, organizer, racer, history))
    with pytest.raises(ServerCheckError, match="no replica follows"):
        check_redis(replicated.urls.redis)


async def test_postgresql_fails_over(
    replicated: Replicated, organizer: Organizer, racer: NewRacer, history: History, check: Check
) -> None:
    url = replicated.urls.postgres
    assert "1 replica follows, synchronous: *" in check_postgresql(url)

    async def kill(_show: Show) -> None:
        await until(lambda: _sold(history) > 5)
        replicated.kill_postgresql()
        sold = _sold(history)
        await until(lambda: _sold(history) > sold)

    await check(await sell_during(kill, organizer, racer, history))
    with pytest.raises(ServerCheckError, match="no replica follows"):
        check_postgresql(url)
