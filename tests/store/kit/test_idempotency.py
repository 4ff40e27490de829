"""The middleware of `Idempotency-Key` on real Redis, called as a server calls it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

import pytest
import pytest_asyncio
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar import HttpMethod, Litestar, Request, Response, route
from litestar.types import ASGIApp
from redis.asyncio import Redis

from admitone.kit.fast_lane import FastAnswer, FastLane, FastRequest
from admitone.kit.idempotency import ANSWER_BYTES_MAX, KEY_CHARACTERS_MAX, Idempotency, remembered
from admitone.kit.idempotency_records import IdempotencyKeyReused, Records, RequestInProgress
from admitone.kit.redis import open_redis
from admitone.kit.refusal import InvalidParameter, Kind, Refusal

EXEMPT = "/organizer/imports"
PATHS = ["/booking/checkout", "/booking/confirm"]
SECRET = "a secret of an installation, for tests"
ANY_SCOPE = {"type": "http", "query_string": b"", "root_path": "", "scheme": "http", "http_version": "1.1"}


@dataclass
class Answered:
    status: int
    headers: dict[bytes, bytes]
    body: bytes


class KeyRevoked(Refusal):
    code = "not-authenticated"
    kind = Kind.UNAUTHENTICATED


@dataclass
class Shop:
    """The application behind: counts what reached it, answers what it is told to."""

    status: int = 201
    body: bytes = b'{"ok":true}'
    calls: list[bytes] = field(default_factory=list)
    attempts: list[str | None] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    error: Exception | None = None
    revoked: bytes | None = None
    """A credential that is not good any more."""

    async def serve(self, body: bytes) -> None:
        self.calls.append(body)
        await self.gate.wait()
        if self.error is not None:
            raise self.error


Post = Callable[..., Coroutine[Any, Any, Answered]]


@pytest.fixture
def shop() -> Shop:
    made = Shop()
    made.gate.set()
    return made


@pytest_asyncio.fixture(params=["middleware", "fast lane"])
async def post(shop: Shop, redis: Redis, request: pytest.FixtureRequest) -> AsyncIterator[Post]:
    records = Records(redis, SECRET)
    yield posting(entrance(request.param, shop, records))
    await records.settle()


def entrance(kind: str, shop: Shop, records: Records) -> ASGIApp:
    """The same shop, as framework routes or in the fast lane; what is raised reaches the test."""
    raised: list[Exception] = []
    served = framework(shop, records, raised) if kind == "middleware" else fast_lane(shop, records, raised)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await served(scope, receive, send)
        if raised:
            raise raised.pop()

    return app


def framework(shop: Shop, records: Records, raised: list[Exception]) -> ASGIApp:
    @route([*PATHS, EXEMPT], http_method=[HttpMethod.POST, HttpMethod.PUT])
    async def serve(request: Request[Any, Any, Any]) -> Response[bytes]:
        await shop.serve(await request.body())
        return Response(shop.body, status_code=shop.status, headers={"Location": "/booking/1"})

    async def check(request: ASGIConnection[Any, Any, Any, Any], _handler: BaseRouteHandler) -> None:
        if shop.revoked is not None and request.headers.get("authorization", "").encode() == shop.revoked:
            raise KeyRevoked("This key was revoked.")

    def note(_request: Any, error: Exception) -> Response[bytes]:
        raised.append(error)
        return Response(b"", status_code=500)

    idempotency = Idempotency(records, (EXEMPT,))
    return Litestar(
        [serve],
        guards=[check],
        middleware=[idempotency.middleware],
        before_request=idempotency.before,
        exception_handlers={Exception: note},
        openapi_config=None,
        logging_config=None,
    )


def fast_lane(shop: Shop, records: Records, raised: list[Exception]) -> ASGIApp:
    async def serve(request: FastRequest) -> FastAnswer:
        shop.attempts.append(request.attempt_id)
        await shop.serve(request.body)
        return FastAnswer(shop.status, shop.body, {"Location": "/booking/1"})

    remember = remembered(serve, records)

    async def noted(request: FastRequest) -> FastAnswer:
        try:
            return await remember(request)
        except Exception as error:
            raised.append(error)
            raise

    return FastLane(framework(shop, records, raised), dict.fromkeys(PATHS, noted))


def posting(app: ASGIApp) -> Post:
    async def post(
        body: bytes = b"{}",
        *,
        key: bytes | None = b"k-1",
        path: str = "/booking/checkout",
        method: str = "POST",
        authorization: bytes | None = None,
        cookie: bytes | None = None,
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
        headers += [(b"authorization", authorization)] if authorization is not None else []
        headers += [(b"cookie", cookie)] if cookie is not None else []
        scope: Any = {**ANY_SCOPE, "method": method, "path": path, "raw_path": path.encode(), "headers": headers}
        await app(scope, receive, send)
        return answered

    return post


async def test_the_same_key_and_body_replay_the_first_answer(post: Post, shop: Shop) -> None:
    first, again = await post(b'{"a": 1}'), await post(b'{"a": 1}')

    assert shop.calls == [b'{"a": 1}']
    assert (again.status, again.body, again.headers[b"location"]) == (201, first.body, b"/booking/1")
    assert again.headers[b"idempotent-replayed"] == b"true"
    assert again.headers[b"content-type"] == first.headers[b"content-type"]


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


@pytest.mark.parametrize("status", [402, 404, 409, 410, 422])
async def test_a_decided_refusal_is_replayed(post: Post, shop: Shop, status: int) -> None:
    shop.status = status

    await post()
    again = await post()

    assert (again.status, len(shop.calls)) == (status, 1)


@pytest.mark.parametrize("status", [202, 400, 401, 403, 408, 413, 415, 425, 429, 500, 502, 503])
async def test_what_was_not_decided_is_tried_again(post: Post, shop: Shop, status: int) -> None:
    shop.status = status
    await post()
    shop.status = 201

    assert (await post()).status == 201
    assert len(shop.calls) == 2


@pytest.mark.parametrize("code", ["invalid-body", "unstorable-value", "idempotency-key-reused"])
async def test_a_fault_of_the_body_is_not_remembered(post: Post, shop: Shop, code: str) -> None:
    """A stranger's malformed body under a guessed key must not stand in the way of the real request."""
    shop.status, shop.body = 422, b'{"code":"%s"}' % code.encode()
    await post(b'{"payment": 1}')
    shop.status = 201

    assert (await post(b'{"payment": "cash"}')).status == 201


