"""The product on a Redis Cluster of three primaries: a journey on each of them, and a primary dies during a sale."""

from collections.abc import Awaitable, Callable

import httpx
import pytest

from admitone.runtime.server_checks import ServerCheckError, check_redis
from admitone.testing.history import History, Outcome, Racer
from admitone.testing.organizer import Organizer, Show
from tests.event_stream import open_stream
from tests.races.crowd import sell_during
from tests.races.faults.waiting import until
from tests.redis_cluster import PRIMARIES, RunningCluster

pytestmark = pytest.mark.xdist_group("redis_cluster")

Check = Callable[..., Awaitable[None]]
NewRacer = Callable[[str], Racer]


def _seats_of(show: Show) -> str:
    return f"seats:{{{show.id}}}"


async def test_hold_pay_and_watch_on_each_primary(
    cluster: RunningCluster,
    http: httpx.AsyncClient,
    organizer: Organizer,
    racer: NewRacer,
    history: History,
    check: Check,
) -> None:
    hall = await organizer.plain_hall(1, 4)
    shows: dict[int, Show] = {}
    while len(shows) < PRIMARIES:
        show = await organizer.show(hall=hall, allow_orphans=True)
        shows.setdefault(cluster.primary_of(_seats_of(show)), show)

    for show in shows.values():
        async with open_stream(http, show.id) as stream:
            await stream.until("aaaa")
            held = await racer("ada").checkout(show, seats=list(show.seats[:2]))
            assert held.outcome is Outcome.OK
            await stream.until("hhaa")
            assert (await racer("bob").checkout(show, seats=[show.seats[1]])).code == "seats-taken"
            assert (await racer("ada").confirm(held)).outcome is Outcome.OK
            await stream.until("ssaa")

    await check(*shows.values())
    assert f"{PRIMARIES} primaries, each with a replica" in check_redis(cluster.url)


async def test_a_primary_dies_during_a_sale(
    cluster: RunningCluster, organizer: Organizer, racer: NewRacer, history: History, check: Check
) -> None:
    def sold() -> int:
        return len(list(history.of("confirm", Outcome.OK)))

    async def kill(show: Show) -> None:
        await until(lambda: sold() > 5)
        lost = cluster.primary_of(_seats_of(show))
        cluster.kill(lost)
        await until(lambda: cluster.primary_of(_seats_of(show)) != lost)
        before = sold()
        await until(lambda: sold() > before)

    await check(await sell_during(kill, organizer, racer, history))
    with pytest.raises(ServerCheckError, match="no replica follows"):
        check_redis(cluster.url)
