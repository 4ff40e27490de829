"""Redis runs and executes no command: each of its error replies is a 503 with `Retry-After`, in the API and on pages.

The replies are a real server's. When it recovers, the sale continues, and undecided requests are decided.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from redis.asyncio import Redis
from redis.exceptions import ResponseError

from admitone.testing.buyer import Buyer, Held
from admitone.testing.organizer import Organizer
from tests.problems import refusal
from tests.running import Stack

pytestmark = pytest.mark.xdist_group("faults")

Act = Callable[[Redis], Awaitable[object]]


async def _fail_to_save(redis: Redis) -> None:
    """Make a snapshot fail, as on a full disk: a folder has the name of its file."""
    await redis.config_set("save", "3600 1")
    (await _snapshot(redis)).mkdir()
    await redis.bgsave()
    while (await redis.info("persistence"))["rdb_last_bgsave_status"] != "err":
        await asyncio.sleep(0.05)


async def _save_again(redis: Redis) -> None:
    await redis.config_set("save", "")
    (await _snapshot(redis)).rmdir()


async def _snapshot(redis: Redis) -> Path:
    settings: Any = await redis.config_get("*")
    return Path(str(settings["dir"]), str(settings["dbfilename"]))


FAULTS: dict[str, tuple[Act, Act]] = {
    "MISCONF": (_fail_to_save, _save_again),
    "NOREPLICAS": (
        lambda redis: redis.config_set("min-replicas-to-write", 1),
        lambda redis: redis.config_set("min-replicas-to-write", 0),
    ),
    "OOM": (lambda redis: redis.config_set("maxmemory", 1), lambda redis: redis.config_set("maxmemory", 0)),
    "READONLY": (
        lambda redis: redis.replicaof("127.0.0.1", "1"),
        lambda redis: redis.replicaof("NO", "ONE"),
    ),
}


@pytest_asyncio.fixture
async def redis(stack: Stack) -> AsyncIterator[Redis]:
    async with Redis.from_url(stack.redis_url) as redis:
        yield redis


@pytest_asyncio.fixture
async def http(stack: Stack) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=stack.address, timeout=30) as http:
        yield http


@pytest.mark.parametrize("reply", FAULTS)
async def test_an_error_reply_is_503_unavailable(
    reply: str, redis: Redis, http: httpx.AsyncClient, organizer: Organizer
) -> None:
    breaks, mends = FAULTS[reply]
    show, key = await organizer.show(hall=await organizer.plain_hall(2, 10)), secrets.token_hex(16)
    ada, form = Buyer(http), {"seat": list(show.seats[4:6])}
    await ada.hold(show, seats=list(show.seats[:2]))

    await breaks(redis)
    try:
        said = await _reply(redis)
        refused = await ada.checkout(show, key=key, seats=list(show.seats[10:12]))
        page = await http.post(f"/e/{show.id}/hold", data=form, headers={"Accept": "text/html"})
    finally:
        await mends(redis)
    again = await ada.checkout(show, key=key, seats=list(show.seats[10:12]))

    assert said.startswith(reply)
    assert refusal(refused) == (503, "busy")
    assert int(refused.headers["Retry-After"]) >= 1
    assert (page.status_code, "</html>" in page.text) == (503, True)
    assert Held.of(again)


async def test_a_script_that_never_ends_and_scripts_missing_from_the_cache(
    redis: Redis, http: httpx.AsyncClient, organizer: Organizer
) -> None:
    show = await organizer.show(standing=10)
    ada = Buyer(http)
    await redis.config_set("busy-reply-threshold", 1)
    spinning: Any = asyncio.ensure_future(redis.eval("while true do end", 0))
    try:
        while not (await _reply(redis)).startswith("BUSY"):
            await asyncio.sleep(0.05)
        refused = await ada.checkout(show, best_available={"quantity": 1})
    finally:
        await redis.script_kill()
        await asyncio.gather(spinning, return_exceptions=True)
        await redis.config_set("busy-reply-threshold", 5000)
    await redis.script_flush()

    assert refusal(refused) == (503, "busy")
    assert await ada.hold(show, best_available={"quantity": 1})


async def _reply(redis: Redis) -> str:
    """Return the server's own error reply to a write."""
    try:
        await redis.set("probe", "1")
    except ResponseError as error:
        return f"{error.status_code or ''} {error}".strip()
    return ""
