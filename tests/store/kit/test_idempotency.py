"""The middleware of `Idempotency-Key` on real Redis, called as a server calls it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

import pytest
import pytest_asyncio
from litestar.types import ASGIApp
from redis.asyncio import Redis

from admitone.kit.fast_lane import BODY_BYTES_MAX as FAST_BODY_BYTES_MAX
from admitone.kit.fast_lane import FastAnswer, FastLane, FastRequest
from admitone.kit.idempotency import (
    ANSWER_BYTES_MAX,
    BODY_BYTES_MAX,
    KEY_CHARACTERS_MAX,
    Idempotency,
    IdempotencyKeyReused,
    Records,
    RequestInProgress,
    remembered,
)
from admitone.kit.redis import open_redis
from admitone.kit.refusal import BodyTooLarge, InvalidParameter, Refusal

EXEMPT = "/organizer/imports"


@dataclass
class Answered:
    status: int
    headers: dict[bytes, bytes]
    body: bytes


@dataclass
class Shop:
    """The application behind: counts what reached it, answers what it is told to."""

    status: int = 201
    body: bytes = b'{"ok":true}'
    calls: list[bytes] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    error: Exception | None = None

    async def __call__(self, _scope: Any, receive: Any, send: Any) -> None:
        self.calls.append((await receive())["body"])
        await self.gate.wait()
        if self.error is not None:
            raise self.error
        headers = [(b"content-type", b"application/json"), (b"location", b"/booking/1")]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body[:5], "more_body": True})
        await send({"type": "http.response.body", "body": self.body[5:], "more_body": False})


Post = Callable[..., Coroutine[Any, Any, Answered]]


@pytest.fixture
def shop() -> Shop:
    made = Shop()
    made.gate.set()
    return made


@pytest_asyncio.fixture(params=["middleware", "fast lane"])
async def post(shop: Shop, redis: Redis, request: pytest.FixtureRequest) -> AsyncIterator[Post]:
    records = Records(redis)
    yield posting(entrance(request.param, shop, records))
    await records.settle()


def entrance(kind: str, shop: Shop, records: Records) -> ASGIApp:
    """The same shop behind either of the two doors; what the fast lane's handler raises reaches the test."""
    if kind == "middleware":
        return Idempotency(shop, records, exempt=(EXEMPT,))
    raised: list[Exception] = []

    async def serve(request: FastRequest) -> FastAnswer:
        shop.calls.append(request.body)
        await shop.gate.wait()
        if shop.error is not None:
            raise shop.error
        return FastAnswer(shop.status, shop.body, {"Location": "/booking/1"})

    remember = remembered(serve, records)

    async def noted(request: FastRequest) -> FastAnswer:
        try:
            return await remember(request)
        except Exception as error:
            raised.append(error)
            raise

    lane = FastLane(shop, dict.fromkeys(["/booking/checkout", "/booking/confirm"], noted))

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await lane(scope, receive, send)
        if raised:
            raise raised.pop()

    return app


def posting(middleware: ASGIApp) -> Post:
    async def post(
        body: bytes = b"{}", *, key: bytes | None = b"k-1", path: str = "/booking/checkout", method: str = "POST"
    ) -> Answered:
        answered = Answered(0, {}, b"")
        chunks = [body[:3], body[3:]]

        async def receive() -> Any:
            chunk = chunks.pop(0)
            return {"type": "http.request", "body": chunk, "more_body": bool(chunks)}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                answered.status, answered.headers = message["status"], dict(message["headers"])
            else:
                answered.body += message["body"]

        headers = [(b"idempotency-key", key)] if key is not None else []
        scope: Any = {"type": "http", "method": method, "path": path, "headers": headers}
        await middleware(scope, receive, send)
        return answered

    return post


async def test_the_same_key_and_body_replay_the_first_answer(post: Post, shop: Shop) -> None:
    first, again = await post(b'{"a": 1}'), await post(b'{"a": 1}')

    assert shop.calls == [b'{"a": 1}']
    assert (again.status, again.body, again.headers[b"location"]) == (201, first.body, b"/booking/1")
    assert again.headers[b"idempotent-replayed"] == b"true"
    assert again.headers[b"content-type"] == b"application/json"


async def test_the_same_key_with_another_body_is_refused(post: Post, shop: Shop) -> None:
    await post(b'{"a": 1}')

    with pytest.raises(IdempotencyKeyReused):
        await post(b'{"a": 2}')

    assert len(shop.calls) == 1


async def test_a_refused_stranger_leaves_the_first_answer_where_it_is(post: Post, shop: Shop) -> None:
    first = await post(b'{"a": 1}')
    with pytest.raises(IdempotencyKeyReused):
        await post(b'{"a": 2}')

    assert (await post(b'{"a": 1}')).body == first.body
    assert len(shop.calls) == 1


