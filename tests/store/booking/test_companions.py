"""Wheelchair places and companion seats, from the wish to the lock, on real PostgreSQL and Redis."""

import asyncio

import pytest
from redis.asyncio import Redis

from admitone.booking.contracts import Booking
from admitone.booking.domain.choice import BestAvailable
from admitone.booking.domain.refusals import CompanionSeat, NotEnoughTickets
from admitone.booking.usecases.deps import Deps
from admitone.booking.usecases.start_checkout import start_checkout
from admitone.kit.postgres import Pool
from tests.builders import a_hall, a_wish, box_office, put_on_sale, terms_of_a_show, with_wheelchair_places

# Row A: a wheelchair place, its companion seat, eight seats; rows B and C likewise.
HALL = with_wheelchair_places(a_hall(rows=3), {0: (1,), 10: (11,), 20: (21,)})
KEPT = {"A-1", "A-2", "B-1", "B-2", "C-1", "C-2"}


async def open_show(pool: Pool, redis: Redis) -> tuple[Deps, str]:
    deps = box_office(pool, redis, seat_map=HALL)
    show = await put_on_sale(deps, terms_of_a_show(seat_map=HALL, ticket_limit=30))
    return deps, show.event_id


def with_a_place(quantity: int) -> BestAvailable:
    return BestAvailable(quantity, None, None, together=True, wheelchair_places=1)


async def test_a_companion_seat_alone_is_refused_before_redis_has_the_event(pool: Pool, redis: Redis) -> None:
    deps, event_id = await open_show(pool, redis)

    with pytest.raises(CompanionSeat) as refused:
        await start_checkout(deps, order=a_wish(event_id, seats=("A-2",)))

    assert refused.value.members["wheelchair_places"] == ["A-1"]
    assert refused.value.members["alternatives"] == ["A-3"]


async def test_best_available_skips_reserved_seats(pool: Pool, redis: Redis) -> None:
    deps, event_id = await open_show(pool, redis)

    everything = BestAvailable(24, None, None, together=False)
    booking = await start_checkout(deps, order=a_wish(event_id, best=everything))

    assert not KEPT.intersection(ticket.seat_id or "" for ticket in booking.tickets)
    with pytest.raises(NotEnoughTickets):
        await start_checkout(deps, order=a_wish(event_id, best=BestAvailable(1, None, None, together=True)))


async def test_of_many_who_ask_at_once_each_gets_a_place_of_their_own(pool: Pool, redis: Redis) -> None:
    deps, event_id = await open_show(pool, redis)
    orders = [a_wish(event_id, best=with_a_place(2)) for _ in range(5)]

    answers = await asyncio.gather(*(start_checkout(deps, order=order) for order in orders), return_exceptions=True)

    booked = [answer for answer in answers if isinstance(answer, Booking)]
    pairs = sorted([ticket.seat_id for ticket in answer.tickets] for answer in booked)
    assert pairs == [["A-1", "A-2"], ["B-1", "B-2"], ["C-1", "C-2"]]
    assert [type(answer) for answer in answers if not isinstance(answer, Booking)] == [NotEnoughTickets] * 2
