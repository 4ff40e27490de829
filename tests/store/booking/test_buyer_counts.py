"""Count the buyers of an event that a message goes to: PostgreSQL counts exactly those that get it."""

import pytest
from redis.asyncio import Redis

from admitone.booking.contracts import BuyerChoice
from admitone.booking.usecases.find_bookings import count_event_bookings, find_event_bookings
from admitone.kit.postgres import Pool
from admitone.mail.domain.buyers_message import Audience
from tests.builders import CIRCLE, STALLS, a_hall
from tests.store.booking.sale_env import SaleEnv


@pytest.mark.parametrize("levels", [(), (STALLS.id,), (CIRCLE.id,), (STALLS.id, CIRCLE.id), ("lvl_other",)])
async def test_a_choice_counts_the_bookings_that_get_the_message(
    pool: Pool, redis: Redis, levels: tuple[str, ...]
) -> None:
    env = await SaleEnv(pool, redis, hall=a_hall(circle_rows=1)).open()
    pair, mixed, single = [await env.bought(*seats) for seats in (("A-1", "A-2"), ("A-3", "D-1"), ("D-2",))]
    await env.refund(pair, ticket_ids=(pair.tickets[0].ticket_id,))
    scanned = mixed.tickets[1].ticket_id
    admissions: tuple[dict[str, str | None], ...] = (
        {},
        {scanned: mixed.id},
        {scanned: "bkg_before", single.tickets[0].ticket_id: None},
    )
    event_id = env.show.event_id
    bookings = await find_event_bookings(env.deps, event_id, "", 100)

    for admitted in admissions:
        audience = Audience(levels, not_admitted=bool(admitted))
        expected = sum(audience.includes(booking, admitted) for booking in bookings)
        assert await count_event_bookings(env.deps, event_id, BuyerChoice(levels, admitted)) == expected
    assert await count_event_bookings(env.deps, event_id) == len(bookings) == 3
