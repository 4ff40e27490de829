"""Simulate buyers until a show is sold out: they look, want the same seats, and pay, release or choose again."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Any

from admitone.testing.buyer import DECLINED_CARD
from admitone.testing.history import Call, History, Outcome, Racer
from admitone.testing.organizer import Organizer, Show

TURNS_MAX = 60
BUYERS, PLACES = 24, 120
# Seats that a killed process had locked and not yet claimed stay locked for this long.
SHORT: dict[str, Any] = {"allow_orphans": True, "hold_seconds": 6}


async def sell_during(
    fault: Callable[[Show], Awaitable[None]], organizer: Organizer, racer: Callable[[str], Racer], history: History
) -> Show:
    """Sell a show out while `fault` happens; return the show."""
    show = await organizer.show(hall=await organizer.plain_hall(12, 10), ticket_limit=20, **SHORT)

    crowd = [racer(f"buyer{number}") for number in range(BUYERS)]
    await asyncio.gather(fault(show), buy_out(crowd, show, how="seats", seed=7))
    # Holds whose answer was lost stay until they expire; everything else must be sold.
    sold = {ticket["ticket_id"] for call in history.of("confirm", Outcome.OK) for ticket in call.answer["tickets"]}
    assert len(sold) > PLACES / 2
    return show


async def buy_out(racers: list[Racer], show: Show, *, how: str, seed: int) -> None:
    """`how`: "seats" that each buyer saw as free, "best_available", or "general_admission". A seed fixes choices."""
    await asyncio.gather(
        *(_shop(racer, show, how=how, chance=random.Random(seed * 1000 + at)) for at, racer in enumerate(racers))
    )


async def _shop(racer: Racer, show: Show, *, how: str, chance: random.Random) -> None:
    for _ in range(TURNS_MAX):
        held = await _hold(racer, show, how, chance)
        if held is None:
            return
        if held.outcome is Outcome.OK:
            await pay(racer, held, chance)
        elif held.outcome is Outcome.UNKNOWN or held.code == "busy":
            # Buyers who ask again at once would have used up their turns before a server is back.
            await asyncio.sleep(0.2)
        elif held.code == "ticket-limit-exceeded":
            return


async def _hold(racer: Racer, show: Show, how: str, chance: random.Random) -> Call | None:
    """Return the call, or None when nothing is left to buy."""
    quantity = chance.choice((1, 2, 2, 3))
    if how == "best_available":
        wish: dict[str, Any] = {"best_available": {"quantity": quantity, "together": False}}
    elif how == "general_admission":
        wish = {"general_admission": [{"section_id": show.floor, "quantity": quantity}]}
    else:
        free = await racer.free_seats(show)
        if not free:
            return None if await _is_over(racer, show) else Call(racer.name, "look", None)
        first = min(chance.randrange(len(free)), chance.randrange(len(free)))  # the front rows are in most demand
        wish = {"seats": free[first : first + quantity]}
    held = await racer.checkout(show, **wish)
    if held.code == "seats-taken" and held.answer["alternatives"] and chance.random() < 0.5:
        held = await racer.checkout(show, seats=held.answer["alternatives"])
    if held.code == "not-enough-tickets" and held.answer["available"] == 0:
        return None if await _is_over(racer, show) else held
    return held


async def pay(racer: Racer, held: Call, chance: random.Random) -> None:
    """Most pay; some are declined first; some confirm twice at once; some release their hold."""
    mood = chance.random()
    if mood < 0.1:
        await racer.release(held)
        return
    if mood < 0.25:
        await racer.confirm(held, DECLINED_CARD)
    if mood < 0.35:
        await asyncio.gather(racer.confirm(held), racer.confirm(held))
    for _ in range(20):
        paid = await racer.confirm(held)
        if paid.outcome is not Outcome.UNKNOWN:
            return
        await asyncio.sleep(0.5)  # no answer: a retry is safe


async def _is_over(racer: Racer, show: Show) -> bool:
    """Return whether all is sold; held places may become free again."""
    await asyncio.sleep(0.3)
    answer = await racer.buyer.seats(show)
    if answer.status_code != 200:
        return False
    seats = answer.json()
    return "h" not in seats["states"] and "a" not in seats["states"] and not seats["areas"] if show.hall else True
