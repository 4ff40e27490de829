"""Batches of promo codes: made whole or not at all, each code used as often as its rule says, ended together."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from admitone.booking.contracts import Booking
from admitone.booking.domain import promo_batch
from admitone.booking.domain.promo import PromoCode
from admitone.booking.domain.promo_batch import PromoBatchDraft
from admitone.booking.domain.promo_refusals import (
    CodesAreNotMailed,
    NoOneToMail,
    PromoBatchNotFound,
    TooManyPromoCodes,
)
from admitone.booking.domain.refusals import InvalidPromoCode
from admitone.booking.domain.token import booking_token
from admitone.booking.store.payments import begin_late_payment
from admitone.booking.usecases import promo_batches
from admitone.booking.usecases.apply_promo_code import apply_promo_code
from admitone.booking.usecases.confirm_booking import confirm_booking
from admitone.booking.usecases.mail_promo_codes import find_personal_code, mail_promo_batch
from admitone.booking.usecases.promo_batches import (
    create_promo_batch,
    end_promo_batch,
    list_promo_batch_codes,
    list_promo_batches,
    read_promo_batch,
)
from admitone.booking.usecases.start_checkout import CheckoutOrder, start_checkout
from admitone.kit.postgres import Connection, Pool
from admitone.kit.refusal import InvalidBody
from tests.builders import TOKEN_KEYS, a_wish
from tests.store.booking.sale_env import ORGANIZER, OTHER_ORGANIZER, SaleEnv

HOUSE = ORGANIZER.organization_id
OTHER = OTHER_ORGANIZER.organization_id
TEN = PromoBatchDraft(prefix="PRESS", count=10, percent=25)


@pytest_asyncio.fixture
async def env(pool: Pool, redis: Redis) -> SaleEnv:
    return await SaleEnv(pool, redis).open()


async def codes_of(env: SaleEnv, batch_id: str) -> list[tuple[PromoCode, int]]:
    return await list_promo_batch_codes(env.desk, organization_id=HOUSE, batch_id=batch_id)


async def hold(env: SaleEnv, code: str, seat: str, email: str = "ada@example.org") -> str:
    """Return what came of it: held, or why the code is refused."""
    wish = a_wish(env.show.event_id, seats=(seat,), promo_code=code, buyer_email=email)
    try:
        await start_checkout(env.deps, order=wish)
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


async def test_the_codes_of_people_are_mailed_once_each(env: SaleEnv) -> None:
    announced: list[str] = []

    async def announce(_conn: Connection, promo_ids: Sequence[str]) -> None:
        announced.extend(promo_ids)

    desk = replace(env.desk, announce_personal_codes=announce)
    addresses = ("ada@example.org", "ben@example.org")
    batch = await create_promo_batch(
        desk, organization_id=HOUSE, draft=PromoBatchDraft(prefix="ONE", recipients=addresses, percent=10)
    )
    for_all = await create_promo_batch(desk, organization_id=HOUSE, draft=TEN)
    mail = partial(mail_promo_batch, desk, organization_id=HOUSE, batch_id=batch.batch.id)
    mailed = [*await asyncio.gather(mail(), mail()), await mail()]  # a second click is no refusal
    found = await find_personal_code(env.deps, announced[0])

    assert (batch.recipients, batch.mailed) == (2, 0)
    assert [(after.recipients, after.mailed) for after in mailed] == [(2, 2)] * 3
    assert sorted(announced) == sorted(promo.id for promo, _ in await codes_of(env, batch.batch.id))
    assert found is not None
    assert (found.recipient in addresses, found.percent, found.uses_left) == (True, 10, 1)
    with pytest.raises(NoOneToMail):
        await mail_promo_batch(desk, organization_id=HOUSE, batch_id=for_all.batch.id)
    with pytest.raises(PromoBatchNotFound):
        await mail_promo_batch(desk, organization_id=OTHER, batch_id=batch.batch.id)
    with pytest.raises(CodesAreNotMailed):
        await mail_promo_batch(env.desk, organization_id=HOUSE, batch_id=batch.batch.id)


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


async def pay(env: SaleEnv, booking: Booking, email: str) -> str:
    """Return the state of the booking, or why its code is refused."""
    token = booking_token(TOKEN_KEYS, booking.id)
    try:
        confirmed = await confirm_booking(
            env.deps, booking_id=booking.id, booking_token=token, buyer_email=email, payment_method="pm_card_visa"
        )
    except InvalidPromoCode as refused:
        return str(refused.members["reason"])
    paid = confirmed.booking
    assert paid is not None
    return paid.status.value


async def unnamed(env: SaleEnv, code: str, seat: str) -> Booking:
    """Return a hold as the pages make it: the buyer is named by paying."""
    return await start_checkout(env.deps, order=CheckoutOrder(env.show.event_id, seats=(seat,), promo_code=code))


async def bound(env: SaleEnv, *, uses_max: int | None) -> str:
    """Return a code for ada@example.org alone."""
    draft = PromoBatchDraft(prefix="CLUB", percent=25, recipients=("Ada@Example.org",), uses_max=uses_max)
    made = await create_promo_batch(env.desk, organization_id=HOUSE, draft=draft)
    [(promo, _)] = await codes_of(env, made.batch.id)
    return promo.code


async def test_of_two_bookings_at_once_that_of_the_codes_own_person_is_paid(env: SaleEnv) -> None:
    code = await bound(env, uses_max=None)
    ben, ada = [await unnamed(env, code, seat) for seat in ("A-1", "B-1")]

    outcomes = await asyncio.gather(pay(env, ben, "ben@example.org"), pay(env, ada, "ADA@example.org"))
    token = booking_token(TOKEN_KEYS, ben.id)
    await apply_promo_code(env.deps, booking_id=ben.id, booking_token=token, code=None)

    assert list(outcomes) == ["other-address", "confirmed"]
    assert (await env.read(ada)).discount > 0
    assert await pay(env, ben, "ben@example.org") == "confirmed"
    assert (await env.read(ben)).discount == 0


async def test_one_booking_of_its_person_uses_a_code_up(env: SaleEnv) -> None:
    code = await bound(env, uses_max=1)

    answers = await asyncio.gather(*(hold(env, code, seat, "ada+x@example.org") for seat in ("A-1", "B-1", "C-1")))
    other = await hold(env, code, "D-1", "ben@example.org")

    assert sorted(answers) == ["held", "used-up", "used-up"]
    assert other == "other-address"


async def test_a_hold_that_its_client_paid_late_is_not_sold_with_anothers_code(env: SaleEnv) -> None:
    code = await bound(env, uses_max=None)
    late = await unnamed(env, code, "A-1")
    async with env.deps.pool.connection() as conn:
        await conn.execute("update booking.bookings set expires_at = clock_timestamp() where id = %s", [late.id])
        refused = await begin_late_payment(conn, late.id, 0)
        await conn.execute("update booking.bookings set buyer_key = 'ada@example.org' where id = %s", [late.id])
        begun = await begin_late_payment(conn, late.id, 0)

    assert (refused, begun is not None) == (None, True)


@pytest.mark.parametrize(
    ("members", "pointers"),
    [
        ({}, ["/count"]),
        ({"count": 2, "recipients": ("ada@x.example",)}, ["/count"]),
        ({"recipients": ("ada@x.example", "ben@x.example", "Ada+1@X.example")}, ["/recipients/2"]),
    ],
)
async def test_a_batch_has_a_number_or_recipients(env: SaleEnv, members: dict[str, Any], pointers: list[str]) -> None:
    draft = PromoBatchDraft(prefix="X", percent=5, **members)
    with pytest.raises(InvalidBody) as refused:
        await create_promo_batch(env.desk, organization_id=HOUSE, draft=draft)
    assert [error["pointer"] for error in refused.value.members["errors"]] == pointers
