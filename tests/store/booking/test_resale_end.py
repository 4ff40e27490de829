"""Tickets on offer are sold until the end of returns: the deadline, the doors, or the start; and at what they cost."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace
from redis.asyncio import Redis

from admitone.booking.contracts.resale import EntryState, PersonNotice, ResaleTerms, ReturnMode
from admitone.booking.domain.refusals import InvalidPromoCode, SaleLost
from admitone.booking.domain.returns_end import returns_end
from admitone.booking.domain.token import booking_token
from admitone.booking.store.inventory import read_inventory
from admitone.booking.store.promos import insert_promo
from admitone.booking.store.resale_terms import read_resale_terms
from admitone.booking.usecases.apply_promo_code import apply_promo_code
from admitone.booking.usecases.offer_places import tend_waiting_lists
from admitone.kit.postgres import Pool
from tests.builders import TOKEN_KEYS, put_on_sale
from tests.store.booking.test_promo_codes import ONCE
from tests.store.booking.test_resale import WHEN_SOLD, ResaleEnv


class EndEnv(ResaleEnv):
    async def end_returns(self, kind: str, moment: datetime) -> None:
        if kind == "returns_until":
            await self.set_terms(replace(WHEN_SOLD, returns_until=moment))
        else:
            moments = {kind: moment}
            self.show = await put_on_sale(self.deps, replace(self.show, revision=self.show.revision + 1, **moments))


@pytest.fixture
async def env(pool: Pool, redis: Redis) -> EndEnv:
    env = EndEnv(pool, redis)
    await env.open()
    return env


ENDS = pytest.mark.parametrize("kind", ["returns_until", "doors_at", "starts_at"])


@ENDS
async def test_tickets_are_offered_only_until_the_end_of_returns(env: EndEnv, kind: str) -> None:
    await env.give(0)
    await env.end_returns(kind, env.deps.now() - timedelta(seconds=1))

    ada = await env.join("ada")
    assert (await env.look(ada)).state is EntryState.WAITING
    await tend_waiting_lists(env.deps, seen={})

    assert await env.resales() == ["ended"]
    assert env.notices() == [PersonNotice.RESALE_OFFERED, PersonNotice.RESALE_ENDED]


@ENDS
async def test_a_payment_after_the_end_of_returns_leaves_the_ticket_its_buyers(env: EndEnv, kind: str) -> None:
    await env.give(0)
    offered = await env.look(await env.join("ada"))
    await env.end_returns(kind, env.deps.now() - timedelta(seconds=1))

    with pytest.raises(SaleLost):
        await env.pay(offered)
    await tend_waiting_lists(env.deps, seen={})

    assert (await env.resales(), await env.refunds(), await env.states()) == (["ended"], [], "ssssss")


@pytest.mark.parametrize("returns", [ReturnMode.OFF, ReturnMode.AT_ONCE])
async def test_an_organizer_who_turns_returns_off_ends_the_offers(env: EndEnv, returns: ReturnMode) -> None:
    """A person who holds one of the tickets by then can still pay."""
    await env.give(0, 1)
    held = await env.look(await env.join("ada"))
    await env.set_terms(ResaleTerms(returns=returns))

    ben = await env.join("ben")
    await tend_waiting_lists(env.deps, seen={})
    assert sorted(await env.resales()) == ["ended", "offered"]
    await env.pay(held)

    assert (await env.look(ben)).state is EntryState.WAITING
    assert sorted(await env.resales()) == ["ended", "sold"]
    assert env.notices() == [PersonNotice.RESALE_OFFERED, PersonNotice.RESALE_ENDED, PersonNotice.RESALE_SOLD]


async def test_an_offer_of_tickets_of_other_buyers_lasts_until_the_end_of_returns_at_most(env: EndEnv) -> None:
    end = env.deps.now() + timedelta(seconds=200)
    await env.end_returns("returns_until", end)
    await env.give(0)

    offered = await env.look(await env.join("ada"))

    assert offered.offer_expires_at is not None
    assert offered.offer_expires_at <= end + timedelta(seconds=1)


async def test_postgresql_knows_the_same_end_of_returns(env: EndEnv) -> None:
    moments = [datetime(2030, 1, 1, 12 + hour, tzinfo=UTC) for hour in range(3)]
    for first in range(3):
        until, doors, start = moments[first:] + moments[:first]
        for chosen in (
            (until, doors, start),
            (None, doors, start),
            (None, None, start),
            (until, None, None),
            (None,) * 3,
        ):
            await env.set_terms(replace(WHEN_SOLD, returns_until=chosen[0]))
            times = {"doors_at": chosen[1], "starts_at": chosen[2]}
            env.show = await put_on_sale(env.deps, replace(env.show, revision=env.show.revision + 1, **times))
            async with env.deps.pool.connection() as conn:
                resale, sale = (
                    await read_resale_terms(conn, env.show.event_id),
                    await read_inventory(conn, env.show.event_id),
                )
                cursor = await conn.execute(
                    "select booking.returns_end(s.terms, r.returns_until) as ends_at"
                    " from booking.sales s join booking.resale_terms r using (event_id) where event_id = %s",
                    [env.show.event_id],
                )
                row = await cursor.fetchone()
            assert sale is not None
            assert row is not None
            known = [moment for moment in chosen if moment is not None]
            assert row["ends_at"] == returns_end(resale, sale.terms) == min(known, default=None)


async def test_a_promo_code_does_not_apply_to_tickets_of_other_buyers(env: EndEnv) -> None:
    """Their buyers are refunded what they paid: the organizer would pay the discount."""
    async with env.deps.pool.connection() as conn:
        await insert_promo(conn, ONCE)
    await env.give(0)
    offered = await env.look(await env.join("ada"))
    assert offered.booking_id is not None

    with pytest.raises(InvalidPromoCode) as refused:
        await apply_promo_code(
            env.deps,
            booking_id=offered.booking_id,
            booking_token=booking_token(TOKEN_KEYS, offered.booking_id),
            code=ONCE.code,
        )
    bought = await env.pay(offered)
    await env.work()

    assert refused.value.members["reason"] == "resale"
    assert (bought.total, await env.refunds()) == (5_500, [5_500])


async def test_a_claim_that_an_earlier_release_left_is_cleared(env: EndEnv) -> None:
    """Its worker ends bookings and knows no tickets on offer."""
    ada, ben = await env.join("ada"), await env.join("ben")
    await env.give(0)
    async with env.deps.pool.connection() as conn:
        await conn.execute(
            "update booking.bookings set status = 'expired' where id = %s", [(await env.look(ada)).booking_id]
        )

    await tend_waiting_lists(env.deps, seen={})
    await env.work()

    assert (await env.look(ada)).state is EntryState.MISSED
    assert (await env.look(ben)).state is EntryState.OFFERED
