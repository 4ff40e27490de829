"""`./run bench search_service --data FOLDER [--seconds S] [--json FILE]`: the search service alone, on a data pack.

One process serves the routes of search over the embedded engine, without any cache and without availability (which
PostgreSQL has); this process sends requests. Every query is new: names by Zipf's law, a new time bound each. 100 a
second in an open loop, timed from when each was due, so latencies include waiting; then as many as 16 connections
achieve; then suggestions, one for every letter of typed names.
"""

import argparse
import asyncio
import gc
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count, islice
from pathlib import Path
from typing import Any
from urllib.parse import quote

import uvicorn
import uvloop
from litestar import Litestar

from admitone.catalogue.contracts import Availability, EventDocument
from admitone.kit.http.problem import EXCEPTION_HANDLERS
from admitone.runtime.serving import GC_MIDDLE, GC_OLD, GC_YOUNG
from admitone.search.adapters.tantivy_index import TantivyIndex
from admitone.search.routes import router
from admitone.search.usecases.deps import Deps
from bench.calibration import ratios
from bench.event_data import city_aliases, documents, in_batches, rows
from bench.figures import occasion
from bench.http_client import Connection
from bench.processes import resident_megabytes
from bench.zipf import draw

RATE = 100
CONNECTIONS = 16
WARMING = 200


async def _no_documents(_asked: object, _limit: int = 0, _position: str | None = None) -> list[EventDocument]:
    return []


async def _no_availability(_ids: tuple[str, ...]) -> dict[str, Availability]:
    return {}


def serve(folder: Path) -> None:
    """Run the child: print the port on standard output, serve until the end."""
    deps = Deps(TantivyIndex(folder), _no_documents, _no_documents, _no_availability, lambda: datetime.now(UTC))
    app = Litestar([router(lambda: deps)], exception_handlers=EXCEPTION_HANDLERS)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", access_log=False))

    # As the product does when it serves.
    gc.freeze()
    gc.set_threshold(GC_YOUNG, GC_MIDDLE, GC_OLD)

    async def run() -> None:
        running = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.01)
        print(server.servers[0].sockets[0].getsockname()[1], flush=True)
        await running

    uvloop.run(run())


def questions(names: list[str]) -> Iterator[str]:
    words = draw(names, seed=2)
    for number in count():
        moment = datetime.fromtimestamp(4_102_444_800 + number, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        yield f"/events/search?q={quote(next(words))}&starts_from=1500-01-01&starts_to={moment}"


def keystrokes(names: list[str]) -> Iterator[str]:
    for name in draw(names, seed=3):
        for end in range(1, len(name) + 1):
            yield f"/events/suggest?q={quote(name[:end])}"


async def at_rate(port: int, paths: Iterator[str], seconds: float) -> dict[str, float]:
    free: asyncio.Queue[Connection] = asyncio.Queue()
    pool = [Connection("127.0.0.1", port) for _ in range(CONNECTIONS)]
    for connection in pool:
        free.put_nowait(connection)
    taken: list[float] = []

    async def ask(path: str, due: float) -> None:
        connection = await free.get()
        answer = await connection.request("GET", path)
        assert answer.status == 200, answer
        taken.append((time.perf_counter() - due) * 1_000)
        free.put_nowait(connection)

    started, tasks = time.perf_counter(), []
    for number, path in enumerate(islice(paths, int(RATE * seconds))):
        due = started + number / RATE
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        tasks.append(asyncio.create_task(ask(path, due)))
    await asyncio.gather(*tasks)
    for connection in pool:
        connection.close()
    taken.sort()
    return {f"p{share}": round(taken[int(len(taken) * share / 100)], 2) for share in (50, 90, 99)}


async def at_most(port: int, paths: Iterator[str], seconds: float) -> float:
    """Return responses a second with `CONNECTIONS` connections in a closed loop."""
    started, answered = time.perf_counter(), 0

    async def go_on() -> None:
        nonlocal answered
        connection = Connection("127.0.0.1", port)
        while time.perf_counter() - started < seconds:
            await connection.request("GET", next(paths))
            answered += 1
        connection.close()

    await asyncio.gather(*(go_on() for _ in range(CONNECTIONS)))
    return round(answered / (time.perf_counter() - started), 1)


async def measure(data: Path, seconds: float) -> dict[str, Any]:
    names = [str(row["name"]) for row in sorted(rows(data, "performers"), key=lambda row: -int(row["n_events"]))]
    with tempfile.TemporaryDirectory() as folder:
        everything = list(documents(data))
        index = TantivyIndex(Path(folder), city_aliases=city_aliases(data))
        events = await index.rebuild(in_batches(everything), now=datetime.now(UTC))
        del everything
        command = [sys.executable, "-m", "bench.search_service", "--serve", folder]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
            try:
                assert child.stdout is not None
                port = int(child.stdout.readline())
                figures = await _ask(port, names, seconds)
                megabytes = resident_megabytes(child.pid)["supervisor"]
            finally:
                child.terminate()
        disk = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file()) / 1e6
    when = occasion()
    return {
        **when,
        "load": os.getloadavg(),
        "search_as_ratio": ratios(figures["search"]["requests_a_second"], when["calibration"]),
        "events": events,
        **figures,
        "process_megabytes": round(megabytes),
        "index_megabytes": round(disk),
    }


async def _ask(port: int, names: list[str], seconds: float) -> dict[str, Any]:
    kinds: dict[str, Callable[[list[str]], Iterator[str]]] = {"search": questions, "suggest": keystrokes}
    figures: dict[str, Any] = {}
    for kind, paths_of in kinds.items():
        paths = paths_of(names)
        await at_rate(port, paths, WARMING / RATE)
        milliseconds = await at_rate(port, paths, seconds)
        figures[kind] = {"rate": RATE, "ms": milliseconds, "requests_a_second": await at_most(port, paths, seconds)}
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="folder of the data pack")
    parser.add_argument("--seconds", type=float, default=10.0, help="of every measurement")
    parser.add_argument("--json", type=Path, help="write the figures there, too")
    parser.add_argument("--serve", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.serve:
        serve(arguments.serve)
        return
    if arguments.data is None:
        parser.error("--data is needed")
    result = uvloop.run(measure(arguments.data, arguments.seconds))
    print(json.dumps(result, indent=2))
    if arguments.json:
        arguments.json.write_text(json.dumps(result, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
