"""What a browser that follows the stream sees is what the database says, whatever happens to the seats."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest
import pytest_asyncio
from redis.asyncio import Redis

from admitone.booking.contracts import Notice, NoticeKind, SeatSnapshot
from admitone.booking.domain.notices import notice
from admitone.booking.domain.refusals import NotEnoughTickets, SeatsTaken
from admitone.booking.domain.token import booking_token
from admitone.booking.usecases.confirm_booking import confirm_booking
from admitone.booking.usecases.deps import Deps as BookingDeps
from admitone.booking.usecases.end_holds import release_booking
from admitone.booking.usecases.projection.loading import load_inventory
from admitone.booking.usecases.seat_states import publish_notice, read_snapshot
from admitone.booking.usecases.start_checkout import start_checkout
from admitone.catalogue.contracts import SaleTerms
from admitone.kit.postgres import Pool
from admitone.live.adapters.redis_stream import RedisStream
from admitone.live.domain.wire import Encoding, head
from admitone.live.usecases.deps import Deps
from admitone.live.usecases.seat_feed import SeatFeed
from admitone.live.usecases.subscribe_to_seats import subscribe_to_seats
from tests.builders import TOKEN_KEYS, a_hall, a_wish, box_office, put_on_sale, terms_of_a_show
from tests.limits import SECONDS_MAX

SEATS = 12


class Browser(asyncio.Transport):
    """The far end of a connection: applies a snapshot and deltas as the page's script does."""

    def __init__(self) -> None:
        super().__init__()
        self.protocol: asyncio.Protocol | None = None
        self.version = 0
        self.states = ""
        self.areas: dict[str, int] = {}
        self.events: list[str] = []
        self.notices: list[int] = []

    def open(self, protocol: asyncio.Protocol) -> asyncio.Transport:
        self.protocol = protocol
        return self

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        pass

    def is_closing(self) -> bool:
        return self.protocol is None

    def close(self) -> None:
        self.abort()

    def abort(self) -> None:
        protocol, self.protocol = self.protocol, None
        if protocol is not None:
            protocol.connection_lost(None)

    def write(self, data: bytes | bytearray | memoryview) -> None:
        assert self.protocol is not None, "nothing is written to who has left"
        text = bytes(data).decode().removeprefix(head(Encoding.PLAIN).decode())
        for block in text.split("\n\n"):
            lines = dict(line.split(": ", 1) for line in block.split("\n") if ": " in line and line[0] != ":")
            if lines.get("event") == "notice":
                assert "id" not in lines
                self.notices.append(msgspec.json.decode(lines["data"], type=Notice).revision)
            elif "data" in lines:
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


class Env:
    def __init__(self, booking: BookingDeps, live: Deps, show: SaleTerms, redis: Redis) -> None:
        self.booking, self.live, self.show, self.redis = booking, live, show, redis

    async def watch(self, browser: Browser) -> None:
        await subscribe_to_seats(
            self.live,
            event_id=self.show.event_id,
            last_version=browser.version or None,
            encoding=Encoding.PLAIN,
            connect=browser.open,
        )

    def at_another_process(self) -> "Env":
        """One that was started just now, and whose feed does not run."""
        return Env(self.booking, live_deps(self.booking, self.redis), self.show, self.redis)

    async def snapshot(self) -> SeatSnapshot:
        return await read_snapshot(self.booking, event_id=self.show.event_id)

    async def until_it_sees(self, browser: Browser) -> None:
        async with asyncio.timeout(SECONDS_MAX):
            while not browser.sees(await self.snapshot()):
                await asyncio.sleep(0.02)

    async def publish_notice(self, revision: int) -> None:
        update = msgspec.structs.replace(notice(self.show, NoticeKind.PRICE), revision=revision)
        await publish_notice(self.booking, notice=update, notice_id=f"{revision}:price")

    async def shop(self, number: int) -> None:
        order = a_wish(
            self.show.event_id,
            seats=tuple(f"A-{1 + (number + i) % SEATS}" for i in range(2)),
            areas=(("floor", 1),) if number % 3 == 0 else (),
        )
        try:
            booking = await start_checkout(self.booking, order=order)
        except (SeatsTaken, NotEnoughTickets):
            return
        token = booking_token(TOKEN_KEYS, booking.id)
        if number % 2:
            await release_booking(self.booking, booking_id=booking.id, booking_token=token)
        else:
            await confirm_booking(
                self.booking, booking_id=booking.id, booking_token=token, payment_method="pm_card_visa"
            )


@pytest_asyncio.fixture
async def env(pool: Pool, redis: Redis) -> AsyncIterator[Env]:
    hall = a_hall(rows=1, seats=SEATS)
    booking = box_office(pool, redis, seat_map=hall)
    show = await put_on_sale(booking, terms_of_a_show(seat_map=hall, standing=20))
    live = live_deps(booking, redis)
    async with live.feed.running():
        yield Env(booking, live, show, redis)


def live_deps(booking: BookingDeps, redis: Redis) -> Deps:
    """What one process of the live role has."""
    stream = RedisStream(redis)

    async def read(event_id: str) -> SeatSnapshot:
        return await read_snapshot(booking, event_id=event_id)

    return Deps(stream.read_since, SeatFeed(read, stream.read_after))


