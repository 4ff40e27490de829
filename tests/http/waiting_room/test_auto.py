"""Mode `auto` from outside: no queue while checkout is well, one under overload, none again when it is calm.

Overload is told as a booking process tells it; the minute of calm that switching off waits for is taken from the clock.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from admitone.kit.postgres import Pool, open_pool
from admitone.testing.buyer import Buyer, Held
from admitone.testing.organizer import Organizer, Show
from admitone.waiting_room.domain.admission import Load
from admitone.waiting_room.store.rounds import record_load
from tests.problems import refusal
from tests.running import Stack
from tests.waiting_room_fixtures import solve

pytestmark = pytest.mark.xdist_group("stack")

OVERLOAD = Load(checkouts=100, shed=50, p95_ms=2_000)
SECONDS_MAX = 180.0
CALM_FOR_LONG = """
update waiting_room.queues set calm_since = calm_since - interval '1 hour'
 where event_id = %s and calm_since > clock_timestamp() - interval '1 minute'
"""


async def test_it_switches_on_under_overload_and_off_when_it_is_calm(
    stack: Stack, organizer: Organizer, ada: Buyer
) -> None:
    show = await organizer.show(standing=20, waiting_room={"mode": "auto"})
    tickets: dict[str, Any] = {"general_admission": [{"section_id": show.floor, "quantity": 1}]}
    before = await ada.checkout(show, **tickets)

    async with open_pool(stack.database_url) as pool:
        await until_required(ada, show, True, lambda: report_overload(pool))
        without = await ada.checkout(show, **tickets)
        given = await wait_for_pass(ada, show)
        with_pass = await ada.checkout(show, **tickets, **{"pass": given})
        bought = await ada.confirm(Held.of(with_pass))
        await until_required(ada, show, False, lambda: pass_time(pool, show))
    after = await Buyer(ada.http, "bob").checkout(show, **tickets)

    assert before.status_code == 201
    assert refusal(without) == (403, "waiting-room-pass-required")
    assert bought.status_code == 200
    assert after.status_code == 201


async def until_required(ada: Buyer, show: Show, required: bool, meanwhile: Callable[[], Awaitable[None]]) -> None:
    async with asyncio.timeout(SECONDS_MAX):
        while (await ada.http.get(f"/events/{show.id}/queue")).json()["required"] is not required:
            await meanwhile()
            await asyncio.sleep(0.1)


async def wait_for_pass(ada: Buyer, show: Show) -> str:
    path, me = f"/events/{show.id}/queue", {"nonce": "ada, who is patient"}
    asked = (await ada.http.post(path, json=me)).json()
    joined = (await ada.http.post(path, json={**me, "proof": solve(asked["challenge"])})).json()
    async with asyncio.timeout(SECONDS_MAX):
        while True:
            answer = await ada.http.post(
                f"/events/{show.id}/queue/admission", json={"queue_token": joined["queue_token"]}
            )
            if answer.status_code == 200:
                given: str = answer.json()["pass"]
                return given
            assert answer.status_code == 425, answer.text
            await asyncio.sleep(0.1)


async def report_overload(pool: Pool) -> None:
    async with pool.connection() as conn:
        await record_load(conn, "a process that is flooded", OVERLOAD)


async def pass_time(pool: Pool, show: Show) -> None:
    async with pool.connection() as conn:
        await conn.execute(CALM_FOR_LONG, [show.id])
