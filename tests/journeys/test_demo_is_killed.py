"""The demo, its PostgreSQL and its Redis are killed with kill -9 during a sale: no acknowledged result is lost."""

import asyncio
import json
import os
import signal
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from redis.asyncio import Redis

from admitone.testing.buyer import Buyer
from admitone.testing.demo_process import Demo
from admitone.testing.history import History, Outcome, Racer
from admitone.testing.invariants import check_invariants
from admitone.testing.organizer import Organizer
from tests.journeys.demo_home import DemoHome, open_home
from tests.races.crowd import buy_out

pytestmark = pytest.mark.xdist_group("demo is killed")

EVENTS = "200"


@pytest.fixture(scope="module")
def home() -> Iterator[DemoHome]:
    with open_home("--events", EVENTS) as home:
        yield home


def organizer_of(data: Path, address: str) -> Organizer:
    return Organizer(address, json.loads((data / "credentials.json").read_text())["organizer_api_key"])


def database_url(data: Path) -> str:
    return f"postgresql://postgres@/admitone?host={quote(str(data / 'run'), safe='/')}"


async def test_nothing_is_lost_by_kill_9(home: DemoHome) -> None:
    data, demo = home.data, home.demo
    address = await asyncio.to_thread(demo.wait_until_ready)
    history = History()
    async with organizer_of(data, address) as organizer:
        show = await organizer.show(hall=await organizer.sample_hall())
        # Places locked and not yet claimed at the kill stay locked for the maximum time of a hold.
        crowded = await organizer.show(standing=100, hold_seconds=6)
        before = (await organizer.http.get("/events/search", params={"q": "a", "size": 50})).json()
        ada, bob = Racer(history, organizer.http, "ada"), Racer(history, organizer.http, "bob")
        bought = await ada.checkout(show, best_available={"quantity": 2})
        await ada.confirm(bought)
        held = await bob.checkout(show, best_available={"quantity": 3})
        wave = [Racer(history, organizer.http, f"b{number}") for number in range(12)]
        killed_in_the_middle = asyncio.gather(
            *(
                buyer.checkout(crowded, general_admission=[{"section_id": crowded.floor, "quantity": 2}])
                for buyer in wave
            )
        )
        await asyncio.sleep(0.02)
        os.kill(demo.pid, signal.SIGKILL)
        await killed_in_the_middle
        key = (data / "credentials.json").read_text()

    demo.wait_for_end()
    address = await asyncio.to_thread(home.start_again().wait_until_ready)
    async with organizer_of(data, address) as organizer:
        kept = (await organizer.http.get("/events/search", params={"q": "a", "size": 50})).json()
        bob_again = Racer(history, organizer.http, "bob")
        paid = await bob_again.confirm(held)
        mine = await Buyer(organizer.http).http.get(
            f"/booking/{bought.booking_id}", headers={"Authorization": f"Bearer {bought.answer['booking_token']}"}
        )
    await check_invariants(address, database_url(data), [show, crowded], history)

    assert (data / "credentials.json").read_text() == key
    assert kept["page"]["total"] >= before["page"]["total"] > 0
    assert paid.outcome is Outcome.OK, "a hold survives"
    assert mine.json()["status"] == "confirmed"


@pytest.mark.parametrize("part", ["postgres", "valkey-server", "FLUSHALL"])
async def test_the_sale_continues_after_a_server_is_killed(home: DemoHome, part: str) -> None:
    data, demo = home.data, home.demo
    address = await asyncio.to_thread(demo.wait_until_ready)
    history = History()
    async with (
        organizer_of(data, address) as organizer,
        httpx.AsyncClient(base_url=address, timeout=30, limits=httpx.Limits(max_connections=64)) as http,
    ):
        show = await organizer.show(
            hall=await organizer.plain_hall(12, 10), ticket_limit=20, allow_orphans=True, hold_seconds=6
        )
        crowd = [Racer(history, http, f"buyer{number}") for number in range(16)]
        strike = flush_all(data) if part == "FLUSHALL" else kill(demo, part)
        await asyncio.gather(strike(), buy_out(crowd, show, how="seats", seed=3))

    await check_invariants(address, database_url(data), [show], history)
    sold = {ticket["ticket_id"] for call in history.of("confirm", Outcome.OK) for ticket in call.answer["tickets"]}
    assert len(sold) > len(show.seats) / 2


def kill(demo: Demo, part: str) -> Callable[[], Awaitable[None]]:
    async def strike() -> None:
        await asyncio.sleep(0.8)
        os.kill(demo.find(part), signal.SIGKILL)

    return strike


def flush_all(data: Path) -> Callable[[], Awaitable[None]]:
    async def strike() -> None:
        async with Redis(unix_socket_path=str(data / "run" / "redis.sock")) as redis:
            for _ in range(3):
                await asyncio.sleep(0.5)
                await redis.flushall()

    return strike
