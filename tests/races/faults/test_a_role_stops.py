"""A booking role stops for three times the hold's duration in the middle of its work and continues: what it does then
is refused or correct."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable

import psycopg
import pytest

from admitone.testing.history import Call, History, Outcome, Racer
from admitone.testing.organizer import Organizer, Show
from tests.races.faults.fragile import Fragile
from tests.races.faults.postgres_proxy import HOLD
from tests.races.faults.waiting import SECONDS_MAX, until

pytestmark = pytest.mark.xdist_group("faults")

Check = Callable[..., Awaitable[None]]
NewRacer = Callable[[str], Racer]


async def test_a_role_is_stopped_and_continued(
    fragile: Fragile, organizer: Organizer, racer: NewRacer, history: History, check: Check
) -> None:
    """Ada's payment is in progress, Bob's is about to arrive, and Carol's claim is between its write and its commit."""
    show = await organizer.show(hall=await organizer.plain_hall(12, 10), allow_orphans=True, hold_seconds=5)
    ada, bob, carol = racer("ada"), racer("bob"), racer("carol")
    pid = fragile.stack.find("booking")
    async with fragile.another_booking_role() as elsewhere:
        rival = Racer(history, elsewhere, "rival")
        adas, bobs = await ada.checkout(show, seats=_seats(show, 0)), await bob.checkout(show, seats=_seats(show, 2))
        held = fragile.proxy.count(HOLD)
        with fragile.proxy.meeting(pid, HOLD):
            carol_asks = asyncio.create_task(carol.checkout(show, seats=_seats(show, 4)))
            await until(lambda: fragile.proxy.count(HOLD) > held)
        ada_pays = asyncio.create_task(ada.confirm(adas, "pm_slow"))
        await until(lambda: _status(fragile, adas) == "paying")
        os.kill(pid, signal.SIGSTOP)
        try:
            bob_pays = asyncio.create_task(bob.confirm(bobs))
            bobs_seats = await _take(rival, show, _seats(show, 2))
            carols_seats = await _take(rival, show, _seats(show, 4))
            await until(lambda: _status(fragile, adas) == "confirmed")
        finally:
            os.kill(pid, signal.SIGCONT)
        late = await asyncio.gather(ada_pays, bob_pays, carol_asks)
        again = [await ada.confirm(adas), await bob.confirm(bobs)]

    assert bobs_seats.outcome is Outcome.OK
    assert carols_seats.outcome is Outcome.OK
    assert [call.outcome is Outcome.OK for call in late[1:]] == [False, False], [str(call) for call in late]
    assert again[0].outcome is Outcome.OK
    assert (again[1].outcome, again[1].code) == (Outcome.REFUSED, "hold-expired")
    await check(show)


def _seats(show: Show, first: int) -> list[str]:
    return list(show.seats[first : first + 2])


async def _take(rival: Racer, show: Show, seats: list[str]) -> Call:
    """Retry until the seats are free, then pay."""
    async with asyncio.timeout(SECONDS_MAX):
        while (taken := await rival.checkout(show, seats=seats)).outcome is not Outcome.OK:
            await asyncio.sleep(0.2)
        return await rival.confirm(taken)


def _status(fragile: Fragile, held: Call) -> str:
    with psycopg.connect(fragile.direct_url) as conn:
        row = conn.execute("select status from booking.bookings where id = %s", [held.booking_id]).fetchone()
    assert row is not None
    return str(row[0])