async def test_a_business_refusal_of_422_is_remembered(post: Post, shop: Shop) -> None:
    shop.status, shop.body = 422, b'{"code":"ticket-limit-exceeded"}'
    await post()

    assert (await post()).headers[b"idempotent-replayed"] == b"true"


async def test_after_an_error_the_same_request_runs_again(post: Post, shop: Shop) -> None:
    shop.error = ValueError("broken")
    with pytest.raises(ValueError, match="broken"):
        await post()
    shop.error = None

    assert (await post()).status == 201


async def test_after_an_error_another_request_may_have_the_key(post: Post, shop: Shop) -> None:
    shop.error = ValueError("broken")
    with pytest.raises(ValueError, match="broken"):
        await post(b'{"a": 1}')
    shop.error = None

    assert (await post(b'{"a": 2}')).status == 201


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


CALLERS = [
    {"authorization": None},
    {"authorization": b"Bearer ak_of_another_organization"},
    {"authorization": b"Bearer ak_of_a_scanner"},
]


@pytest.mark.parametrize("caller", CALLERS)
async def test_another_caller_gets_nothing_of_the_first_ones_answer(post: Post, shop: Shop, caller: Any) -> None:
    await post(authorization=b"Bearer ak_of_the_owner")
    shop.body = b'{"not":"yours"}'

    other = await post(**caller)

    assert b"idempotent-replayed" not in other.headers
    assert other.body == shop.body
    assert len(shop.calls) == 2