async def test_the_map_shows_every_hold_release_and_sale(env: Env) -> None:
    browsers = [Browser(), Browser()]
    for browser in browsers:
        await env.watch(browser)
    for number in range(24):
        await env.shop(number)
    late = Browser()
    await env.watch(late)

    for browser in (*browsers, late):
        await env.until_it_sees(browser)

    assert browsers[0].events[0] == "snapshot"
    assert set(browsers[0].events[1:]) == {"delta"}
    assert "s" in browsers[0].states


async def test_a_browser_that_comes_back_gets_what_it_missed_and_no_more(env: Env) -> None:
    browser = Browser()
    await env.watch(browser)
    browser.close()
    for number in range(6):
        await env.shop(number)

    await env.watch(browser)
    await env.until_it_sees(browser)

    assert browser.events[0] == "snapshot"
    assert set(browser.events[1:]) == {"delta"}


async def test_a_browser_goes_on_at_a_process_that_knows_nothing_of_it(env: Env) -> None:
    browser = Browser()
    await env.watch(browser)
    browser.close()
    for number in range(6):
        await env.shop(number)

    await env.at_another_process().watch(browser)

    assert browser.sees(await env.snapshot())
    assert browser.events == ["snapshot", "delta"]


async def test_a_slow_browser_gets_one_change_for_all_that_it_missed(env: Env) -> None:
    slow, quick = Browser(), Browser()
    await env.watch(slow)
    await env.watch(quick)
    assert slow.protocol is not None
    slow.protocol.pause_writing()
    for number in range(6):
        await env.shop(number)
        await env.until_it_sees(quick)
    missed = quick.events[1:]
    heard = list(slow.events)

    slow.protocol.resume_writing()

    assert heard == ["snapshot"]
    assert len(missed) > 1
    assert slow.sees(await env.snapshot())
    assert slow.events == ["snapshot", "delta"]


async def test_a_slow_browser_that_missed_a_new_load_gets_a_snapshot(env: Env) -> None:
    slow, quick = Browser(), Browser()
    await env.watch(slow)
    await env.watch(quick)
    assert slow.protocol is not None
    slow.protocol.pause_writing()
    await env.shop(0)
    await load_inventory(env.booking, event_id=env.show.event_id)
    await env.until_it_sees(quick)
    while quick.events.count("snapshot") < 2:
        await asyncio.sleep(0.02)

    slow.protocol.resume_writing()

    await env.until_it_sees(slow)
    assert slow.events[:2] == ["snapshot", "snapshot"]


async def test_the_map_comes_back_after_redis_was_emptied(env: Env, redis: Redis) -> None:
    browser = Browser()
    await env.watch(browser)
    for number in range(6):
        await env.shop(number)
    await redis.flushdb()
    await env.shop(7)

    await env.until_it_sees(browser)

    assert browser.events.count("snapshot") >= 2


async def test_a_browser_that_comes_back_after_a_new_load_gets_a_snapshot(env: Env) -> None:
    browser = Browser()
    await env.watch(browser)
    browser.close()
    await env.shop(0)
    await load_inventory(env.booking, event_id=env.show.event_id)

    await env.at_another_process().watch(browser)

    assert browser.sees(await env.snapshot())
    assert browser.events == ["snapshot", "snapshot"]


async def test_notices_are_sent_once_and_the_map_stays_correct(env: Env) -> None:
    browser = Browser()
    await env.watch(browser)
    for number in range(6):
        await env.shop(number)
        await env.publish_notice(number // 2)
    late = Browser()
    await env.watch(late)
    await env.shop(6)

    for reader in (browser, late):
        await env.until_it_sees(reader)

    assert browser.notices == [0, 1, 2]
    assert late.notices == [0, 1, 2], "its page may come from a cache"


async def test_a_slow_browser_catches_up_when_it_is_ready(env: Env) -> None:
    slow, quick = Browser(), Browser()
    await env.watch(slow)
    await env.watch(quick)
    assert slow.protocol is not None
    slow.protocol.pause_writing()
    await env.publish_notice(1)
    await env.shop(0)
    await load_inventory(env.booking, event_id=env.show.event_id)
    await env.publish_notice(2)
    while quick.notices != [1, 2]:
        await asyncio.sleep(0.02)
    heard = list(slow.notices)

    slow.protocol.resume_writing()

    await env.until_it_sees(slow)
    assert heard == []
    assert slow.notices == [1, 2]


@pytest.mark.parametrize("another_process", [False, True])
async def test_a_reconnecting_browser_gets_what_it_missed(env: Env, another_process: bool) -> None:
    browser = Browser()
    await env.watch(browser)
    browser.close()
    await env.publish_notice(1)
    await env.shop(0)
    await env.publish_notice(2)

    await (env.at_another_process() if another_process else env).watch(browser)

    while browser.notices != [1, 2]:
        await asyncio.sleep(0.02)
    await env.until_it_sees(browser)
    assert browser.notices == [1, 2]
