"""Operations of the waiting-room benchmark on one queue: fill it, poll it, inject faults."""

import asyncio
import json
import os
import random
import signal
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from redis.asyncio import Redis

from admitone.catalogue.contracts import SaleTerms
from admitone.kit.keys import derive_ring
from admitone.kit.postgres import Pool, open_pool
from admitone.testing.demo_process import Demo
from admitone.waiting_room.domain.draw import extend_chain, mark_of, rank
from admitone.waiting_room.store.queues import read_queues
from admitone.waiting_room.usecases.batches.joins import Join
from admitone.waiting_room.usecases.deps import Deps
from admitone.waiting_room.usecases.group_commits import GroupCommits
from admitone.waiting_room.usecases.queue_cache import QueueCache
from bench.http_client import Connection

SECRET = "only the benchmark's own process signs with this"
TABLES = ("entries", "blocks", "intakes", "queues", "steps", "passes")


@dataclass(frozen=True)
class Queue:
    event_id: str
    path: str


async def open_queue(connection: Connection, api_key: str, *, opens_in: float, max_active: int) -> Queue:
    """Publish an event whose pre-queue is open now, and whose sale opens in `opens_in` seconds."""
    head = f"Authorization: Bearer {api_key}\r\n"
    now = datetime.now(UTC)
    venue = await _post(
        connection,
        "/organizer/venues",
        head,
        {"name": "Line", "city": "Vienna", "country_code": "AT", "timezone": "Europe/Vienna"},
    )
    event = {
        "name": "Line",
        "venue_id": venue["id"],
        "performer_ids": [],
        "segment": "music",
        "local_start": "2030-06-30T19:30",
        "price_levels": [{"name": "A", "price": {"amount": 5_000, "currency": "EUR"}}],
        "general_admission": [{"name": "Field", "capacity": 40_000, "price_level": "A"}],
        "on_sale_at": _text(now + timedelta(seconds=opens_in)),
        "waiting_room": {
            "mode": "always",
            "pre_queue_opens_at": _text(now - timedelta(seconds=60)),
            "max_active": max_active,
        },
    }
    created = await _post(connection, "/organizer/events", head, event)
    await _post(connection, f"/organizer/events/{created['id']}/publication", head, {})
    # This measures the server's cost of joining, not the client's proof of work.
    path = f"/organizer/events/{created['id']}/queue"
    answer = await connection.request("PATCH", path, b'{"proof_above_per_minute": null}', head)
    assert answer.status == 200, answer
    return Queue(created["id"], f"/events/{created['id']}/queue")


async def fill(data: Path, queue: Queue, count: int) -> dict[str, Any]:
    """Join `count` entrants through the use case's own group commit, then draw all of their ranks."""
    url = f"postgresql://postgres@/admitone?host={data / 'run'}"
    redis = Redis(unix_socket_path=str(data / "run" / "redis.sock"))
    async with open_pool(url) as pool:
        deps = _deps(pool)
        queue_id = (await _read(pool, queue)).id
        before, disk = await _used_memory(redis), await _bytes(pool)
        started = time.perf_counter()
        await _join_all(deps, queue, queue_id, count)
        seconds = time.perf_counter() - started
        after, disk_after = await _used_memory(redis), await _bytes(pool)
        row = await _read(pool, queue)
        # Autovacuum would start within a minute, during the next measurement.
        async with pool.connection() as conn:
            await conn.execute("vacuum analyze waiting_room.entries")
            await conn.execute("checkpoint")
    await redis.aclose()
    hashing = time.perf_counter()
    extend_chain(b"\0" * 32, (bytes(16) for _ in range(100_000)))
    hashing = (time.perf_counter() - hashing) / 100_000
    size, key = row.size, b"k" * 32
    drawing = time.perf_counter()
    ranks = {rank(key, size, entry) for entry in range(size)}
    drawing = time.perf_counter() - drawing
    assert ranks == set(range(size)), "the draw gives everybody one place"
    return {
        "entries": row.size,
        "joins_a_second": round(count / seconds),
        "redis_mb": round((after - before) / 1e6, 3),
        "postgresql_mb": round((disk_after - disk) / 1e6, 1),
        "draw_all_seconds": round(drawing, 2),
        "draw_one_us": round(drawing / size * 1e6, 1),
        "hash_one_us": round(hashing * 1e6, 2),
    }


async def join_over_http(host: str, port: int, queue: Queue, count: int, connections: int = 64) -> dict[str, Any]:
    """Return joins a second through the gateway."""
    numbers = iter(range(count))
    refused = 0

    async def join() -> None:
        nonlocal refused
        connection = Connection(host, port)
        for number in numbers:
            answer = await connection.request("POST", queue.path, json.dumps({"nonce": f"http {number:08}"}).encode())
            refused += answer.status != 201
        connection.close()

    started = time.perf_counter()
    await asyncio.gather(*(join() for _ in range(connections)))
    return {"joins_a_second": round(count / (time.perf_counter() - started)), "refused": refused}


