"""A primary dies in the middle of a sale and its replica takes over: no acknowledged sale is lost, and the sale
continues without a restart of any role."""

from collections.abc import Awaitable, Callable

import pytest
from redis import Redis

from admitone.runtime.server_checks import ServerCheckError, check_postgresql, check_redis
from admitone.testing.history import History, Outcome, Racer
from admitone.testing.organizer import Organizer, Show
from tests.races.crowd import sell_during
from tests.races.failover.replicated import SENTINELS, Replicated
from tests.races.faults.waiting import until
from tests.servers import as_app

pytestmark = pytest.mark.xdist_group("failover")

Check = Callable[..., Awaitable[None]]
NewRacer = Callable[[str], Racer]


def _sold(history: History) -> int:
    return len(list(history.of("confirm", Outcome.OK)))


async def test_redis_fails_over(
    replicated: Replicated, organizer: Organizer, racer: NewRacer, history: History, check: Check
) -> None:
    with Redis(port=replicated.redis_ports[0]) as primary:
        primary.config_set("min-replicas-to-write", 1)
        with pytest.raises(ServerCheckError, match="after a failover, no seat could be locked"):
            check_redis(replicated.urls.redis)
        primary.config_set("min-replicas-to-write", 0)
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
    assert "1 replica follows, 1 of them synchronous" in check_postgresql(url)
    with pytest.raises(ServerCheckError, match="grant pg_monitor to admitone_app"):
        check_postgresql(as_app(url))

    async def kill(_show: Show) -> None:
        await until(lambda: _sold(history) > 5)
        replicated.kill_postgresql()
        sold = _sold(history)
        await until(lambda: _sold(history) > sold)

    await check(await sell_during(kill, organizer, racer, history))
    # A receiver of backups cannot take over.
    with replicated.receiving_wal(), pytest.raises(ServerCheckError, match="no replica follows"):
        check_postgresql(url)
