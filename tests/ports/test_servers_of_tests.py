"""The tests' own servers close every connection, also one that arrives at the last moment.

One that stays open becomes a warning, thus a failure, in whatever test the garbage collector runs next.
"""

import asyncio
import socket
from contextlib import suppress

import pytest

from tests.limits import SECONDS_MAX
from tests.mail_server import run_mail_server
from tests.socket_servers import port_of, serve_connections

# Turns of the event loop between the connection and the end: the server accepts it in several steps.
MOMENTS = range(8)


async def keep_silent(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def connect(port: int, turns: int) -> socket.socket:
    client = socket.create_connection(("127.0.0.1", port), timeout=SECONDS_MAX)
    for _ in range(turns):
        await asyncio.sleep(0)
    return client


def read_to_the_end(client: socket.socket) -> None:
    """Return when the server has closed the connection. Raises `TimeoutError`."""
    with client, suppress(ConnectionError):
        while client.recv(1024):
            pass


@pytest.mark.parametrize("turns", MOMENTS)
async def test_a_server_of_connections_closes_the_last_one(turns: int) -> None:
    async with serve_connections(keep_silent) as server:
        client = await connect(port_of(server), turns)

    await asyncio.to_thread(read_to_the_end, client)


@pytest.mark.parametrize("turns", MOMENTS)
async def test_a_mail_server_closes_the_last_one(turns: int) -> None:
    async with run_mail_server() as server:
        client = await connect(server.port, turns)

    await asyncio.to_thread(read_to_the_end, client)
