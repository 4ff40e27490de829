"""A remembered answer belongs to its caller, and Redis shows nothing of it."""

from typing import Any

import pytest
from redis.asyncio import Redis

from admitone.kit.http.idempotency_records import Records
from tests.store.kit.idempotent_shop import PATHS, SECRET, KeyRevoked, Post, Shop, entrance, posting

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
