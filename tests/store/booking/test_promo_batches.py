"""Batches of promo codes: made whole or not at all, each code used as often as its rule says, ended together."""

import asyncio
import re
from datetime import timedelta

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from admitone.booking.domain import promo_batch
from admitone.booking.domain.promo import PromoCode
from admitone.booking.domain.promo_batch import PromoBatchDraft
from admitone.booking.domain.promo_refusals import PromoBatchNotFound, TooManyPromoCodes
from admitone.booking.domain.refusals import InvalidPromoCode
from admitone.booking.usecases import promo_batches
from admitone.booking.usecases.promo_batches import (
    create_promo_batch,
    end_promo_batch,
    list_promo_batch_codes,
    list_promo_batches,
    read_promo_batch,
)
from admitone.booking.usecases.start_checkout import start_checkout
from admitone.kit.postgres import Pool
from tests.builders import a_wish
from tests.store.booking.sale_env import ORGANIZER, OTHER_ORGANIZER, SaleEnv

HOUSE = ORGANIZER.organization_id
OTHER = OTHER_ORGANIZER.organization_id
TEN = PromoBatchDraft(prefix="PRESS", count=10, percent=25)


@pytest_asyncio.fixture
async def env(pool: Pool, redis: Redis) -> SaleEnv:
    return await SaleEnv(pool, redis).open()


async def codes_of(env: SaleEnv, batch_id: str) -> list[tuple[PromoCode, int]]:
    return await list_promo_batch_codes(env.desk, organization_id=HOUSE, batch_id=batch_id)


async def hold(env: SaleEnv, code: str, seat: str) -> str:
    """Return what came of it: held, or why the code is refused."""
    try:
        await start_checkout(env.deps, order=a_wish(env.show.event_id, seats=(seat,), promo_code=code))
    except InvalidPromoCode as refused:
        return str(refused.members["reason"])
    return "held"


async def test_codes_of_a_batch_are_many_and_no_two_alike(env: SaleEnv) -> None:
    made = await create_promo_batch(env.desk, organization_id=HOUSE, draft=TEN)
    codes = [promo.code for promo, _ in await codes_of(env, made.batch.id)]

    assert len(set(codes)) == made.batch.code_count == 10
    assert all(re.fullmatch(r"PRESS-[2-9A-HJKMNP-TV-Z]{10}", code) for code in codes)


async def test_a_code_that_exists_is_made_again(env: SaleEnv, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = iter([7, 7, 7, 8, 9])
    monkeypatch.setattr("admitone.booking.usecases.promo_batches.secrets.randbelow", lambda _: next(numbers))

    made = await create_promo_batch(
        env.desk, organization_id=HOUSE, draft=PromoBatchDraft(prefix="X", count=3, percent=5)
    )

    codes = await codes_of(env, made.batch.id)
    assert len({promo.code for promo, _ in codes}) == 3


async def test_each_code_is_used_once_and_its_use_is_counted(env: SaleEnv) -> None:
    made = await create_promo_batch(env.desk, organization_id=HOUSE, draft=TEN)
    [(first, _), (second, _), *_] = await codes_of(env, made.batch.id)

    answers = await asyncio.gather(*(hold(env, first.code, seat) for seat in ("A-1", "B-1", "C-1", "D-1")))
    other = await hold(env, second.code, "A-5")

    read = await read_promo_batch(env.desk, organization_id=HOUSE, batch_id=made.batch.id)
    uses = {promo.code: used for promo, used in await codes_of(env, made.batch.id)}
    assert (sorted(answers), other) == (["held", "used-up", "used-up", "used-up"], "held")
    assert (read.uses, read.used_codes) == (2, 2)
    assert (uses[first.code], uses[second.code], sum(uses.values())) == (1, 1, 2)


async def test_an_ended_batch_gives_no_discount_and_bookings_keep_theirs(env: SaleEnv) -> None:
    draft = PromoBatchDraft(prefix="LATE", count=3, percent=25, starts_at=env.deps.now() - timedelta(days=1))
    made = await create_promo_batch(env.desk, organization_id=HOUSE, draft=draft)
    codes = [promo.code for promo, _ in await codes_of(env, made.batch.id)]
    held = await start_checkout(env.deps, order=a_wish(env.show.event_id, seats=("A-1",), promo_code=codes[0]))

    ended = await end_promo_batch(env.desk, organization_id=HOUSE, batch_id=made.batch.id)
    again = await end_promo_batch(env.desk, organization_id=HOUSE, batch_id=made.batch.id)

    assert await hold(env, codes[1], "B-1") == "ended"
    assert (await env.read(held)).discount == held.discount > 0
    assert ended.batch.ended_at is not None
    assert again.batch.ended_at == ended.batch.ended_at


async def test_batches_belong_to_their_organization(env: SaleEnv) -> None:
    made = await create_promo_batch(env.desk, organization_id=HOUSE, draft=TEN)
    [(code, _), *_] = await codes_of(env, made.batch.id)

    for reading in (read_promo_batch, list_promo_batch_codes, end_promo_batch):
        with pytest.raises(PromoBatchNotFound):
            await reading(env.desk, organization_id=OTHER, batch_id=made.batch.id)
    assert (await read_promo_batch(env.desk, organization_id=HOUSE, batch_id=made.batch.id)).batch.ended_at is None
    assert (await list_promo_batches(env.desk, organization_id=OTHER, page=0, size=20)) == ([], 0)
    assert await hold(env, code.code, "A-1") == "held"


async def test_batches_at_once_stay_within_the_limit(env: SaleEnv, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(promo_batches, "CODES_MAX", 25)
    assert promo_batch.CODES_MAX > promo_batch.COUNT_MAX

    made = await asyncio.gather(
        *(create_promo_batch(env.desk, organization_id=HOUSE, draft=TEN) for _ in range(4)), return_exceptions=True
    )

    assert sum(isinstance(answer, TooManyPromoCodes) for answer in made) == 2
    _, total = await list_promo_batches(env.desk, organization_id=HOUSE, page=0, size=1)
    assert total == 2
