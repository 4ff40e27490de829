"""The feed ends with its process, even if a library loses the first cancellation."""

import asyncio
from collections.abc import Mapping

from admitone.booking.contracts import SeatSnapshot
from admitone.live.domain.changes import Change
from admitone.live.usecases.seat_feed import SeatFeed
from tests.limits import SECONDS_MAX


async def test_a_reader_that_loses_its_cancellation_is_cancelled_again() -> None:
    reading = asyncio.Event()
    lost = 0

    async def read_snapshot(_event_id: str) -> SeatSnapshot:
        return SeatSnapshot(version=1, states="a", areas={})

    async def read_after(_versions: Mapping[str, int]) -> dict[str, list[Change]]:
        nonlocal lost
        reading.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            if lost:
                raise
            lost += 1  # as a client of a server does that takes it for the end of its connection
        return {}

    feed = SeatFeed(read_snapshot, read_after)
    async with asyncio.timeout(SECONDS_MAX):
        async with feed.running():
            await feed.open_channel("evt_1")
            await reading.wait()

    assert lost == 1
