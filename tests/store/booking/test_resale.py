"""Tickets on offer stay their buyer's until another person buys them: one transaction hands the place over."""

import asyncio
from datetime import timedelta

import pytest
from msgspec.structs import replace
from redis.asyncio import Redis

from admitone.booking.contracts import Booking, BookingStatus
from admitone.booking.contracts.resale import (
    EntryState,
    JoinedList,
    PersonNotice,
    ResaleTerms,
    ReturnMode,
    ReturnOffer,
    WaitingListMode,
)
from admitone.booking.domain.refusals import SaleLost
from admitone.booking.domain.resale_refusals import (
    ReturnNotPossible,
    TicketsNotOnOffer,
    TicketsNotReturnable,
)
from admitone.booking.domain.token import booking_token
from admitone.booking.store.resales import take_over_places
from admitone.booking.store.waiting_list import insert_offers
from admitone.booking.usecases.end_holds import expire_bookings
from admitone.booking.usecases.made_refunds import RefundMade, read_refunds
from admitone.booking.usecases.offer_places import tend_waiting_lists
from admitone.booking.usecases.projection.loading import load_twice
from admitone.booking.usecases.resale_terms import put_resale_terms
from admitone.booking.usecases.return_tickets import get_return_offer, return_tickets, take_tickets_back
from admitone.booking.usecases.reversals import project_dispute
from admitone.catalogue.contracts import EventStatus
from admitone.kit.postgres import Pool
from admitone.kit.refusal import InvalidBody
from tests.builders import TOKEN_KEYS, put_on_sale
from tests.store.booking.list_env import ListEnv
from tests.store.booking.sale_env import ORGANIZER

WHEN_SOLD = ResaleTerms(returns=ReturnMode.WHEN_SOLD)


class ResaleEnv(ListEnv):
    """The first pair of the row belongs to the buyer who offers tickets."""

    async def open(self) -> "ResaleEnv":
        await super().open()
        await self.set_terms(WHEN_SOLD)
        await self.age_sales()
        self.jobs.jobs.clear()
        self.giver = self.pairs[0]
        return self

    async def age_sales(self) -> None:
        async with self.deps.pool.connection() as conn:
            await conn.execute("update booking.bookings set confirmed_at = confirmed_at - interval '1 minute'")

    async def set_terms(self, terms: ResaleTerms) -> None:
        organization = ORGANIZER.organization_id
        await put_resale_terms(self.deps, organization_id=organization, event_id=self.show.event_id, terms=terms)

    async def give(self, *numbers: int, booking: Booking | None = None) -> RefundMade:
        giver = booking or self.giver
        ids = [giver.tickets[number].ticket_id for number in numbers]
        token = booking_token(TOKEN_KEYS, giver.id)
        made = await return_tickets(self.desk, booking_id=giver.id, booking_token=token, ticket_ids=ids)
        await self.work()
        return made

    async def take_back(self, *numbers: int) -> None:
        ids = [self.giver.tickets[number].ticket_id for number in numbers]
        token = booking_token(TOKEN_KEYS, self.giver.id)
        await take_tickets_back(self.desk, booking_id=self.giver.id, booking_token=token, ticket_ids=ids)

    async def offer(self) -> ReturnOffer:
        token = booking_token(TOKEN_KEYS, self.giver.id)
        return await get_return_offer(self.desk, booking_id=self.giver.id, booking_token=token)

    async def refunds(self) -> list[int]:
        return [refund.amount for refund in (await read_refunds(self.desk, self.giver.id)).refunds]

    async def resales(self) -> list[str]:
        async with self.deps.pool.connection() as conn:
            cursor = await conn.execute("select state from booking.resales order by offered_at, id")
            return [row["state"] for row in await cursor.fetchall()]

    def notices(self) -> list[PersonNotice]:
        return [kind for kind, about in self.told if about == self.giver.id]


@pytest.fixture
async def env(pool: Pool, redis: Redis) -> ResaleEnv:
    return await ResaleEnv(pool, redis).open()