async def test_a_twin_that_still_runs_is_said_so(post: Post, shop: Shop) -> None:
    shop.gate.clear()
    running = asyncio.create_task(post())
    while not shop.calls:
        await asyncio.sleep(0.005)

    with pytest.raises(RequestInProgress) as refused:
        await post()
    shop.gate.set()

    assert refused.value.retry_after_seconds == 1
    assert (await running).status == 201
    assert (await post()).headers[b"idempotent-replayed"] == b"true"


async def test_of_many_at_once_one_runs(post: Post, shop: Shop) -> None:
    answers = await asyncio.gather(*(post() for _ in range(20)), return_exceptions=True)

    assert len(shop.calls) == 1
    assert sum(isinstance(one, Answered) for one in answers) >= 1
    assert all(isinstance(one, (Answered, RequestInProgress)) for one in answers)


@pytest.mark.parametrize("status", [400, 402, 404, 409, 410, 422])
async def test_a_decided_refusal_is_replayed(post: Post, shop: Shop, status: int) -> None:
    shop.status = status

    await post()
    again = await post()

    assert (again.status, len(shop.calls)) == (status, 1)


@pytest.mark.parametrize("status", [202, 401, 408, 413, 425, 429, 500, 502, 503])
async def test_what_was_not_decided_is_tried_again(post: Post, shop: Shop, status: int) -> None:
    shop.status = status
    await post()
    shop.status = 201

    assert (await post()).status == 201
    assert len(shop.calls) == 2


async def test_an_error_leaves_nothing_behind(post: Post, shop: Shop, redis: Redis) -> None:
    shop.error = ValueError("broken")
    with pytest.raises(ValueError, match="broken"):
        await post()
    shop.error = None

    assert (await post()).status == 201
    assert len(await redis.keys("*")) == 1


async def test_an_answer_that_is_too_large_is_not_kept(post: Post, shop: Shop) -> None:
    shop.body = b"x" * (ANSWER_BYTES_MAX + 1)

    await post()
    await post()

    assert len(shop.calls) == 2


async def test_other_paths_methods_and_keys_are_strangers(post: Post, shop: Shop) -> None:
    await post()
    await post(key=b"k-2")
    await post(path="/booking/confirm")
    await post(method="PUT")
    await post(key=None)
    await post(key=None)

    assert len(shop.calls) == 6


async def test_an_exempt_path_is_left_alone(post: Post, shop: Shop) -> None:
    await post(path=EXEMPT)
    await post(path=EXEMPT)

    assert shop.calls == [b"{}"[:3], b"{}"[:3]]


@pytest.mark.parametrize("key", [b"", b"x" * (KEY_CHARACTERS_MAX + 1), "ключ".encode(), b"a\x00b", b"a\tb"])
async def test_a_key_that_is_none_is_refused(post: Post, shop: Shop, key: bytes) -> None:
    with pytest.raises(InvalidParameter):
        await post(key=key)

    assert shop.calls == []


async def test_the_longest_key_will_do(post: Post) -> None:
    assert (await post(key=b"~" * KEY_CHARACTERS_MAX)).status == 201


async def test_a_body_without_end_is_cut_off(shop: Shop, redis: Redis) -> None:
    with pytest.raises(BodyTooLarge):
        await posting(entrance("middleware", shop, Records(redis)))(b"x" * (BODY_BYTES_MAX + 1))
    answered = await posting(entrance("fast lane", shop, Records(redis)))(b"x" * (FAST_BODY_BYTES_MAX + 1))

    assert answered.status == 413

    assert shop.calls == []


async def test_nobody_reads_keys_out_of_redis(post: Post, redis: Redis) -> None:
    await post(key=b"secret-key-of-a-buyer")

    names: Any = await redis.keys("*")
    assert len(names) == 1
    assert b"secret" not in names[0]
    assert 0 < await redis.ttl(names[0]) <= 24 * 3600


@pytest.mark.parametrize("kind", ["middleware", "fast lane"])
async def test_without_redis_requests_are_served_and_not_remembered(shop: Shop, kind: str) -> None:
    async with open_redis("redis://127.0.0.1:1/0") as nowhere:
        post = posting(entrance(kind, shop, Records(nowhere)))

        answers = [await post(), await post()]

    assert [one.status for one in answers] == [201, 201]
    assert len(shop.calls) == 2


def test_the_refusals_have_their_codes() -> None:
    refusals: list[Refusal] = [IdempotencyKeyReused(), RequestInProgress()]

    assert [one.code for one in refusals] == ["idempotency-key-reused", "request-in-progress"]