async def poll(host: str, port: int, queue: Queue, log: Path, *, pollers: int, seconds: float) -> dict[str, Any]:
    """Send the requests of `pollers` waiting pages, open loop: each polls every 30 s, like pages far from a turn."""
    rate = pollers / 30
    free: asyncio.Queue[Connection] = asyncio.Queue()
    for _ in range(128):
        free.put_nowait(Connection(host, port))
    start = log.stat().st_size
    taken: list[float] = []

    async def look(due: float) -> None:
        connection = await free.get()
        answer = await connection.request("GET", queue.path)
        assert answer.status == 200, answer
        taken.append(time.perf_counter() - due)
        free.put_nowait(connection)

    began = time.perf_counter()
    tasks = []
    for number in range(int(rate * seconds)):
        due = began + number / rate
        if due > time.perf_counter():
            await asyncio.sleep(due - time.perf_counter())
        tasks.append(asyncio.create_task(look(due)))
    await asyncio.gather(*tasks)
    elapsed = time.perf_counter() - began
    await asyncio.sleep(1.5)  # the log is written once a second
    origin = _origin_requests(log, start, queue.path)
    taken.sort()
    return {
        "pollers": pollers,
        "requests_a_second": round(len(taken) / elapsed),
        "origin_requests_a_second": round(origin / elapsed, 2),
        "p99_ms": round(taken[int(len(taken) * 0.99)] * 1000, 1),
    }


async def survive(demo: Demo, host: str, port: int, queue: Queue, count: int) -> dict[str, Any]:
    """Join while Redis is emptied and every component is killed; each fan retries until answered, with one nonce."""
    entries: dict[int, set[int]] = {}
    tries = 0

    async def fan(number: int) -> None:
        nonlocal tries
        connection = Connection(host, port)
        await asyncio.sleep(random.random() * 12)
        for _ in range(2):  # the second time like another tab
            while True:
                tries += 1
                body = json.dumps({"nonce": f"survivor {number}"}).encode()
                with suppress(ConnectionError, OSError):
                    answer = await connection.request("POST", queue.path, body)
                    if answer.status == 201:
                        entries.setdefault(number, set()).add(json.loads(answer.body)["entry"])
                        break
                await asyncio.sleep(0.2)
        connection.close()

    async def hurt() -> None:
        for part in ("valkey-server", "booking", "postgres", "worker", "nginx"):
            await asyncio.sleep(2)
            os.kill(demo.find(part), signal.SIGKILL)

    await asyncio.gather(hurt(), *(fan(number) for number in range(count)))
    numbers = [entry for found in entries.values() for entry in found]
    return {
        "fans": count,
        "tries": tries,
        "one_place_each": all(len(found) == 1 for found in entries.values()),
        "no_place_twice": len(set(numbers)) == len(numbers) == count,
        "no_gap": sorted(numbers) == list(range(min(numbers), min(numbers) + count)),
    }


async def _join_all(deps: Deps, queue: Queue, queue_id: int, count: int) -> None:
    in_flight = 4096
    for first in range(0, count, in_flight):
        marks = [mark_of(queue.event_id, f"entrant {n}") for n in range(first, min(first + in_flight, count))]
        await asyncio.gather(*(deps.batches.joins.submit(Join(queue_id, mark)) for mark in marks))


def _deps(pool: Pool) -> Deps:
    async def nothing(*_: object) -> Any:
        return {}

    async def no_terms(_event_id: str) -> SaleTerms | None:
        return None

    return Deps(
        pool=pool,
        queues=QueueCache(pool),
        batches=GroupCommits(pool),
        read_sale_terms=no_terms,
        read_availability=nothing,
        get_booking_states=nothing,
        now=lambda: datetime.now(UTC),
        token_keys=derive_ring([SECRET], "queue token"),
        proof_key=derive_ring([SECRET], "queue proof").newest,
    )


async def _read(pool: Pool, queue: Queue) -> Any:
    async with pool.connection() as conn:
        return (await read_queues(conn, [queue.event_id]))[queue.event_id]


async def _used_memory(redis: Redis) -> int:
    info: Any = await redis.info("memory")
    return int(info["used_memory"])


async def _bytes(pool: Pool) -> int:
    async with pool.connection() as conn:
        cursor = await conn.execute(
            "select sum(pg_total_relation_size(('waiting_room.' || name)::regclass)) as bytes "
            "from unnest(%s::text[]) as name",
            [list(TABLES)],
        )
        row = await cursor.fetchone()
    return int(row["bytes"]) if row else 0


def _origin_requests(log: Path, start: int, path: str) -> int:
    with log.open("rb") as file:
        file.seek(start)
        lines = [json.loads(line) for line in file if path.encode() in line]
    return sum(1 for line in lines if line["method"] == "GET" and line["cache"] not in ("HIT", "UPDATING"))


async def _post(connection: Connection, path: str, head: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = await connection.request("POST", path, json.dumps(body).encode(), head)
    assert answer.status < 300, answer
    shaped: dict[str, Any] = json.loads(answer.body)
    return shaped


def _text(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
