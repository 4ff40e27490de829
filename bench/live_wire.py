"""Measure a stadium's size on the wire: snapshots at any fill, and 250 changes, through the gateway."""

import asyncio
import random
import zlib
from typing import Any

from redis.asyncio import Redis

from admitone.booking.contracts import SeatSnapshot
from admitone.live.domain.changes import Delta
from admitone.live.domain.wire import Encoding, event
from bench.http_client import Connection
from bench.onsale_event import OnSale

FILLS = (0, 10, 50, 90, 100)
CHANGES = 250
SECONDS_MAX = 30.0


async def measure_wire(connection: Connection, redis: Redis, sale: OnSale) -> dict[str, Any]:
    """Return bytes by distribution of the states; `sale` is overwritten in Redis and unusable afterwards."""
    chance = random.Random(20)
    key, count = f"seats:{{{sale.event_id}}}", sale.places
    found: dict[str, dict[str, int]] = {}
    for fill in FILLS:
        scattered = "".join(chance.choice("hs") if chance.random() * 100 < fill else "a" for _ in range(count))
        found[f"{fill} % taken, single seats at random, held or sold"] = await _sizes(
            connection, redis, key, sale, scattered
        )
        pairs = "".join("ss" if chance.random() * 100 < fill else "aa" for _ in range(count // 2))
        found[f"{fill} % sold, pairs at random"] = await _sizes(connection, redis, key, sale, pairs)
    anything = "".join(chance.choice("ahsb") for _ in range(count))
    found["every seat one of four states at random"] = await _sizes(connection, redis, key, sale, anything)
    return {"seats": count, "snapshot_bytes": found, "delta_bytes": _deltas(chance, count)}


async def _sizes(connection: Connection, redis: Redis, key: str, sale: OnSale, states: str) -> dict[str, int]:
    await redis.set(key, states)
    await redis.hincrby(f"sale:{key[6:]}", "version", 1)
    found: Any = await redis.hget(f"sale:{key[6:]}", "version")
    version = int(found)
    # The edge caches a response for half a second.
    async with asyncio.timeout(SECONDS_MAX):
        while True:
            answer = await connection.request(
                "GET", f"/events/{sale.event_id}/seats", headers="Accept-Encoding: gzip\r\n"
            )
            if states.encode() in zlib.decompress(answer.body, zlib.MAX_WBITS | 16):
                break
            await asyncio.sleep(0.1)
    return {"polled": len(answer.body), "live": len(_snapshot(version, states))}


def _snapshot(version: int, states: str) -> bytes:
    return event("snapshot", version, SeatSnapshot(version, states, {})).frame(Encoding.GZIP)


def _deltas(chance: random.Random, count: int) -> dict[str, dict[str, int]]:
    singles = sorted(chance.sample(range(count), CHANGES))
    firsts = sorted(chance.sample(range(0, count, 2), CHANGES // 2))
    pairs = [index for first in firsts for index in (first, first + 1)]
    found = {}
    for name, indexes in (("250 single seats", singles), ("250 seats in pairs", pairs)):
        delta = Delta(2**40, {"h": indexes[: CHANGES // 2], "s": indexes[CHANGES // 2 :]}, {})
        sent = event("delta", 2**40, delta)
        found[name] = {"plain": len(sent.frame(Encoding.PLAIN)), "live": len(sent.frame(Encoding.GZIP))}
    return found
