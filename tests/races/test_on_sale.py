"""64 buyers, 200 places: each is sold once, and a buyer who is too late gets an immediate refusal with alternatives."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from admitone.testing.history import History, Outcome, Racer
from admitone.testing.organizer import Organizer, Show
from tests.races.crowd import buy_out

pytestmark = pytest.mark.xdist_group("races")

BUYERS, PLACES = 64, 200

Check = Callable[..., Awaitable[None]]
NewRacer = Callable[[str], Racer]


@pytest.mark.parametrize("how", ["seats", "best_available", "general_admission"])
async def test_every_place_is_sold_once(
    organizer: Organizer, racer: NewRacer, history: History, check: Check, how: str
) -> None:
    show = await a_show(organizer, how)

    await buy_out([racer(f"buyer{number}") for number in range(BUYERS)], show, how=how, seed=1)

    await check(show)
    tickets = {ticket["ticket_id"] for call in history.of("confirm", Outcome.OK) for ticket in call.answer["tickets"]}
    assert len(tickets) == PLACES


async def test_losers_get_an_immediate_refusal_with_alternatives(
    organizer: Organizer, racer: NewRacer, history: History, check: Check
) -> None:
    show = await a_show(organizer, "seats")
    crowd = [racer(f"buyer{number}") for number in range(BUYERS)]
    wanted = list(show.seats[:4])

    await asyncio.gather(*(buyer.checkout(show, seats=wanted) for buyer in crowd))

    held = list(history.of("checkout", Outcome.OK))
    lost = list(history.of("checkout", Outcome.REFUSED))
    assert (len(held), len(lost)) == (1, BUYERS - 1)
    assert {call.code for call in lost} == {"seats-taken"}
    for call in lost:
        assert call.answer["conflicts"] == wanted
        assert len(call.answer["alternatives"]) == 4
        assert not set(call.answer["alternatives"]) & set(wanted)
    await check(show)


async def a_show(organizer: Organizer, how: str) -> Show:
    if how == "general_admission":
        return await organizer.show(standing=PLACES, ticket_limit=20)
    hall = await organizer.plain_hall(20, 10)
    return await organizer.show(hall=hall, ticket_limit=20, allow_orphans=True)
