"""What a browser that follows the stream sees is what the database says, whatever happens to the seats."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest_asyncio
from redis.asyncio import Redis

from admitone.booking.contracts import SeatSnapshot
from admitone.booking.domain.refusals import NotEnoughTickets, SeatsTaken
from admitone.booking.domain.token import booking_token
from admitone.booking.usecases.confirm_booking import confirm_booking
from admitone.booking.usecases.deps import Deps as BookingDeps
from admitone.booking.usecases.load_sale import load_sale
from admitone.booking.usecases.read_snapshot import read_snapshot
from admitone.booking.usecases.release_booking import release_booking
from admitone.booking.usecases.start_checkout import CheckoutOrder, start_checkout
from admitone.catalogue.contracts import SaleTerms
from admitone.kit.postgres import Pool
from admitone.live.adapters.redis_stream import RedisStream
from admitone.live.usecases.deps import Deps
from admitone.live.usecases.follow_seats import follow_seats
from admitone.live.usecases.seat_feed import SeatFeed
from tests.builders import TOKEN_KEY, a_hall, box_office, put_on_sale, terms_of_a_show

SEATS = 12


class Browser:
    """Applies a snapshot and deltas as the page's script does."""

    def __init__(self) -> None:
        self.version = 0
        self.states = ""
        self.areas: dict[str, int] = {}
        self.events: list[str] = []

    def hear(self, event: bytes) -> None:
        for block in event.decode().split("\n\n"):
            lines = dict(line.split(": ", 1) for line in block.split("\n") if ": " in line and line[0] != ":")
            if "data" in lines:
                self._apply(lines["event"], msgspec.json.decode(lines["data"]), int(lines["id"]))

    def _apply(self, kind: str, body: dict[str, Any], version: int) -> None:
        assert version > self.version, "versions only grow"
        self.version = version
        self.events.append(kind)
        if kind == "snapshot":
            self.states = body["states"]
        else:
            shown = list(self.states)
            for state, indexes in body["changes"].items():
                for index in indexes:
                    shown[index] = state
            self.states = "".join(shown)
        self.areas |= {area: count["available"] for area, count in body["areas"].items()}

    def sees(self, snapshot: SeatSnapshot) -> bool:
        counts = {area: count.available for area, count in snapshot.areas.items()}
        return (self.states, self.areas) == (snapshot.states, counts)


class House:
    def __init__(self, booking: BookingDeps, live: Deps, show: SaleTerms) -> None:
        self.booking, self.live, self.show = booking, live, show

    async def watch(self, browser: Browser) -> None:
        last = browser.version or None
        async for event in follow_seats(self.live, event_id=self.show.event_id, last_version=last):
            browser.hear(event)

    async def snapshot(self) -> SeatSnapshot:
        return await read_snapshot(self.booking, event_id=self.show.event_id)

    async def until_it_sees(self, browser: Browser) -> None:
        async with asyncio.timeout(3):
            while not browser.sees(await self.snapshot()):
                await asyncio.sleep(0.02)

    async def shop(self, number: int) -> None:
        order = CheckoutOrder(
            self.show.event_id,
            seats=tuple(f"A-{1 + (number + i) % SEATS}" for i in range(2)),
            areas=(("floor", 1),) if number % 3 == 0 else (),
        )
        try:
            booking = await start_checkout(self.booking, order=order)
        except (SeatsTaken, NotEnoughTickets):
            return
        token = booking_token(TOKEN_KEY, booking.id)
        if number % 2:
            await release_booking(self.booking, booking_id=booking.id, booking_token=token)
        else:
            await confirm_booking(
                self.booking, booking_id=booking.id, booking_token=token, payment_method="pm_card_visa"
            )


@pytest_asyncio.fixture
async def house(pool: Pool, redis: Redis) -> AsyncIterator[House]:
    hall = a_hall(rows=1, seats=SEATS)
    booking = box_office(pool, redis, seat_map=hall)
    show = await put_on_sale(booking, terms_of_a_show(seat_map=hall, standing=20))
    stream = RedisStream(redis)

    async def read(event_id: str) -> SeatSnapshot:
        return await read_snapshot(booking, event_id=event_id)

    feed = SeatFeed(read, stream.read_after)
    async with feed.running():
        yield House(booking, Deps(read, stream.read_since, feed), show)


async def test_the_map_follows_every_hold_release_and_sale(house: House) -> None:
    browsers = [Browser(), Browser()]
    watching = [asyncio.create_task(house.watch(browser)) for browser in browsers]
    await asyncio.sleep(0.05)
    for number in range(24):
        await house.shop(number)
    late = Browser()
    watching.append(asyncio.create_task(house.watch(late)))

    for browser in (*browsers, late):
        await house.until_it_sees(browser)
    for task in watching:
        task.cancel()

    assert browsers[0].events[0] == "snapshot"
    assert set(browsers[0].events[1:]) == {"delta"}
    assert "s" in browsers[0].states


async def test_a_browser_that_comes_back_gets_what_it_missed_and_no_more(house: House) -> None:
    browser = Browser()
    watching = asyncio.create_task(house.watch(browser))
    await asyncio.sleep(0.05)
    watching.cancel()
    for number in range(6):
        await house.shop(number)

    watching = asyncio.create_task(house.watch(browser))
    await house.until_it_sees(browser)
    watching.cancel()

    assert browser.events == ["snapshot", "delta"]


async def test_the_map_comes_back_after_redis_was_emptied(house: House, redis: Redis) -> None:
    browser = Browser()
    watching = asyncio.create_task(house.watch(browser))
    await asyncio.sleep(0.05)
    for number in range(6):
        await house.shop(number)
    await redis.flushdb()
    await house.shop(7)

    await house.until_it_sees(browser)
    watching.cancel()

    assert browser.events.count("snapshot") >= 2


async def test_a_browser_that_comes_back_after_a_new_load_gets_a_snapshot(house: House) -> None:
    browser = Browser()
    watching = asyncio.create_task(house.watch(browser))
    await asyncio.sleep(0.05)
    watching.cancel()
    await house.shop(0)
    await load_sale(house.booking, event_id=house.show.event_id)

    watching = asyncio.create_task(house.watch(browser))
    await house.until_it_sees(browser)
    watching.cancel()

    assert browser.events == ["snapshot", "snapshot"]
