"""The shop behind both entrances of `Idempotency-Key`."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from admitone.kit.http.idempotency_records import Records
from tests.store.kit.idempotent_shop import SECRET, Post, Shop, entrance, posting


@pytest.fixture
def shop() -> Shop:
    made = Shop()
    made.gate.set()
    return made


@pytest_asyncio.fixture(params=["middleware", "hot path"])
async def post(shop: Shop, redis: Redis, request: pytest.FixtureRequest) -> AsyncIterator[Post]:
    records = Records(redis, SECRET)
    yield posting(entrance(request.param, shop, records))
    await records.settle()
