"""Hundreds of connections send slowly, stop sending or never read: other buyers are not affected, and the gateway
closes the connections that hold something up."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

import pytest

from admitone.testing.history import History, Racer
from admitone.testing.organizer import Organizer, Show
from tests.races.crowd import sell_during
from tests.running import Stack

pytestmark = pytest.mark.xdist_group("faults")

Check = Callable[..., Awaitable[None]]
NewRacer = Callable[[str], Racer]
Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]

OF_EACH_KIND = 40
DRIP_SECONDS = 0.5
# The gateway waits 10 s for a whole head and 15 s for more of a body.
CUT_SECONDS_MAX = 60.0
REQUEST = b"POST /booking/checkout HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
BODY = b'{"event_id": "evt_unknown", "best_available": {"quantity": 1}}'
WHOLE = REQUEST + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY

# name: the bytes sent at once, the bytes that follow one by one, and whether the gateway closes the connection
KINDS = {
    "says nothing": (b"", b"", True),
    "drips a head": (REQUEST + b"X-Slow: ", b"x" * 1_000, True),
    "stops in a body": (REQUEST + b"Content-Length: 1000\r\n\r\n{", b"", True),
    "drips a body": (REQUEST + b"Content-Length: 100000\r\n\r\n{", b" " * 1_000, False),
    "never listens": (WHOLE * 50, b"", False),
}


async def test_slow_senders_and_half_open_sockets_keep_no_other_client_waiting(
    stack: Stack, organizer: Organizer, racer: NewRacer, history: History, check: Check
) -> None:
    async with slow_senders(stack) as senders:

        async def half_close(_show: Show) -> None:
            for _, writer in senders["never listens"]:
                writer.write_eof()

        show = await sell_during(half_close, organizer, racer, history)
        for kind, (_, _, is_cut) in KINDS.items():
            if is_cut:
                await asyncio.wait_for(asyncio.gather(*map(_end, senders[kind])), CUT_SECONDS_MAX)

    assert [str(call) for call in history.calls if call.status == 0 or call.status >= 500] == []
    await check(show)


@asynccontextmanager
async def slow_senders(stack: Stack) -> AsyncIterator[dict[str, list[Connection]]]:
    address = urlsplit(stack.address)
    senders: dict[str, list[Connection]] = {}
    drips: list[asyncio.Task[None]] = []
    for kind, (at_once, slowly, _) in KINDS.items():
        senders[kind] = [await asyncio.open_connection(address.hostname, address.port) for _ in range(OF_EACH_KIND)]
        for _, writer in senders[kind]:
            writer.write(at_once)
            drips.append(asyncio.create_task(_drip(writer, slowly)))
    try:
        yield senders
    finally:
        for drip in drips:
            drip.cancel()
        await asyncio.gather(*drips, return_exceptions=True)
        for _, writer in (sender for kind in senders.values() for sender in kind):
            writer.transport.abort()
            with suppress(ConnectionError):
                await writer.wait_closed()


async def _drip(writer: asyncio.StreamWriter, text: bytes) -> None:
    for byte in text:
        if writer.is_closing():
            return
        writer.write(bytes([byte]))
        await asyncio.sleep(DRIP_SECONDS)


async def _end(sender: Connection) -> None:
    with suppress(ConnectionError):
        await sender[0].read()