@pytest.mark.parametrize("caller", CALLERS)
async def test_another_caller_takes_no_key_from_the_first(post: Post, shop: Shop, caller: Any) -> None:
    await post(b'{"guessed": true}', **caller)

    assert (await post(authorization=b"Bearer ak_of_the_owner")).status == 201
    assert len(shop.calls) == 2


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        (b'{"buyer": {"email": "ada@example.org"}}', b'{"buyer": {"email": "eve@example.org"}}'),
        (b'{"booking_token": "a", "payment": {}}', b'{"booking_token": "b", "payment": {}}'),
        (b'{"queue_token": "a"}', b'{"queue_token": "b"}'),
    ],
)
async def test_buyers_without_a_credential_are_told_apart(post: Post, shop: Shop, mine: bytes, theirs: bytes) -> None:
    await post(theirs)

    assert (await post(mine)).status == 201
    assert (await post(mine)).headers[b"idempotent-replayed"] == b"true"
    assert shop.calls == [theirs, mine]


async def test_clients_of_the_pages_are_told_apart_before_they_are_named(post: Post, shop: Shop) -> None:
    await post(cookie=b"theme=dark; admitone-client=c1.eve.1.signed")

    await post(cookie=b"admitone-client=c1.ada.1.signed")
    again = await post(cookie=b"admitone-client=c1.ada.1.signed; theme=dark")

    assert len(shop.calls) == 2
    assert again.headers[b"idempotent-replayed"] == b"true"


async def test_a_named_buyer_is_the_same_before_and_after_the_cookie_is_set(post: Post, shop: Shop) -> None:
    body = b'{"buyer": {"email": "ada@example.org"}}'
    await post(body)
    await post(body, cookie=b"admitone-client=c1.ada.1.signed")

    assert len(shop.calls) == 1


async def test_a_credential_that_was_revoked_replays_nothing(shop: Shop, redis: Redis) -> None:
    shop.gate.set()
    records = Records(redis, SECRET)
    post = posting(entrance("middleware", shop, records))
    shop_key = b"Bearer ak_of_the_owner"
    await post(path=PATHS[0], authorization=shop_key)
    shop.revoked = shop_key

    with pytest.raises(KeyRevoked):
        await post(path=PATHS[0], authorization=shop_key)
    await records.settle()


async def test_redis_shows_neither_keys_nor_answers(post: Post, shop: Shop, redis: Redis) -> None:
    shop.body = b'{"booking_token":"secret-token-of-a-booking"}'
    body = b'{"buyer": {"email": "secret@example.org"}}'
    await post(body, key=b"secret-key-of-a-buyer")
    await post(body, key=b"secret-key-of-a-buyer")

    names: Any = await redis.keys("*")
    values: list[Any] = [await redis.get(name) for name in names]
    seconds = [await redis.ttl(name) for name in names]
    records = [name for name in names if name.startswith(b"idempotency:")]
    assert len(records) == 1
    assert b"secret" not in b"".join([*names, *values])
    assert all(0 < left <= 24 * 3600 for left in seconds)


async def test_an_answer_that_was_changed_in_redis_is_not_replayed(post: Post, shop: Shop, redis: Redis) -> None:
    await post()
    await post()  # its record is written now
    (name,) = await redis.keys("idempotency:*")
    value: Any = await redis.get(name)
    await redis.set(name, value[:-1] + bytes([value[-1] ^ 1]))

    answer = await post()

    assert b"idempotent-replayed" not in answer.headers
    assert len(shop.calls) == 2


@pytest.mark.parametrize("kind", ["middleware", "fast lane"])
async def test_without_redis_requests_are_served_and_not_remembered(shop: Shop, kind: str) -> None:
    async with open_redis("redis://127.0.0.1:1/0") as nowhere:
        records = Records(nowhere, SECRET)
        post = posting(entrance(kind, shop, records))

        answers = [await post(), await post()]
        await records.settle()

    assert [one.status for one in answers] == [201, 201]
    assert len(shop.calls) == 2


def test_the_refusals_have_their_codes() -> None:
    refusals: list[Refusal] = [IdempotencyKeyReused(), RequestInProgress()]

    assert [one.code for one in refusals] == ["idempotency-key-reused", "request-in-progress"]
