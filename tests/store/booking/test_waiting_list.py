"""The waiting list: freed places are withheld, offered in order, held in the name of the entry, and passed on."""

import asyncio
from datetime import timedelta

import pytest
from msgspec.structs import replace
from redis.asyncio import Redis

from admitone.booking.contracts import Booking, BookingStatus
from admitone.booking.contracts.resale import (
    EntryState,
    ListOrder,
    PersonNotice,
)
from admitone.booking.domain.entry_token import entry_token
from admitone.booking.domain.origin import NO_ORIGIN
from admitone.booking.domain.refusals import BookingAlreadyPaid, NotEnoughTickets, SeatsTaken, TicketLimitExceeded
from admitone.booking.domain.resale_refusals import AlreadyWaiting, TicketsAvailable, WaitingEntryNotFound
from admitone.booking.domain.token import booking_token
from admitone.booking.store import waiting_list as store
from admitone.booking.usecases.end_holds import expire_bookings, release_booking
from admitone.booking.usecases.hold_back_seats import HoldBack, hold_back_seats
from admitone.booking.usecases.offer_places import offer_places, tend_waiting_lists
from admitone.booking.usecases.start_checkout import start_checkout
from admitone.booking.usecases.waiting_list import get_entry, join_waiting_list
from admitone.catalogue.contracts import EventStatus
from admitone.kit.postgres import Pool
from tests.builders import TOKEN_KEYS, a_wish, put_on_sale
from tests.store.booking.list_env import ListEnv
from tests.store.booking.sale_env import ORGANIZER


@pytest.fixture
async def env(pool: Pool, redis: Redis) -> ListEnv:
    return await ListEnv(pool, redis).open()


async def test_refunded_places_are_offered_to_the_first_and_never_shown_as_free(env: ListEnv) -> None:
    ada, ben = await env.join("ada", 2), await env.join("ben", 2)

    await env.refund(env.pairs[0])
    withheld = await env.states(), await env.seats()
    await env.work()

    assert withheld == ("wwssss", "ssssss")
    assert (await env.states(), await env.seats()) == ("ccssss", "hhssss")
    first, second = await env.look(ada), await env.look(ben)
    assert (first.state, second.state, second.position) == (EntryState.OFFERED, EntryState.WAITING, 1)
    with pytest.raises((SeatsTaken, NotEnoughTickets)):
        await start_checkout(env.deps, order=a_wish(env.show.event_id, seats=("A-1", "A-2")))

    booking = await env.pay(first)

    assert booking.status is BookingStatus.CONFIRMED
    assert [ticket.seat_id for ticket in booking.tickets] == ["A-1", "A-2"]
    assert (await env.look(ada)).state is EntryState.BOUGHT
    assert await env.seats() == "ssssss"
    assert env.told[-1] == (PersonNotice.WAITING_LIST_OFFER, ada.entry.id)


async def test_an_offer_that_is_missed_runs_on_to_the_next_and_then_to_everybody(env: ListEnv) -> None:
    ada, ben = await env.join("ada", 2), await env.join("ben", 2)
    await env.refund(env.pairs[0])
    await env.work()

    await env.lapse(await env.look(ada))
    assert (await env.look(ada)).state is EntryState.MISSED
    await expire_bookings(env.deps)
    assert await env.states() == "wwssss"
    await env.work()
    second = await env.look(ben)
    assert second.state is EntryState.OFFERED
    assert await env.states() == "ccssss"
    await env.lapse(second)
    await expire_bookings(env.deps)
    await env.work()

    assert (await env.states(), await env.seats()) == ("aassss", "aassss")
    await tend_waiting_lists(env.deps, seen={})
    ended = [about for kind, about in env.told if kind is PersonNotice.WAITING_LIST_OFFER_ENDED]
    assert ended == [ada.entry.id, ben.entry.id]
    bought = await start_checkout(env.deps, order=a_wish(env.show.event_id, seats=("A-1",)))
    assert bought.status is BookingStatus.IN_PROGRESS


async def test_no_other_buyer_takes_a_lapsed_hold_while_people_wait(env: ListEnv) -> None:
    """The public may claim a hold that has lapsed before the sweeper ends it; not while people wait."""
    ada, ben = await env.join("ada", 2), await env.join("ben", 2)
    await env.refund(env.pairs[0])
    await env.work()
    offered = await env.look(ada)
    assert offered.booking_id is not None
    await env.lapse(offered)
    await env.deps.locks.release(env.show.event_id, offered.booking_id, is_claimed=False)

    assert await env.seats() == "aassss"  # as if Redis were wrong: PostgreSQL decides
    with pytest.raises(SeatsTaken):
        await start_checkout(env.deps, order=a_wish(env.show.event_id, seats=("A-1",)))
    assert await env.seats() == "bbssss"
    await expire_bookings(env.deps)
    await env.work()
    assert (await env.look(ben)).state is EntryState.OFFERED


