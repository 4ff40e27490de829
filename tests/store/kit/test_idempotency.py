"""`Idempotency-Key` on real Redis, called as a server calls it."""

import asyncio

import pytest

from admitone.kit.http.idempotency import ANSWER_BYTES_MAX, KEY_CHARACTERS_MAX
from admitone.kit.http.idempotency_records import Records
from admitone.kit.redis import open_redis
from admitone.kit.refusal import IdempotencyKeyReused, InvalidParameter, Refusal, RequestInProgress
from tests.store.kit.idempotent_shop import EXEMPT, SECRET, Answered, Post, Shop, entrance, posting


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
    assert sum(isinstance(answer, Answered) for answer in answers) >= 1
    assert all(isinstance(answer, (Answered, RequestInProgress)) for answer in answers)


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
    await post(key=None)
    await post(key=None)
    other_method = await post(method="PUT")

    took_it = 0 if other_method.status == 405 else 1  # the hot path takes POST alone
    assert len(shop.calls) == 5 + took_it
    assert b"idempotent-replayed" not in other_method.headers


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


@pytest.mark.parametrize("kind", ["middleware", "hot path"])
async def test_without_redis_requests_are_served_and_not_remembered(shop: Shop, kind: str) -> None:
    async with open_redis("redis://127.0.0.1:1/0") as nowhere:
        records = Records(nowhere, SECRET)
        post = posting(entrance(kind, shop, records))

        answers = [await post(), await post()]
        await records.settle()

    assert [answer.status for answer in answers] == [201, 201]
    assert len(shop.calls) == 2


def test_the_refusals_have_their_codes() -> None:
    refusals: list[Refusal] = [IdempotencyKeyReused(), RequestInProgress()]

    assert [refusal.code for refusal in refusals] == ["idempotency-key-reused", "request-in-progress"]
