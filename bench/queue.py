"""`./run bench queue [--json FILE] [--entries N] [--pollers N] [--seconds S]`: the waiting room.

On the embedded stack, as the demo starts it:

- *fill*: a million entries joined by group commit and drawn: joins a second, memory in Redis, size in PostgreSQL;
- *http*: joins a second through the gateway;
- *status*: the document that every page polls, through the edge, in turns with a static file of its size from nginx of
  the same build;
- *poll*: requests that reach the origin while this many pages wait;
- *survive*: joins while Redis, a role, PostgreSQL, the worker and nginx are killed: no fan loses a place or gets two.

The load generator runs on the same processors as everything else.
"""

import argparse
import asyncio
import json
import statistics
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import uvloop

from admitone.testing.demo_process import Demo
from bench.edge import load, static_nginx
from bench.figures import occasion
from bench.http_client import Connection
from bench.running_demo import run_demo
from bench.waiting_room import fill, join_over_http, open_queue, poll, survive

HTTP_JOINS, SURVIVORS, ROUNDS = 20_000, 1_000, 5
FAR = 24 * 3600.0


def measure(entries: int, pollers: int, seconds: float) -> dict[str, Any]:
    with run_demo(20) as demo:
        figures = _measure(demo.process, demo.address, demo.data, demo.api_key, entries, pollers, seconds)
    return {
        **occasion(),
        **figures,
    }


def _measure(
    demo: Demo, address: str, data: Path, api_key: str, entries: int, pollers: int, seconds: float
) -> dict[str, Any]:
    parts = urlsplit(address)
    host, port = parts.hostname or "127.0.0.1", parts.port or 80

    async def begin() -> tuple[Any, Any, int, dict[str, Any], dict[str, Any]]:
        connection = Connection(host, port)
        filled = await open_queue(connection, api_key, opens_in=FAR, max_active=500)
        joined = await open_queue(connection, api_key, opens_in=FAR, max_active=500)
        figures = await fill(data, filled, entries)
        over_http = await join_over_http(host, port, joined, min(HTTP_JOINS, entries))
        size = len((await connection.request("GET", filled.path)).body)
        connection.close()
        return filled, joined, size, figures, over_http

    filled, joined, size, filling, over_http = asyncio.run(begin())
    static_file, file = data.parent / "one.txt", data.parent / "file.txt"
    static_file.write_text(filled.path)
    file.write_text("/file")
    with static_nginx(data.parent / "static", size) as static:
        rounds = [_round(load(address, static_file, seconds), load(static, file, seconds)) for _ in range(ROUNDS)]
    polled = asyncio.run(
        poll(host, port, filled, data / "nginx" / "access.log", pollers=pollers, seconds=max(5.0, seconds))
    )
    survived = asyncio.run(survive(demo, host, port, joined, min(SURVIVORS, entries)))
    status, plain = (
        statistics.median(one_round[name]["requests_a_second"] for one_round in rounds) for name in ("status", "static")
    )
    return {
        "fill": filling,
        "http": over_http,
        "status": {
            "bytes": size,
            "requests_a_second": status,
            "static_requests_a_second": plain,
            "ratio": round(statistics.median(measured["ratio"] for measured in rounds), 3),
            "rounds": rounds,
        },
        "poll": polled,
        "survive": survived,
    }


def _round(status: dict[str, Any], static: dict[str, Any]) -> dict[str, Any]:
    ratio = round(status["requests_a_second"] / static["requests_a_second"], 3)
    return {"ratio": ratio, "status": status, "static": static}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--pollers", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=10.0, help="of every measurement")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
    result = measure(arguments.entries, arguments.pollers, arguments.seconds)
    print(json.dumps(result, indent=2))
    if arguments.json:
        arguments.json.write_text(json.dumps(result, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
