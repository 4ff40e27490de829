"""Many buyers want a promo code with one use left: one booking gets it, whatever happens at the same time."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable

import psycopg
import pytest

from admitone.testing.history import Call, History, Outcome, Racer
from admitone.testing.organizer import Organizer, Show
from tests.running import Stack

pytestmark = pytest.mark.xdist_group("races")

Check = Callable[..., Awaitable[None]]
NewRacer = Callable[[str], Racer]
LIVE = ("in_progress", "paying", "confirmed", "partially_refunded")


async def a_promo(organizer: Organizer, show: Show, uses_max: int) -> dict[str, str]:
    body = {"code": f"RACE-{secrets.token_hex(6)}", "percent": 25, "event_id": show.id, "uses_max": uses_max}
    return await organizer.post("/organizer/promo-codes", body)


async def ask(racer: Racer, show: Show, code: str) -> Call:
    return await racer.checkout(show, general_admission=[{"section_id": show.floor, "quantity": 1}], promo_code=code)


def uses_in(stack: Stack, promo_id: str) -> int:
    with psycopg.connect(stack.database_url) as conn:
        row = conn.execute(
            "select count(*) from booking.bookings where promo_id = %s and status = any(%s)", [promo_id, list(LIVE)]
        ).fetchone()
    assert row is not None
    return int(row[0])


async def test_of_twenty_buyers_exactly_one_has_the_last_use(
    organizer: Organizer, racer: NewRacer, history: History, check: Check, stack: Stack
) -> None:
    show = await organizer.show(standing=100)
    promo = await a_promo(organizer, show, uses_max=3)
    for name in ("ada", "ben"):
        await racer(name).confirm(await ask(racer(name), show, promo["code"]))

    calls = await asyncio.gather(*(ask(racer(f"b{number}"), show, promo["code"]) for number in range(20)))

    winners = [call for call in calls if call.outcome is Outcome.OK]
    assert len(winners) == 1, [str(call) for call in calls]
    assert {call.code for call in calls if call not in winners} == {"invalid-promo-code"}
    assert {call.answer["reason"] for call in calls if call not in winners} == {"used-up"}
    assert winners[0].answer["discount"]["amount"] == 1125
    assert uses_in(stack, promo["id"]) == 3
    await racer("winner").confirm(winners[0])
    await check(show)


async def test_holds_made_and_released_never_exceed_the_uses_and_never_lose_one(
    organizer: Organizer, racer: NewRacer, history: History, check: Check, stack: Stack
) -> None:
    """Half of the buyers release their hold, half of the others are declined first: in the end every use is bought."""
    show = await organizer.show(standing=100)
    promo = await a_promo(organizer, show, uses_max=4)
    seen: list[int] = []

    async def shop(number: int) -> None:
        buyer = racer(f"b{number}")
        for turn in range(6):
            held = await ask(buyer, show, promo["code"])
            seen.append(uses_in(stack, promo["id"]))
            if held.outcome is not Outcome.OK:
                continue
            if (number + turn) % 2:
                await buyer.release(held)
                continue
            if number % 4 == 0:
                await buyer.confirm(held, "pm_card_visa_chargeDeclined")
            await buyer.confirm(held)
            return

    await asyncio.gather(*(shop(number) for number in range(12)))
    while (last := await ask(racer("last"), show, promo["code"])).outcome is Outcome.OK:
        await racer("last").confirm(last)

    assert max(seen) <= 4
    assert uses_in(stack, promo["id"]) == 4
    await check(show)