async def test_the_map_does_not_show_a_hold_that_ends_while_people_wait_as_free(env: ListEnv) -> None:
    ada, _ben = await env.join("ada", 2), await env.join("ben", 2)
    await env.refund(env.pairs[0])
    await env.work()
    offered = await env.look(ada)
    assert offered.booking_id is not None

    await env.deps.locks.release(env.show.event_id, offered.booking_id)

    assert await env.seats() == "bbssss"


async def test_declining_passes_the_places_on_and_leaving_gives_up_the_place(env: ListEnv) -> None:
    ada, ben, cleo = [await env.join(name, 2) for name in ("ada", "ben", "cleo")]
    await env.refund(env.pairs[0])
    await env.work()

    left = await env.leave(ben)
    declined = await env.leave(ada)
    await env.work()

    assert (left.state, declined.state) == (EntryState.LEFT, EntryState.DECLINED)
    offered = await env.look(cleo)
    assert offered.state is EntryState.OFFERED
    await env.pay(offered)
    assert (await env.leave(cleo)).state is EntryState.BOUGHT
    assert (await env.leave(ben)).state is EntryState.LEFT


async def test_leftovers_go_on_sale_and_seats_stay_together_unless_any_will_do(env: ListEnv) -> None:
    ada = await env.join("ada", 2)
    ben = await env.join("ben", 2, together=False)

    for booking in (env.pairs[0], env.pairs[2]):
        ticket = booking.tickets[0].ticket_id
        await env.refund(booking, ticket_ids=(ticket,))
    await env.work()

    assert (await env.look(ada)).state is EntryState.WAITING
    assert (await env.look(ben)).state is EntryState.OFFERED
    await env.refund(env.pairs[1], ticket_ids=(env.pairs[1].tickets[0].ticket_id,))
    await env.work()
    assert await env.states() == "cs" + "as" + "cs"


async def test_a_place_that_nobody_announced_is_offered_by_the_sweep(env: ListEnv) -> None:
    """Organizers release seats, capacities grow, and joins race with the end of a hold: nothing is lost."""
    organization = ORGANIZER.organization_id
    await env.refund(env.pairs[0], return_seats=False)
    await env.work()
    ada, ben = await env.join("ada"), await env.join("ben")
    await hold_back_seats(
        env.desk, organization_id=organization, event_id=env.show.event_id, request=HoldBack(release=("A-1",))
    )
    assert (await env.states())[0] == "w"
    await env.work()
    async with env.deps.pool.connection() as conn:
        await conn.execute(
            "update booking.tickets set state = 'a' where event_id = %s and index = 1", [env.show.event_id]
        )

    await tend_waiting_lists(env.deps, seen={})

    assert [(await env.look(joined)).state for joined in (ada, ben)] == [EntryState.OFFERED] * 2
    assert (await env.states(), (await env.seats())[:2]) == ("ccssss", "hh")


async def test_joining_needs_a_reason_to_wait_and_one_place_a_person(env: ListEnv) -> None:
    ada = await env.join("ada", client="browser")

    with pytest.raises(AlreadyWaiting):
        await env.join("Ada")
    assert (await env.join("ada", client="browser")).entry.id == ada.entry.id
    with pytest.raises(TicketLimitExceeded):
        await env.join("ben", 7)
    with pytest.raises(WaitingEntryNotFound):
        await get_entry(env.deps, event_id="evt_other", token=ada.token)
    with pytest.raises(WaitingEntryNotFound):
        await get_entry(env.deps, event_id=env.show.event_id, token=entry_token(TOKEN_KEYS, ada.entry.id)[:-1] + "x")
    await env.leave(ada)
    await env.refund(env.pairs[0])
    await env.work()
    with pytest.raises(TicketsAvailable):
        await env.join("ben", 2)
    assert (await env.join("ben", 3)).entry.position == 1


async def test_an_event_that_is_cancelled_ends_all_entries_and_one_that_pauses_keeps_them(env: ListEnv) -> None:
    ada = await env.join("ada", 2)
    env.show = await put_on_sale(env.deps, replace(env.show, revision=2, status=EventStatus.POSTPONED))
    await env.refund(env.pairs[0])
    await env.work()
    assert (await env.states(), (await env.look(ada)).state) == ("wwssss", EntryState.WAITING)
    env.show = await put_on_sale(env.deps, replace(env.show, revision=3, status=EventStatus.CANCELLED))

    await tend_waiting_lists(env.deps, seen={})

    assert (await env.look(ada)).state is EntryState.ENDED
    assert env.told[-1] == (PersonNotice.WAITING_LIST_ENDED, ada.entry.id)


async def test_the_end_of_the_sale_ends_the_list(env: ListEnv) -> None:
    ada = await env.join("ada", 2)
    over = env.deps.now() - timedelta(seconds=1)
    env.show = await put_on_sale(env.deps, replace(env.show, revision=2, off_sale_at=over))

    await tend_waiting_lists(env.deps, seen={})

    assert (await env.look(ada)).state is EntryState.ENDED


