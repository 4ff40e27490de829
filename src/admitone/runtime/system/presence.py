"""Which processes run: each writes its roles and version into Redis every few seconds.

A process that ends without removing its entry stays in the list for a day, as silent. During an update a process of
another version may announce itself in a form that this version cannot read: it is listed by its name alone.
"""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import cache
from importlib.metadata import version
from typing import Any

import msgspec
from msgspec import Struct
from redis.asyncio import Redis

from admitone.kit.outages import PROCESS_OUTAGES
from admitone.kit.tasks import cancel_until_done

ANNOUNCE_SECONDS = 5.0
SILENT_AFTER = timedelta(seconds=20)
FORGOTTEN_AFTER = timedelta(days=1)
LEAVE_SECONDS_MAX = 1.0
KEY = "processes"
"""A hash: name of a process → its `Presence` as JSON."""


class Presence(Struct, frozen=True):
    """A process. `name`: host and process id. `seen_at`: when it last said that it runs."""

    name: str
    roles: list[str]
    version: str
    started_at: datetime
    seen_at: datetime

    def is_silent(self, now: datetime) -> bool:
        return now - self.seen_at > SILENT_AFTER


@cache
def own_version() -> str:
    return version("admitone")


@asynccontextmanager
async def present(redis: Redis, roles: Sequence[str], *, now: Callable[[], datetime]) -> AsyncIterator[None]:
    """Announce this process while the block runs, and take it off the list afterwards."""
    name = f"{socket.gethostname()}-{os.getpid()}-{'+'.join(roles)}"
    task = asyncio.create_task(_announce_regularly(redis, name, roles, now))
    try:
        yield
    finally:
        await cancel_until_done([task])
        with PROCESS_OUTAGES.absorbed("leave_processes"):
            async with asyncio.timeout(LEAVE_SECONDS_MAX):
                await redis.hdel(KEY, name)


async def read_processes(redis: Redis, *, now: datetime) -> tuple[list[Presence], list[str]]:
    """Return the processes by name, and the names of those whose entry cannot be read. Raises what Redis raises.

    Drop those that have been silent for a day, and each entry that cannot be read: it does not say when its process was
    seen. A process that runs announces itself again within seconds.
    """
    stored: Any = await redis.hgetall(KEY)
    found: list[Presence] = []
    unreadable: list[str] = []
    for name, value in stored.items():
        try:
            found.append(msgspec.json.decode(value, type=Presence))
        except msgspec.DecodeError:
            unreadable.append(name.decode())
    forgotten = {presence.name for presence in found if now - presence.seen_at > FORGOTTEN_AFTER}
    if forgotten or unreadable:
        await redis.hdel(KEY, *forgotten, *unreadable)
    known = [presence for presence in found if presence.name not in forgotten]
    return sorted(known, key=lambda presence: presence.name), sorted(unreadable)


async def _announce_regularly(redis: Redis, name: str, roles: Sequence[str], now: Callable[[], datetime]) -> None:
    started_at = now()
    while True:
        with PROCESS_OUTAGES.absorbed("announce_process"):
            presence = Presence(name, list(roles), own_version(), started_at, now())
            await redis.hset(KEY, name, msgspec.json.encode(presence))
        await asyncio.sleep(ANNOUNCE_SECONDS)
