"""`./run bench edge [--json FILE] [--plot FILE.svg] [--events N] [--seconds S]`: search through the whole stack.

Four measurements on the embedded stack, as the demo starts it, with names of the sample drawn by Zipf's law:

- *uncached*: every query is new (a new time bound), 100 a second, open loop: latencies count from the time when a
  request was due, so they include waiting; then as many as 16 connections achieve.
- *cold*: realistic queries to an edge with an empty cache, by wrk (or by our own client).
- *edge*: the same with a warm cache; responses expire and are renewed meanwhile.
- *static*: nginx of the same build serves one file of the mean response's size, in turns with *edge*.

The load generator runs on the same processors as everything else.
"""

import argparse
import asyncio
import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import uvloop

from admitone.embedded.binaries import find_binaries
from bench.calibration import ratios
from bench.figures import occasion, percentiles_ms
from bench.http_client import Connection
from bench.plot import bars
from bench.processes import cpu_seconds
from bench.running_demo import run_demo
from bench.zipf import draw, real_names

RATE = 100
UNCACHED_CONNECTIONS = 16
EDGE_CONNECTIONS = 64
COLD_SECONDS = 10
DRAWN = 200_000
_LAST_SECOND = 4_102_444_800
"""The year 2100: later than any event."""

STATIC = """
daemon off; worker_processes {workers}; pid {folder}/pid; error_log stderr warn;
events {{ worker_connections 4096; }}
http {{
    sendfile on; tcp_nodelay on; keepalive_requests 10000; default_type application/json;
    access_log {folder}/access.log combined buffer=64k flush=1s;
    client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
    uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
    server {{ listen 127.0.0.1:{port} backlog=4096; root {folder}; }}
}}
"""
_OUTCOME = re.compile(rb'"path":"/events/search".*"cache":"(\w+)"')
LUA = """
local lines, at = {}, 0
function init(args)
    for line in io.lines("%s") do lines[#lines + 1] = wrk.format("GET", line) end
end
function request() at = at %% #lines + 1; return lines[at] end
"""