async def test_a_ticket_on_offer_is_its_buyers_until_another_person_has_bought_it(env: ResaleEnv) -> None:
    made = await env.give(0)
    ada = await env.join("ada")
    before = await env.offer()

    assert made.offered == (env.giver.tickets[0].ticket_id,)
    assert (made.refund, (await env.read(env.giver)).status) == (None, BookingStatus.CONFIRMED)
    assert (await env.states(), await env.seats()) == ("ssssss", "ssssss")
    offered = await env.look(ada)
    assert offered.state is EntryState.OFFERED
    assert [(ticket.refund, ticket.is_held) for ticket in before.on_offer] == [(5_500, True)]
    assert [ticket.ticket_id for ticket in before.tickets] == [env.giver.tickets[1].ticket_id]

    bought = await env.pay(offered)
    await env.work()

    giver = await env.read(env.giver)
    assert [ticket.seat_id for ticket in bought.tickets] == ["A-1"]
    assert (giver.status, [ticket.refunded for ticket in giver.tickets]) == (
        BookingStatus.PARTIALLY_REFUNDED,
        [True, False],
    )
    assert (await env.states(), await env.seats()) == ("ssssss", "ssssss")
    assert await env.refunds() == [5_500]
    assert (await env.offer()).on_offer == ()
    assert env.notices() == [PersonNotice.RESALE_OFFERED, PersonNotice.RESALE_SOLD]


async def test_whoever_waits_first_has_the_tickets_of_several_buyers_at_what_they_paid(env: ResaleEnv) -> None:
    """The organizer has raised the price since: buyers sell at what they paid."""
    raised = [replace(level, amount=level.amount * 3) for level in env.show.price_levels]
    env.show = await put_on_sale(env.deps, replace(env.show, revision=2, price_levels=tuple(raised)))
    ada = await env.join("ada", 2, together=False)
    await env.give(1)
    assert (await env.look(ada)).state is EntryState.WAITING
    await env.give(0, booking=env.pairs[2])

    bought = await env.pay(await env.look(ada))
    await env.work()

    assert (bought.total, [ticket.seat_id for ticket in bought.tickets]) == (11_000, ["A-2", "A-5"])
    assert await env.refunds() == [5_500]
    assert [(await env.read(pair)).status for pair in (env.pairs[0], env.pairs[2])] == [
        BookingStatus.PARTIALLY_REFUNDED
    ] * 2


async def test_an_offer_mixes_places_that_are_free_with_places_on_offer(env: ResaleEnv) -> None:
    ada = await env.join("ada", 2)
    await env.give(0)
    await env.refund(env.giver, ticket_ids=(env.giver.tickets[1].ticket_id,))
    await env.work()
    offered = await env.look(ada)
    assert (await env.states(), await env.seats()) == ("scssss", "shssss")

    await load_twice(env.deps, event_id=env.show.event_id)
    assert await env.seats() == "shssss"
    await env.pay(offered)
    await env.work()

    assert (await env.states(), await env.seats()) == ("ssssss", "ssssss")
    assert (await env.read(env.giver)).status is BookingStatus.REFUNDED
    assert sum(await env.refunds()) == env.giver.total


async def test_an_offer_that_lapses_or_is_declined_goes_on_and_the_ticket_stays_its_buyers(env: ResaleEnv) -> None:
    ada, ben, cleo = [await env.join(name) for name in ("ada", "ben", "cleo")]
    await env.give(0)

    await env.lapse(await env.look(ada))
    await expire_bookings(env.deps)
    await env.work()
    assert (await env.look(ben)).state is EntryState.OFFERED
    await env.leave(ben)
    await env.work()
    assert (await env.look(cleo)).state is EntryState.OFFERED
    await env.leave(cleo)
    await env.work()

    assert (await env.read(env.giver)).status is BookingStatus.CONFIRMED
    await env.take_back(0)
    assert (await env.resales(), await env.refunds()) == (["withdrawn"], [])


async def test_a_buyer_takes_tickets_back_unless_another_person_holds_one(env: ResaleEnv) -> None:
    await env.give(0, 1)
    again = await env.give(0, 1)
    ada = await env.join("ada")
    held = [ticket.is_held for ticket in (await env.offer()).on_offer]
    kept = held.index(True)

    await env.take_back(0, 1)
    on_offer = [(ticket.ticket_id, ticket.is_withdrawing) for ticket in (await env.offer()).on_offer]
    with pytest.raises(TicketsNotOnOffer):
        await env.take_back(1 - kept)
    await env.pay(await env.look(ada))

    assert len(again.offered) == 2
    assert on_offer == [(env.giver.tickets[kept].ticket_id, True)]
    assert sorted(await env.resales()) == ["sold", "withdrawn"]
    assert env.notices() == [PersonNotice.RESALE_OFFERED, PersonNotice.RESALE_WITHDRAWN, PersonNotice.RESALE_SOLD]


