"""Many requests about one booking: requests that arrive twice, at once or too late lead to one consistent state."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from admitone.testing.history import Call, History, Outcome, Racer
from admitone.testing.organizer import Organizer, Show

pytestmark = pytest.mark.xdist_group("races")

Check = Callable[..., Awaitable[None]]
NewRacer = Callable[[str], Racer]
PAIR: dict[str, Any] = {"best_available": {"quantity": 2}}


async def test_confirming_many_times_at_once_pays_once(
    organizer: Organizer, racer: NewRacer, history: History, check: Check
) -> None:
    show = await organizer.show(standing=10)
    ada = racer("ada")
    held = await ada.checkout(show, **PAIR)

    calls = await asyncio.gather(
        *(ada.confirm(held, card) for card in ("pm_card_visa", "pm_card_mastercard", "pm_card_amex") * 5)
    )

    assert {call.outcome for call in calls} <= {Outcome.OK, Outcome.UNKNOWN}
    assert (await ada.confirm(held)).outcome is Outcome.OK
    await check(show)


async def test_the_same_key_from_many_clients_makes_one_booking(
    organizer: Organizer, racer: NewRacer, history: History, check: Check
) -> None:
    show = await organizer.show(standing=100)
    ada, key = racer("ada"), secrets.token_hex(16)

    calls = await asyncio.gather(*(ada.checkout(show, key=key, **PAIR) for _ in range(40)))
    late = await ada.checkout(show, key=key, **PAIR)

    made = {call.booking_id for call in [*calls, late] if call.outcome is Outcome.OK}
    assert len(made) == 1
    assert {call.code for call in calls if call.outcome is not Outcome.OK} <= {"request-in-progress"}
    await check(show)


async def test_release_against_confirm(organizer: Organizer, racer: NewRacer, history: History, check: Check) -> None:
    show = await organizer.show(hall=await organizer.plain_hall(), allow_orphans=True)

    async def both(number: int) -> tuple[Call, Call]:
        buyer = racer(f"b{number}")
        held = await buyer.checkout(show, seats=list(show.seats[2 * number : 2 * number + 2]))
        first, second = buyer.confirm(held), buyer.release(held)
        if number % 2:
            released, paid = await asyncio.gather(second, first)
        else:
            paid, released = await asyncio.gather(first, second)
        return paid, released

    pairs = await asyncio.gather(*(both(number) for number in range(24)))

    for paid, released in pairs:
        assert (paid.outcome is Outcome.OK) != (released.outcome is Outcome.OK), f"{paid}; {released}"
    await check(show)


@pytest.mark.parametrize("card", ["pm_card_visa", "pm_slow"])
async def test_expiry_against_payment(
    organizer: Organizer, racer: NewRacer, history: History, check: Check, card: str
) -> None:
    """Payments begin around the moment in which the hold ends; a rival wants the seats from that moment."""
    show = await organizer.show(hall=await organizer.plain_hall(), allow_orphans=True, hold_seconds=5)

    async def late(number: int) -> None:
        buyer, rival = racer(f"b{number}"), racer(f"rival{number}")
        seats = list(show.seats[2 * number : 2 * number + 2])
        held = await buyer.checkout(show, seats=seats)
        ends_at = datetime.fromisoformat(held.answer["expires_at"])
        await asyncio.sleep((ends_at - datetime.now(UTC)).total_seconds() + (number - 12) * 0.02)
        paid, _ = await asyncio.gather(buyer.confirm(held, card), _take_over(rival, show, seats))
        if paid.outcome is Outcome.UNKNOWN:
            await asyncio.sleep(2)
            await buyer.confirm(held, card)

    await asyncio.gather(*(late(number) for number in range(24)))

    outcomes = {call.outcome for call in history.of("confirm")}
    assert Outcome.OK in outcomes
    await check(show)


async def test_limits_hold_across_bookings_at_once(
    organizer: Organizer, racer: NewRacer, history: History, check: Check
) -> None:
    show = await organizer.show(hall=await organizer.plain_hall(), standing=50, ticket_limit=5)
    ada = racer("ada")
    floor = {"general_admission": [{"section_id": show.floor, "quantity": 2}]}

    calls = await asyncio.gather(*(ada.checkout(show, **(floor if n % 2 else PAIR)) for n in range(24)))

    held = [call for call in calls if call.outcome is Outcome.OK]
    assert len(held) == 2
    assert {call.code for call in calls if call not in held} == {"ticket-limit-exceeded"}
    await asyncio.gather(*(ada.confirm(call) for call in held))
    await check(show)


async def test_a_cancelled_event_sells_nothing_more(
    organizer: Organizer, racer: NewRacer, history: History, check: Check
) -> None:
    show = await organizer.show(hall=await organizer.plain_hall(), allow_orphans=True, hold_seconds=5)
    cancelled = asyncio.Event()

    async def shop(number: int) -> None:
        for turn in range(20):
            buyer = racer(f"b{number}-{turn}")
            was_cancelled = cancelled.is_set()
            held = await buyer.checkout(show, **PAIR)
            if held.code == "event-cancelled":
                return
            if held.outcome is Outcome.OK:
                assert not was_cancelled, "requested after the cancellation was answered, and held"
                await buyer.confirm(held)

    async def cancel() -> None:
        await asyncio.sleep(0.4)
        await organizer.cancel(show)
        cancelled.set()

    await asyncio.gather(cancel(), *(shop(number) for number in range(8)))

    too_late = racer("late")
    assert (await too_late.checkout(show, **PAIR)).code == "event-cancelled"
    await check(show)


async def _take_over(rival: Racer, show: Show, seats: list[str]) -> None:
    for _ in range(12):
        taken = await rival.checkout(show, seats=seats)
        if taken.outcome is Outcome.OK:
            await rival.confirm(taken)
            return
        await asyncio.sleep(0.1)