async def uncached(host: str, port: int, names: list[str], seconds: float) -> dict[str, Any]:
    """Return latencies in ms at `RATE` requests a second, and requests a second in a closed loop."""
    words = draw(names, seed=2)
    pool = [Connection(host, port) for _ in range(UNCACHED_CONNECTIONS)]
    free: asyncio.Queue[Connection] = asyncio.Queue()
    for connection in pool:
        free.put_nowait(connection)
    numbers = iter(range(10**9))
    taken: list[float] = []

    async def ask(due: float) -> None:
        connection = await free.get()
        moment = datetime.fromtimestamp(_LAST_SECOND - next(numbers), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        path = f"/events/search?q={quote(next(words))}&starts_to={moment}"
        answer = await connection.request("GET", path)
        assert answer.status == 200, answer
        taken.append(time.perf_counter() - due)
        free.put_nowait(connection)

    started = time.perf_counter()
    tasks = []
    for number in range(int(RATE * seconds)):
        due = started + number / RATE
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        tasks.append(asyncio.create_task(ask(due)))
    await asyncio.gather(*tasks)
    at_rate = percentiles_ms(taken, (50, 90, 99), digits=2)
    taken.clear()
    started = time.perf_counter()

    async def go_on() -> None:
        while time.perf_counter() - started < seconds:
            await ask(time.perf_counter())

    await asyncio.gather(*(go_on() for _ in pool))
    a_second = len(taken) / (time.perf_counter() - started)
    for connection in pool:
        connection.close()
    return {"rate": RATE, "ms": at_rate, "requests_a_second": round(a_second)}


def load(address: str, paths: Path, seconds: float) -> dict[str, Any]:
    """Return requests a second with `EDGE_CONNECTIONS` connections that cycle through the lines of `paths`."""
    if shutil.which("wrk") is None:
        return asyncio.run(_load_by_ourselves(address, paths.read_text().splitlines(), seconds))
    script = paths.with_suffix(".lua")
    script.write_text(LUA % paths)
    command = ["wrk", "-t1", f"-c{EDGE_CONNECTIONS}", f"-d{seconds:.0f}s", "--latency", "-s", str(script), address]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rate = re.search(r"Requests/sec:\s+([\d.]+)", text)
    p99 = re.search(r"99%\s+([\d.]+)(us|ms|s)", text)
    assert rate is not None, text
    assert p99 is not None, text
    failed = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    scale = {"us": 0.001, "ms": 1.0, "s": 1000.0}[p99[2]]
    return {
        "requests_a_second": round(float(rate[1])),
        "p99_ms": round(float(p99[1]) * scale, 2),
        "refused": int(failed[1]) if failed else 0,
    }


async def _load_by_ourselves(address: str, paths: list[str], seconds: float) -> dict[str, Any]:
    parts = urlsplit(address)
    turn = iter(range(10**12))
    taken: list[float] = []
    refused = 0
    started = time.perf_counter()

    async def ask() -> None:
        nonlocal refused
        connection = Connection(parts.hostname or "127.0.0.1", parts.port or 80)
        while (began := time.perf_counter()) - started < seconds:
            answer = await connection.request("GET", paths[next(turn) % len(paths)])
            refused += answer.status != 200
            taken.append(time.perf_counter() - began)
        connection.close()

    await asyncio.gather(*(ask() for _ in range(EDGE_CONNECTIONS)))
    return {
        "requests_a_second": round(len(taken) / (time.perf_counter() - started)),
        "p99_ms": percentiles_ms(taken, (99,), digits=2)["p99"],
        "refused": refused,
    }


@contextmanager
def static_nginx(folder: Path, size: int) -> Iterator[str]:
    """Yield the address of an nginx that serves `/file` with `size` bytes."""
    folder.mkdir()
    folder.chmod(0o755)
    (folder / "file").write_bytes(b"x" * size)
    port = free_port()
    conf = folder / "nginx.conf"
    conf.write_text(STATIC.format(folder=folder, port=port, workers=os.cpu_count()))
    program = str(find_binaries(os.environ).nginx)
    child = subprocess.Popen([program, "-p", str(folder), "-c", str(conf)])
    try:
        time.sleep(0.5)
        yield f"http://127.0.0.1:{port}"
    finally:
        child.terminate()
        child.wait(10)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def mean_bytes(host: str, port: int, paths: list[str]) -> int:
    connection = Connection(host, port)
    sizes = [len((await connection.request("GET", path)).body) for path in paths]
    connection.close()
    return round(statistics.mean(sizes))


async def walk(host: str, port: int, paths: list[str]) -> None:
    """Request each once, so that the next phase measures an edge that has been up for longer than a minute."""
    left = iter(paths)

    async def ask() -> None:
        connection = Connection(host, port)
        for path in left:
            await connection.request("GET", path)
        connection.close()

    await asyncio.gather(*(ask() for _ in range(UNCACHED_CONNECTIONS)))


def cache_outcomes(log: Path, start: int) -> dict[str, float]:
    """Return the shares of the edge's cache outcomes since the log had `start` bytes."""
    time.sleep(1.5)  # it is written once a second
    with log.open("rb") as file:
        file.seek(start)
        found = (_OUTCOME.search(line) for line in file)
        counts = Counter(match_[1].decode() for match_ in found if match_ is not None)
    return {name: round(count / counts.total(), 4) for name, count in counts.most_common()}


def measure(events: int, seconds: float) -> dict[str, Any]:
    names = real_names()
    with run_demo(events) as demo:
        folder = demo.data.parent
        parts = urlsplit(demo.address)
        host, port = parts.hostname or "127.0.0.1", parts.port or 80
        drawn = [f"/events/search?q={quote(name)}" for name in islice(draw(names), DRAWN)]
        paths = folder / "paths.txt"
        paths.write_text("\n".join(drawn))
        static_file = folder / "one.txt"
        static_file.write_text("/file")
        new = asyncio.run(uncached(host, port, names, seconds))
        size = asyncio.run(mean_bytes(host, port, drawn[:300]))
        log = demo.data / "nginx" / "access.log"
        cold = load(demo.address, paths, COLD_SECONDS)
        asyncio.run(walk(host, port, sorted(set(drawn))))
        start, cpu = log.stat().st_size, cpu_seconds(demo.process.pid)
        rounds: list[dict[str, Any]] = []
        with static_nginx(folder / "static", size) as static:
            rounds += [
                {"edge": load(demo.address, paths, seconds), "static": load(static, static_file, seconds)}
                for _ in range(3)
            ]
        used = {name: value - cpu.get(name, 0.0) for name, value in cpu_seconds(demo.process.pid).items()}
        outcomes = cache_outcomes(log, start)
    edge, file = (
        statistics.median(measured[name]["requests_a_second"] for measured in rounds) for name in ("edge", "static")
    )
    when = occasion()
    when["calibration"] |= {"static_requests_a_second": file}
    return {
        **when,
        "uncached_as_ratio": ratios(new["requests_a_second"], when["calibration"]),
        "edge_as_ratio": ratios(edge, when["calibration"]),
        "events": events,
        "names": len(names),
        "answer_bytes_mean": size,
        "uncached": new,
        "cold": cold,
        "edge_requests_a_second": edge,
        "static_requests_a_second": file,
        "ratio": round(edge / file, 3),
        "edge_cache": outcomes,
        "rounds": rounds,
        "cpu_seconds_of_the_stack": {name: round(value, 1) for name, value in used.items() if value >= 0.1},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=20_000, help="events of the sample to load")
    parser.add_argument("--seconds", type=float, default=10.0, help="of every measurement")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--plot", type=Path)
    arguments = parser.parse_args()
    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
    result = measure(arguments.events, arguments.seconds)
    print(json.dumps(result, indent=2))
    if arguments.json:
        arguments.json.write_text(json.dumps(result, indent=2) + "\n", "utf-8")
    if arguments.plot:
        rows = [
            ("a static file of that size", float(result["static_requests_a_second"])),
            ("search through the edge", float(result["edge_requests_a_second"])),
            ("every question new", float(result["uncached"]["requests_a_second"])),
        ]
        arguments.plot.write_text(bars(f"{result['events']:,} events, Zipf 1.0", rows, "requests/s"), "utf-8")


if __name__ == "__main__":
    main()
