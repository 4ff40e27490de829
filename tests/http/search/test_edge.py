"""The gateway's cache in front of the search role: clients can neither poison nor flood it."""

import asyncio
from collections.abc import AsyncIterator
from time import monotonic
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio

from admitone.kit.redis import open_redis
from tests.running import Stack

pytestmark = pytest.mark.xdist_group("stack")

CACHED = "public, max-age=1, s-maxage=60, stale-while-revalidate=30, stale-if-error=60"
PATHS = ("/events/search?q={}", "/events/suggest?q={}", "/discovery/v2/events.json?keyword={}")
KEPT = ("HIT", "STALE", "UPDATING", "REVALIDATED")
ATTEMPTS = 5


QUIET_SECONDS = 1.5
"""A change raises the generation, and again 0.6 s later; the gateway reads it within another 0.7 s."""


@pytest_asyncio.fixture(scope="module")
async def http(stack: Stack) -> AsyncIterator[httpx.AsyncClient]:
    """Return a client once changes of other tests have reached every process; the stack's rounds change no more."""
    async with open_redis(stack.redis_url) as redis:
        tokens, since = None, monotonic()
        while monotonic() - since < QUIET_SECONDS:
            now = await redis.mget("search:generation", "search:words")
            if now != tokens:
                tokens, since = now, monotonic()
            await asyncio.sleep(0.05)
    async with httpx.AsyncClient(base_url=stack.address, timeout=10) as client:
        yield client


def fresh(path: str) -> str:
    """Return an address that no client has requested."""
    return path.format(f"q{uuid4().hex}")


async def ask_in_turn(http: httpx.AsyncClient, *requests: tuple[str, dict[str, str]]) -> list[httpx.Response]:
    """Send each request (its path with one fresh word, its headers) after the one before, and return the answers.

    A change of the index between two of them empties the cache: then ask again, with another word.
    """
    answers: list[httpx.Response] = []
    for _ in range(ATTEMPTS):
        word = f"q{uuid4().hex}"
        answers = [await http.get(path.format(word), headers=headers) for path, headers in requests]
        if all(answer.headers["X-Cache-Status"] in KEPT for answer in answers[1:]):
            break
    return answers


@pytest.mark.parametrize("path", PATHS)
async def test_the_role_answers_a_query_once(http: httpx.AsyncClient, path: str) -> None:
    first, *others = await ask_in_turn(http, *[(path, {})] * 4)

    assert first.headers["X-Cache-Status"] == "MISS"
    assert {answer.headers["X-Cache-Status"] for answer in others} <= set(KEPT)
    assert {answer.headers["Cache-Control"] for answer in others} == {CACHED}


@pytest.mark.parametrize(
    "headers",
    [
        {"Cookie": "session=mine"},
        {"Authorization": "Bearer mine"},
        {"X-Forwarded-Host": "evil.example"},
        {"X-Search-Generation": "forged"},
        {"Accept-Language": "de"},
        {"X-Original-URL": "/events/search?q=other"},
        {"X-HTTP-Method-Override": "POST"},
        {"Range": "bytes=0-3"},
        {"Host": "evil.example"},
    ],
)
async def test_headers_neither_change_an_answer_nor_bypass_the_cache(
    http: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    path = "/events/search?q={}"

    _, plain = await ask_in_turn(http, (path, headers), (path, {}))

    assert (plain.status_code, plain.headers["X-Cache-Status"] in KEPT) == (200, True)
    assert "evil" not in plain.text
    assert plain.json()["page"]["total"] == 0
    assert "Set-Cookie" not in plain.headers
    assert plain.headers.get("Vary", "Accept-Encoding") == "Accept-Encoding"


async def test_a_body_of_a_get_is_not_passed_on(http: httpx.AsyncClient) -> None:
    path = fresh("/events/search?q={}")

    fat = await http.request("GET", path, content=b'{"q": "other"}', headers={"Content-Type": "application/json"})

    assert (fat.status_code, fat.json()["page"]["total"]) == (200, 0)


@pytest.mark.parametrize("path", ["/events/search?colour=red", "/events/search?size=0", "/discovery/v2/events?size=0"])
async def test_refusals_are_not_cached(http: httpx.AsyncClient, path: str) -> None:
    path = f"{path}&odd={uuid4().hex}"
    await http.get(path)

    again = await http.get(path)

    assert (again.status_code, again.headers["X-Cache-Status"]) == (400, "MISS")
    assert again.headers["Cache-Control"] == "no-store"


async def test_huge_queries_do_not_reach_the_role(http: httpx.AsyncClient) -> None:
    answer = await http.get(f"/events/search?q={'x' * 5_000}")

    assert (answer.status_code, answer.json()["code"]) == (414, "uri-too-long")


async def test_the_key_of_a_discovery_client_is_not_part_of_the_cache_key(http: httpx.AsyncClient) -> None:
    path = "/discovery/v2/events.json?keyword={}&apikey="

    first, second = await ask_in_turn(http, (f"{path}one", {}), (f"{path}two", {}))

    assert (first.headers["X-Cache-Status"], second.headers["X-Cache-Status"] in KEPT) == ("MISS", True)


async def test_the_path_of_the_generation_is_internal(http: httpx.AsyncClient) -> None:
    assert (await http.get("/.gateway/generation")).status_code == 404
    assert "X-Search-Generation" not in (await http.get("/events/search")).headers


async def test_look_ups_are_counted(http: httpx.AsyncClient, stack: Stack) -> None:
    await http.get(fresh("/events/search?q={}"))

    text = (await stack.read_metrics("search")).text

    assert 'admitone_search_cache_total{layer="process",outcome="miss"}' in text
    assert 'admitone_search_cache_total{layer="engine",outcome="asked"}' in text
