"""Limits count people, however their address is spelt, and clients and networks where nobody is named yet."""

import asyncio
from typing import Any

import pytest
from redis.asyncio import Redis

from admitone.booking.contracts import Booking
from admitone.booking.domain.origin import Origin
from admitone.booking.domain.refusals import TicketLimitExceeded, TooManyHolds
from admitone.booking.domain.token import booking_token
from admitone.booking.store.claims import BLOCK_FACTOR
from admitone.booking.usecases.confirm_booking import confirm_booking
from admitone.booking.usecases.deps import Deps
from admitone.booking.usecases.end_holds import release_booking
from admitone.booking.usecases.start_checkout import CheckoutOrder, start_checkout
from admitone.kit.postgres import Pool
from admitone.kit.refusal import InvalidBody, Refusal
from tests.builders import TOKEN_KEYS, box_office, put_on_sale, terms_of_a_show

LIMIT = 2
SCHOOL = Origin(None, "198.51.100.7/32")


class Club:
    """A show with places for many and a limit of two, sold by two processes."""

    def __init__(self, pool: Pool, redis: Redis) -> None:
        self.pool = pool
        self.processes = [box_office(pool, redis) for _ in range(2)]

    @property
    def deps(self) -> Deps:
        return self.processes[0]

    async def open(self) -> "Club":
        show = await put_on_sale(self.deps, terms_of_a_show(standing=200, ticket_limit=LIMIT))
        self.event_id = show.event_id
        return self

    async def hold(self, quantity: int, process: int = 0, **who: Any) -> Booking:
        order = CheckoutOrder(self.event_id, areas=(("floor", quantity),), **who)
        return await start_checkout(self.processes[process], order=order)

    async def at_once(self, orders: list[dict[str, Any]]) -> list[str]:
        """Hold a place each, on both processes at the same time; return how each ended."""
        answers = await asyncio.gather(
            *(self.hold(1, number % 2, **who) for number, who in enumerate(orders)), return_exceptions=True
        )
        return [answer.code if isinstance(answer, Refusal) else type(answer).__name__ for answer in answers]


@pytest.fixture
async def club(pool: Pool, redis: Redis) -> Club:
    return await Club(pool, redis).open()


async def test_spellings_of_one_address_are_one_person(club: Club) -> None:
    spellings = ["Ada.L@gmail.com", "adal+1@GMAIL.com", "a.d.a.l@googlemail.com", "adal+two@gmail.com"]

    outcomes = await club.at_once([{"buyer_email": spelling} for spelling in spellings])

    assert sorted(outcomes) == ["Booking", "Booking", "ticket-limit-exceeded", "ticket-limit-exceeded"]


async def test_a_client_without_a_name_is_one_person(club: Club) -> None:
    ada, bob = Origin("ada's browser"), Origin("bob's browser")

    outcomes = await club.at_once([{"origin": ada} for _ in range(6)])
    other = await club.hold(2, origin=bob)

    assert outcomes.count("Booking") == LIMIT
    assert set(outcomes) == {"Booking", "ticket-limit-exceeded"}
    assert len(other.tickets) == 2


async def test_what_a_client_gives_back_it_may_hold_again(club: Club) -> None:
    ada = Origin("ada's browser")
    held = await club.hold(2, origin=ada)
    with pytest.raises(TicketLimitExceeded):
        await club.hold(1, origin=ada)

    await release_booking(club.deps, booking_id=held.id, booking_token=booking_token(TOKEN_KEYS, held.id))

    assert len((await club.hold(2, origin=ada)).tickets) == 2


async def test_tickets_of_nobody_are_not_sold(club: Club) -> None:
    held = await club.hold(1, origin=Origin("ada's browser"))
    token = booking_token(TOKEN_KEYS, held.id)
    with pytest.raises(InvalidBody) as refused:
        await confirm_booking(club.deps, booking_id=held.id, booking_token=token, payment_method="pm_card_visa")

    named = await confirm_booking(
        club.deps,
        booking_id=held.id,
        booking_token=token,
        payment_method="pm_card_visa",
        buyer_email="ada@example.org",
    )

    assert refused.value.members["errors"][0]["pointer"] == "/buyer"
    assert named.booking is not None
    assert named.booking.buyer_email == "ada@example.org"


async def test_many_people_of_one_network_are_slowed_and_not_locked_out(club: Club) -> None:
    allowed = BLOCK_FACTOR * LIMIT
    people = [{"buyer_email": f"pupil{n}@example.org", "origin": SCHOOL} for n in range(allowed + 12)]

    outcomes = await club.at_once(people)
    with pytest.raises(TooManyHolds) as refused:
        await club.hold(1, buyer_email="late@example.org", origin=SCHOOL)
    elsewhere = await club.hold(1, buyer_email="other@example.org", origin=Origin(None, "203.0.113.9/32"))
    async with club.pool.connection() as conn:
        await conn.execute(
            "update booking.bookings set created_at = created_at - interval '60 s' where block_key is not null"
        )
    later = await club.hold(1, buyer_email="late@example.org", origin=SCHOOL)

    assert outcomes.count("Booking") <= allowed
    assert set(outcomes) == {"Booking", "too-many-holds"}
    assert refused.value.retry_after_seconds is not None
    assert len(elsewhere.tickets) == len(later.tickets) == 1


async def test_what_a_network_has_bought_does_not_slow_it(club: Club) -> None:
    allowed = BLOCK_FACTOR * LIMIT
    for number in range(allowed):
        held = await club.hold(1, buyer_email=f"pupil{number}@example.org", origin=SCHOOL)
        token = booking_token(TOKEN_KEYS, held.id)
        await confirm_booking(club.deps, booking_id=held.id, booking_token=token, payment_method="pm_card_visa")

    assert len((await club.hold(2, buyer_email="one.more@example.org", origin=SCHOOL)).tickets) == 2