async def test_a_held_ticket_that_its_buyer_took_back_goes_to_nobody_else(env: ResaleEnv) -> None:
    ada, ben = await env.join("ada"), await env.join("ben")
    await env.give(0)
    await env.take_back(0)
    await env.take_back(0)

    await env.leave(ada)
    await env.work()
    waits = (await env.look(ben)).state
    await tend_waiting_lists(env.deps, seen={})

    assert waits is EntryState.WAITING
    assert await env.resales() == ["withdrawn"]
    assert env.notices() == [PersonNotice.RESALE_OFFERED, PersonNotice.RESALE_WITHDRAWN]


async def test_a_buyer_who_offers_a_ticket_again_wants_it_sold(env: ResaleEnv) -> None:
    ada, ben = await env.join("ada"), await env.join("ben")
    await env.give(0)
    await env.take_back(0)
    await env.give(0)

    await env.leave(ada)
    await env.work()
    await tend_waiting_lists(env.deps, seen={})

    assert (await env.look(ben)).state is EntryState.OFFERED
    assert env.notices() == [PersonNotice.RESALE_OFFERED]


async def test_of_a_withdrawal_and_an_offer_to_another_person_one_wins(env: ResaleEnv) -> None:
    for _ in range(4):
        await env.give(0)
        joined, taken_back = await asyncio.gather(
            env.join(f"person{len(env.told)}"), env.take_back(0), return_exceptions=True
        )
        assert not isinstance(joined, BaseException)
        assert taken_back is None
        is_held = (await env.look(joined)).state is EntryState.OFFERED
        assert [ticket.is_held for ticket in (await env.offer()).on_offer] == ([True] if is_held else [])
        await env.leave(joined)
        await env.work()
        await tend_waiting_lists(env.deps, seen={})

    assert (await env.read(env.giver)).status is BookingStatus.CONFIRMED
    assert await env.resales() == ["withdrawn"] * 4


async def paid_in_vain(env: ResaleEnv, joined: JoinedList) -> bool:
    """Return whether the sale was lost; then nothing is charged and nothing is refunded."""
    with pytest.raises(SaleLost):
        await env.pay(await env.look(joined))
    await env.work()
    return await env.states() == "ssssss"


async def test_a_ticket_that_its_holder_uses_before_the_sale_is_not_sold(env: ResaleEnv) -> None:
    ada, ben = await env.join("ada"), await env.join("ben")
    await env.give(0)
    ticket = env.giver.tickets[0]
    async with env.deps.pool.connection() as conn:
        await conn.execute(
            "insert into tickets.tickets (ticket_id, event_id, index, booking_id, version, admitted_at, admitted_gate,"
            " admitted_by) values (%s, %s, %s, %s, 1, now(), 'North', 'key_1')",
            [ticket.ticket_id, env.show.event_id, ticket.index, env.giver.id],
        )

    assert await paid_in_vain(env, ada)

    assert (await env.read(env.giver)).status is BookingStatus.CONFIRMED
    assert (await env.resales(), await env.refunds()) == (["ended"], [])
    assert (await env.look(ben)).state is EntryState.WAITING


async def test_a_ticket_in_dispute_is_neither_offered_nor_sold(env: ResaleEnv) -> None:
    await env.give(0, 1)
    ada = await env.join("ada")
    await project_dispute(env.deps, booking_id=env.giver.id, is_disputed=True)

    assert await paid_in_vain(env, ada)
    ben = await env.join("ben")

    assert (await env.look(ben)).state is EntryState.WAITING
    assert await env.resales() == ["offered", "offered"]


async def test_a_refund_by_the_organizer_ends_the_offer_and_the_sale_that_holds_it(env: ResaleEnv) -> None:
    ada = await env.join("ada")
    await env.give(0)
    offered = await env.look(ada)

    await env.refund(env.giver)
    ended = await env.resales()
    await env.work()

    with pytest.raises(SaleLost):
        await env.pay(offered)
    await env.work()
    assert (ended, await env.refunds()) == (["ended"], [11_000])
    assert await env.states() == "aassss"