async def test_a_buyer_who_has_all_tickets_of_a_person_by_now_gets_no_offer(env: ListEnv) -> None:
    ada, ben = await env.join("ada", 2), await env.join("ben", 2)
    async with env.deps.pool.connection() as conn:
        await conn.execute(
            "update booking.bookings set buyer_key = 'ada@example.org' where id = any(%s)",
            [[booking.id for booking in env.pairs[1:]]],
        )
    env.show = await put_on_sale(env.deps, replace(env.show, revision=2, ticket_limit=5))

    await env.refund(env.pairs[0])
    await env.work()

    assert [(await env.look(joined)).state for joined in (ada, ben)] == [EntryState.ENDED, EntryState.OFFERED]


async def test_a_payment_that_has_begun_is_not_declined(env: ListEnv) -> None:
    ada = await env.join("ada", 2)
    await env.refund(env.pairs[0])
    await env.work()
    async with env.deps.pool.connection() as conn:
        await conn.execute(
            "update booking.bookings set status = 'paying', paying_since = now() where id = %s",
            [(await env.look(ada)).booking_id],
        )

    with pytest.raises(BookingAlreadyPaid):
        await env.leave(ada)


async def test_offers_are_shown_after_redis_was_lost_and_when_the_process_died(env: ListEnv, redis: Redis) -> None:
    ada = await env.join("ada", 2)
    await redis.flushdb()
    await env.refund(env.pairs[0])
    await env.work()

    assert await env.seats() == "hhssss"
    booking_id = (await env.look(ada)).booking_id
    assert booking_id is not None
    token = booking_token(TOKEN_KEYS, booking_id)
    await release_booking(env.deps, booking_id=booking_id, booking_token=token)
    await env.work()
    assert (await env.look(ada)).state is EntryState.DECLINED
    assert await env.seats() == "aassss"


async def test_many_processes_that_offer_at_once_make_one_offer_a_place(env: ListEnv) -> None:
    joined = [await env.join(f"person{number}") for number in range(6)]
    for booking in env.pairs:
        await env.refund(booking)

    await asyncio.gather(*(offer_places(env.deps, event_id=env.show.event_id) for _ in range(8)))

    entries = [await env.look(entry) for entry in joined]
    assert {entry.state for entry in entries} == {EntryState.OFFERED}
    assert len({entry.booking_id for entry in entries}) == 6
    assert await env.states() == "cccccc"


async def test_a_person_who_joins_twice_at_once_has_one_place(env: ListEnv) -> None:
    """The second request cannot see the first one's entry, and waits for its commit."""
    order = ListOrder(env.show.event_id, "ada@example.org", None, 1)
    waits = """
        select count(*) as waits from pg_stat_activity
        where wait_event_type = 'Lock' and datname = current_database()
    """
    async with env.deps.pool.connection() as conn, env.deps.pool.connection() as watch, conn.transaction():
        await store.insert_entry(
            conn,
            "wle_first",
            order,
            buyer_key="ada@example.org",
            client_key=None,
            block_key=None,
            ticket_limit=6,
        )
        second = asyncio.create_task(join_waiting_list(env.deps, order=order, origin=NO_ORIGIN))
        while (await (await watch.execute(waits)).fetchall())[0]["waits"] == 0:
            assert not second.done()
            await asyncio.sleep(0.05)

    with pytest.raises(AlreadyWaiting):
        await second


def an_offer(env: ListEnv, *indexes: int) -> Booking:
    plan_tickets = [ticket for booking in env.pairs for ticket in booking.tickets if ticket.index in indexes]
    return replace(env.pairs[0], id=env.deps.new_id("bkg"), tickets=tuple(plan_tickets))


async def make(env: ListEnv, *offers: tuple[str, Booking]) -> list[str]:
    """Return the entries that have an offer now. The processes that offer have matched it: PostgreSQL decides."""
    async with env.deps.pool.connection() as conn, conn.transaction():
        rows = await store.insert_offers(conn, offers, hold_seconds=60, ticket_limit=6)
    return [row["id"] for row in rows]


async def test_an_offer_takes_only_free_places(env: ListEnv) -> None:
    ada, ben = await env.join("ada", 2), await env.join("ben", 1)
    await env.refund(env.pairs[0], ticket_ids=(env.pairs[0].tickets[0].ticket_id,))

    made = await make(env, (ada.entry.id, an_offer(env, 0, 1)), (ben.entry.id, an_offer(env, 5)))

    assert made == []
    assert await env.states() == "wsssss"
    assert await make(env, (ben.entry.id, an_offer(env, 0))) == [ben.entry.id]
    assert await env.states() == "csssss"


async def test_an_entry_gets_one_offer_within_its_buyers_limit(env: ListEnv) -> None:
    ada, ben = await env.join("ada"), await env.join("ben")
    await env.refund(env.pairs[0])
    async with env.deps.pool.connection() as conn:
        await conn.execute(
            "update booking.bookings set buyer_key = 'ben@example.org', indexes = '{1,2,3,4,5,6}' where id = %s",
            [env.pairs[1].id],
        )

    made = await make(env, (ada.entry.id, an_offer(env, 0)), (ben.entry.id, an_offer(env, 1)))
    again = await make(env, (ada.entry.id, an_offer(env, 1)))

    assert (made, again) == ([ada.entry.id], [])
    assert await env.states() == "cwssss"
