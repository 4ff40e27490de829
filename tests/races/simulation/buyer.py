"""A buyer: wants places, loses patience, presses twice, comes back late. Remembers what it was told."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

import psycopg

from admitone.booking.contracts import Booking, BookingStatus
from admitone.booking.domain.choice import BestAvailable
from admitone.booking.domain.refusals import (
    AuthenticationRequired,
    BookingReleased,
    HoldExpired,
    PaymentDeclined,
    SaleLost,
)
from admitone.booking.domain.token import booking_token
from admitone.booking.usecases.confirm_booking import Confirmation, confirm_booking
from admitone.booking.usecases.end_holds import release_booking
from admitone.booking.usecases.start_checkout import CheckoutOrder, start_checkout
from admitone.kit.refusal import Refusal
from tests.builders import TOKEN_KEYS
from tests.races.simulation.process import Process, ProcessDied

CARDS = [
    *("pm_card_visa",) * 6,
    *("pm_timeout_after", "pm_card_chargeDeclined", "pm_card_authenticationRequired", "pm_card_nonexistent"),
]
# The connection closed, or 503: nothing is known.
UNKNOWN = (ProcessDied, psycopg.OperationalError)
NOTHING_CHARGED = (HoldExpired, SaleLost, BookingReleased)


@dataclass
class Told:
    """What buyers were told, by booking."""

    confirmed: dict[str, Booking] = field(default_factory=dict)
    not_charged: dict[str, str] = field(default_factory=dict)
    held: dict[str, Booking] = field(default_factory=dict)


class Buyer:
    def __init__(self, number: int, random: Random, event_id: str, seats: list[str], told: Told) -> None:
        self._random = random
        self._told = told
        self._order = self._wish(number, event_id, seats)

    def _wish(self, number: int, event_id: str, seats: list[str]) -> CheckoutOrder:
        random = self._random
        kind = random.random()
        first = random.randrange(len(seats))
        wanted = tuple(seats[first : first + random.randint(1, 3)]) if kind < 0.5 else ()
        best = BestAvailable(random.randint(1, 2), None, None, together=random.random() < 0.5) if kind > 0.7 else None
        standing = (("floor", random.randint(1, 2)),) if 0.4 < kind < 0.8 else ()
        email = f"buyer{random.randrange(6) if random.random() < 0.6 else number + 6}@example.org"
        key = number.to_bytes(32, "big") if random.random() < 0.7 else None
        return CheckoutOrder(
            event_id,
            seats=wanted,
            best=best if wanted == () or random.random() < 0.3 else None,
            areas=standing or ((("floor", 1),) if not wanted and best is None else ()),
            buyer_email=email,
            idempotency_key=key,
            request_hash=key,
        )

    async def shop(self, pick: Callable[[], Process | None]) -> None:
        booking = await self._check_out(pick)
        if booking is None or booking.status is not BookingStatus.IN_PROGRESS:
            return
        self._told.held[booking.id] = booking
        random = self._random
        mood = random.random()
        await asyncio.sleep(random.choice([0, 0, 0.01, 0.5, 3, 7.9, 8.0, 8.1, 15]))
        if mood < 0.1:
            return
        if mood < 0.2:
            await self._release(pick, booking)
        elif mood < 0.3:
            await asyncio.gather(self._release(pick, booking), self._pay(pick, booking))
        elif mood < 0.5:
            await asyncio.gather(self._pay(pick, booking), self._pay(pick, booking))
        else:
            await self._pay(pick, booking)

    async def _check_out(self, pick: Callable[[], Process | None]) -> Booking | None:
        for _ in range(4):
            process = pick()
            try:
                if process is not None:
                    return await process.serve(lambda deps: start_checkout(deps, order=self._order))
            except Refusal as refusal:
                if refusal.code != "busy":
                    return None
            except UNKNOWN:
                pass
            await asyncio.sleep(self._random.random())
        return None

    async def _release(self, pick: Callable[[], Process | None], booking: Booking) -> None:
        token = booking_token(TOKEN_KEYS, booking.id)
        process = pick()
        if process is not None:
            try:
                await process.serve(lambda deps: release_booking(deps, booking_id=booking.id, booking_token=token))
            except (Refusal, *UNKNOWN):
                return

    async def _pay(self, pick: Callable[[], Process | None], booking: Booking) -> None:
        token = booking_token(TOKEN_KEYS, booking.id)
        card = self._random.choice(CARDS)
        email = f"buyer{self._random.randrange(6)}@example.org" if self._random.random() < 0.3 else None

        def confirm(process: Process) -> "asyncio.Future[Confirmation]":
            return asyncio.ensure_future(
                process.serve(
                    lambda deps: confirm_booking(
                        deps, booking_id=booking.id, booking_token=token, payment_method=card, buyer_email=email
                    )
                )
            )

        for _ in range(self._random.randint(1, 8)):
            process = pick()
            if process is not None:
                try:
                    confirmation = await confirm(process)
                    if confirmation.booking is not None:
                        self._told.confirmed[booking.id] = confirmation.booking
                        return
                except PaymentDeclined:
                    card = self._random.choice(CARDS)
                except AuthenticationRequired:
                    card = self._random.choice([f"{card.removesuffix('_authenticated')}_authenticated", card])
                except NOTHING_CHARGED as refusal:
                    self._told.not_charged[booking.id] = refusal.code
                    return
                except Refusal as refusal:
                    if refusal.code != "busy":
                        return
                except UNKNOWN:
                    pass
            await asyncio.sleep(self._random.expovariate(1))