def a_resale_offer(env: ResaleEnv) -> Booking:
    return replace(env.giver, id=env.deps.new_id("bkg"), tickets=env.giver.tickets[:1])


async def test_a_place_on_offer_has_one_claim(env: ResaleEnv) -> None:
    """The processes that offer have matched the place to two entries: PostgreSQL decides."""
    await env.give(0)
    ada, ben = await env.join("ada"), await env.join("ben")
    async with env.deps.pool.connection() as conn, conn.transaction():
        again = await insert_offers(conn, [(ben.entry.id, a_resale_offer(env))], hold_seconds=60, ticket_limit=6)

    assert again == []
    assert (await env.look(ada)).state is EntryState.OFFERED


async def test_only_what_its_buyer_has_goes_to_the_booking_that_holds_it(env: ResaleEnv) -> None:
    await env.give(0)
    offered = await env.look(await env.join("ada"))
    booking_id, stranger = str(offered.booking_id), env.pairs[1].id
    async with env.deps.pool.connection() as conn:
        unpaid = await take_over_places(conn, booking_id, 0)
        await conn.execute("update booking.bookings set status = 'paying', attempt = 1 where id = %s", [booking_id])
        other_attempt = await take_over_places(conn, booking_id, 2)
        await conn.execute("update booking.tickets set booking_id = %s where index = 0", [stranger])
        lost = await take_over_places(conn, booking_id, 1)
        await conn.execute("update booking.tickets set booking_id = %s where index = 0", [env.giver.id])
        taken = await take_over_places(conn, booking_id, 1)

    assert (unpaid, other_attempt, lost) == ([], [], [])
    assert [(place.index, place.booking_id) for place in taken] == [(0, env.giver.id)]
    assert await env.states() == "csssss"


async def test_two_payments_at_once_refund_each_ticket_once(env: ResaleEnv) -> None:
    ada, ben = await env.join("ada"), await env.join("ben")
    await env.give(0, 1)
    offers = [await env.look(joined) for joined in (ada, ben)]

    await asyncio.gather(*(env.pay(offer) for offer in (*offers, *offers)))
    await env.work()

    assert (await env.read(env.giver)).status is BookingStatus.REFUNDED
    assert await env.refunds() == [5_500, 5_500]
    assert await env.states() == "ssssss"


async def test_at_the_end_of_the_sale_an_unsold_ticket_stays_its_buyers(env: ResaleEnv) -> None:
    await env.give(0)
    over = env.deps.now() - timedelta(seconds=1)
    env.show = await put_on_sale(env.deps, replace(env.show, revision=2, off_sale_at=over))

    await tend_waiting_lists(env.deps, seen={})
    await tend_waiting_lists(env.deps, seen={})

    assert await env.resales() == ["ended"]
    assert (await env.read(env.giver)).status is BookingStatus.CONFIRMED
    assert env.notices() == [PersonNotice.RESALE_OFFERED, PersonNotice.RESALE_ENDED]


async def test_what_cannot_be_offered_says_why(env: ResaleEnv) -> None:
    env.unreturnable = {env.giver.tickets[0].ticket_id}
    with pytest.raises(TicketsNotReturnable):
        await env.give(0)
    env.unreturnable = set()
    await project_dispute(env.deps, booking_id=env.giver.id, is_disputed=True)
    with pytest.raises(ReturnNotPossible) as disputed:
        await env.give(0)
    await env.refund(env.pairs[1])
    await env.work()
    reasons = []
    for seat, is_captured in (("A-3", False), ("A-4", True)):  # of the second one, a code would name the same second
        bought = await env.bought(seat, is_captured=is_captured)
        if not is_captured:
            await env.age_sales()
        with pytest.raises(ReturnNotPossible) as refused:
            await env.give(0, booking=bought if is_captured else await env.read(bought))
        reasons.append(refused.value.members["reason"])
    with pytest.raises(InvalidBody):
        await env.set_terms(replace(WHEN_SOLD, waiting_list=WaitingListMode.OFF))
    env.show = await put_on_sale(env.deps, replace(env.show, revision=2, status=EventStatus.CANCELLED))
    with pytest.raises(ReturnNotPossible):
        await env.give(1)

    assert reasons == ["not-captured", "not-captured"]
    assert disputed.value.members["reason"] == "disputed"
    assert await env.resales() == []
