"""The box office and online buyers want the same places: the first gets them, and the books record who paid where."""

import asyncio
import random
from collections.abc import Awaitable, Callable

import pytest

from admitone.testing.history import Call, Clerk, History, Outcome, Racer
from admitone.testing.organizer import Organizer

pytestmark = pytest.mark.xdist_group("races")

Check = Callable[..., Awaitable[None]]
NewRacer = Callable[[str], Racer]
PAYMENTS = ("cash", "card_terminal", "complimentary")


async def test_box_offices_against_live_buyers(
    organizer: Organizer, racer: NewRacer, history: History, check: Check
) -> None:
    """Sell ten rows of four, half of them held back. Buyers, box offices or both want every seat."""
    hall = await organizer.plain_hall(10, 4)
    show = await organizer.show(hall=hall, standing=12, allow_orphans=True, ticket_limit=100, hold_seconds=5)
    held_back = {"hold_back": list(show.seats[20:]), "general_admission": [{"section_id": show.floor, "held_back": 4}]}
    assert (await organizer.http.patch(f"/organizer/events/{show.id}/seats", json=held_back)).status_code == 200
    rows = [show.seats[at : at + 4] for at in range(0, 40, 4)]
    floor = {"section_id": show.floor, "quantity": 2}

    async def box_office(number: int) -> None:
        chance = random.Random(number)
        clerk = Clerk(history, organizer.http, f"box_office{number}")
        for row in chance.sample(rows, len(rows)):
            payment = chance.choice(PAYMENTS)
            await clerk.sell(show, *chance.sample(row, 2), payment=payment)
            await clerk.sell(show, payment=payment, general_admission=[floor])

    async def shop(number: int) -> None:
        chance = random.Random(100 + number)
        buyer = racer(f"b{number}")
        for row in chance.sample(rows[:5], 5):
            held = await buyer.checkout(show, seats=list(chance.sample(row, 2)))
            if held.outcome is Outcome.OK:
                await (buyer.release(held) if chance.random() < 0.3 else buyer.confirm(held))
            placed = await buyer.checkout(show, general_admission=[floor])
            if placed.outcome is Outcome.OK:
                await buyer.confirm(placed)

    await asyncio.gather(*(box_office(number) for number in range(4)), *(shop(number) for number in range(12)))

    assert {call.code for call in history.of("sell", Outcome.REFUSED)} <= {"seats-taken", "not-enough-tickets"}
    assert any(history.of("sell", Outcome.OK))
    assert any(history.of("confirm", Outcome.OK))
    await check(show)


async def test_one_seat_one_owner(organizer: Organizer, racer: NewRacer, history: History, check: Check) -> None:
    """Buyers and box offices ask for the same seat at the same moment, many times."""
    show = await organizer.show(hall=await organizer.plain_hall(), allow_orphans=True)

    async def buy(number: int, seat: str) -> Call:
        buyer = racer(f"b{number}")
        held = await buyer.checkout(show, seats=[seat])
        if held.outcome is not Outcome.OK:
            return held
        for _ in range(20):
            paid = await buyer.confirm(held)
            if paid.outcome is not Outcome.UNKNOWN:
                break
            await asyncio.sleep(0.5)  # no answer: a retry is safe
        return paid

    for turn in range(12):
        seat = show.seats[turn]
        clerks = [Clerk(history, organizer.http, f"box_office{n}") for n in range(3)]
        calls = await asyncio.gather(
            *(buy(3 * turn + n, seat) for n in range(3)), *(clerk.sell(show, seat) for clerk in clerks)
        )
        won = [call for call in calls if call.action in ("confirm", "sell") and call.outcome is Outcome.OK]
        is_decided = all(call.outcome is not Outcome.UNKNOWN for call in calls)
        assert len(won) == 1 or not (won or is_decided), [str(call) for call in calls]
    await check(show)


async def test_no_box_office_sells_a_cancelled_event_and_every_sale_is_refunded(
    organizer: Organizer, history: History, check: Check
) -> None:
    show = await organizer.show(hall=await organizer.plain_hall(), allow_orphans=True)
    begun, cancelled = asyncio.Event(), asyncio.Event()

    async def sell(number: int) -> None:
        clerk = Clerk(history, organizer.http, f"box_office{number}")
        for turn in range(60):
            was_cancelled = cancelled.is_set()
            call = await clerk.sell(show, show.seats[number * 50 + turn % 50], payment=PAYMENTS[turn % 3])
            begun.set()
            if call.code == "event-cancelled":
                return
            assert not was_cancelled, "requested after the cancellation was answered, and sold"

    async def cancel() -> None:
        await begun.wait()
        await organizer.cancel(show)
        cancelled.set()

    await asyncio.gather(cancel(), *(sell(number) for number in range(4)))
    assert any(history.of("sell", Outcome.OK))
    await organizer.http.post(f"/organizer/events/{show.id}/refunds")
    path = f"/organizer/events/{show.id}/bookings"
    async with asyncio.timeout(180):
        while (await organizer.http.get(path, params={"status": "confirmed"})).json()["bookings"]:
            await asyncio.sleep(0.2)

    history.calls.clear()  # these were real sales, and are refunded now
    await check(show)
