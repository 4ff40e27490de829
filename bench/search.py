"""Measure the engines' latency by kind of query, and their cost: index time, bytes on disk, memory.

    ./run bench search --data FOLDER [--engine tantivy --engine opensearch] [--events 10000 100000] [--json FILE]
        [--plot FILE.svg] [--keep FOLDER]

Queries are drawn with Zipf 1.0 from real names, those with the most events first, one after the other. To exceed the
number of events in the data pack, it is repeated under fresh ids. Engines run on this machine, with all other load. One
process builds an index, another one queries it, so that its memory is the cost of searching. With `--keep` the indexes
stay in FOLDER and the next run queries them: build them while the machine is busy, measure when it is not.
"""

import argparse
import asyncio
import json
import multiprocessing
import os
import random
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from admitone.catalogue.contracts import EventDocument
from admitone.search.contracts import SearchQuery
from admitone.search.ports import SearchIndex
from bench.calibration import in_words
from bench.engines import ENGINES, open_engine
from bench.event_data import Row, city_aliases, documents, in_batches, rows
from bench.figures import occasion
from bench.held_out import as_typed_wrong
from bench.plot import bars

BUILT = "built.json"
QUERIES_A_KIND = 200
WARMING_QUERIES = 100
EVER = "1500-01-01"
PLOTTED = {"name": "name", "name with two slips": "two slips", "suggest at a keystroke": "suggest"}
Ask = Callable[[SearchIndex, str, datetime], Awaitable[object]]


def search_for(**more: object) -> Ask:
    async def ask(index: SearchIndex, typed: str, now: datetime) -> object:
        return await index.search(SearchQuery(q=typed, starts_from=EVER, **more), now=now)  # type: ignore[arg-type]

    return ask


async def suggest(index: SearchIndex, typed: str, now: datetime) -> object:
    return await index.suggest(typed, 8, now=now)


def kinds(folder: Path, chance: random.Random) -> Iterator[tuple[str, Ask, list[str]]]:
    """(name, request, typed text)."""
    performers = sorted(rows(folder, "performers"), key=lambda row: -row["n_events"])
    names = [str(row["name"]) for row in performers]
    weights = [1 / rank for rank in range(1, len(names) + 1)]
    drawn = chance.choices(names, weights, k=QUERIES_A_KIND)
    cities = [row["name"] for row in rows(folder, "cities")][:500]
    yield "name", search_for(), drawn
    yield "beginning of a name", search_for(), [name[: max(3, len(name) * 2 // 3)] for name in drawn]
    yield "name with a slip", search_for(), [as_typed_wrong(name, 1, chance) for name in drawn]
    yield "name with two slips", search_for(), [as_typed_wrong(name, 2, chance) for name in drawn]
    yield "name and city", search_for(), [f"{name} {chance.choice(cities)}" for name in drawn]
    yield "name, six facets", search_for(facets=("segment", "genre", "city", "country", "month", "price")), drawn
    yield "all, by date", search_for(), [""] * QUERIES_A_KIND
    yield "all within 50 km, by distance", search_for(near=(51.5, -0.12), radius_km=50.0, sort="distance"), [""] * 100
    yield "suggest at a keystroke", suggest, [name[: chance.randrange(1, len(name) + 1)] for name in drawn]
    yield "suggest with a slip", suggest, [as_typed_wrong(name, 1, chance) for name in drawn]


async def build(data: Path, engine: str, count: int, kept: Path) -> None:
    aliases, now = city_aliases(data), datetime.now(UTC)
    async with open_engine(engine, aliases, kept) as opened:
        everything = take(list(documents(data)), count)
        started = time.perf_counter()
        await opened.index.rebuild(in_batches(everything), now=now)
        seconds = time.perf_counter() - started
    kept.joinpath(BUILT).write_text(json.dumps({"index_seconds": seconds}), "utf-8")


async def ask_all(data: Path, engine: str, kept: Path) -> Row:
    now = datetime.now(UTC)
    async with open_engine(engine, {}, kept) as opened:
        answers: Row = {}
        asked = list(kinds(data, random.Random(2026)))
        for _, ask, typed in asked:  # a server that has just started compiles while it answers
            for text in typed[:WARMING_QUERIES]:
                await ask(opened.index, text, now)
        for kind, ask, typed in asked:
            for text in typed[:WARMING_QUERIES]:
                await ask(opened.index, text, now)
            answers[kind] = await _percentiles(opened.index, ask, typed, now)
        figures: Row = {"engine": engine, "events": await opened.index.count(), "milliseconds": answers}
        return {**figures, "disk_megabytes": opened.disk_megabytes(), "memory_megabytes": opened.memory_megabytes()}


def measure(data: Path, engine: str, count: int, kept: Path) -> Row:
    kept.mkdir(parents=True, exist_ok=True)
    if not kept.joinpath(BUILT).exists():
        _alone(_build, data, engine, count, kept)
    figures: Row = _alone(_ask_all, data, engine, kept)
    return {**figures, **json.loads(kept.joinpath(BUILT).read_text("utf-8"))}


def _build(data: Path, engine: str, count: int, kept: Path) -> None:
    asyncio.run(build(data, engine, count, kept))


def _ask_all(data: Path, engine: str, kept: Path) -> Row:
    return asyncio.run(ask_all(data, engine, kept))


def _alone(task: Callable[..., Any], *given: object) -> Any:
    """Return the result of `task`, run in a fresh process."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as process:
        return process.submit(task, *given).result()


async def _percentiles(index: SearchIndex, ask: Ask, typed: Sequence[str], now: datetime) -> dict[str, float]:
    taken = []
    for text in typed:
        started = time.perf_counter()
        await ask(index, text, now)
        taken.append((time.perf_counter() - started) * 1_000)
    taken.sort()
    return {"p50": taken[len(taken) // 2], "p99": taken[int(len(taken) * 0.99)]}


def take(everything: Sequence[EventDocument], count: int) -> list[EventDocument]:
    """Return this many events: a sample of them, or all of them repeated under fresh ids."""
    if count <= len(everything):
        return random.Random(7).sample(list(everything), count)
    copies = (
        msgspec.structs.replace(result, id=f"{result.id}_{turn}") if turn else result
        for turn in range(count // len(everything) + 1)
        for result in everything
    )
    return [result for result, _ in zip(copies, range(count), strict=False)]


def show(figures: Row) -> None:
    print(
        f"\n{figures['engine']}, {figures['events']:,} events: indexed in {figures['index_seconds']:.1f} s, "
        f"{figures['disk_megabytes']:.0f} MB on disk, {figures['memory_megabytes']:.0f} MB of memory"
    )
    for kind, result in figures["milliseconds"].items():
        print(f"  {kind:32} p50 {result['p50']:8.2f} ms   p99 {result['p99']:8.2f} ms")


def growth(results: Sequence[Row]) -> str:
    """Return p50 by the number of events, for three kinds of query of different cost."""
    ordered = sorted(results, key=lambda result: (result["engine"] != "tantivy", result["events"]))
    return bars(
        "p50 by the number of events",
        [
            (f"{result['engine']}, {result['events']:,}: {short}", result["milliseconds"][kind]["p50"])
            for kind, short in PLOTTED.items()
            for result in ordered
        ],
        "ms",
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of the data pack")
    parser.add_argument("--engine", choices=ENGINES, action="append", help="both by default; may be repeated")
    parser.add_argument("--events", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--json", type=Path, help="write the figures there, too")
    parser.add_argument("--plot", type=Path, help="draw how p50 grows with the number of events, as SVG")
    parser.add_argument("--keep", type=Path, help="where the indexes stay for the next run")
    arguments = parser.parse_args()
    results = []
    with tempfile.TemporaryDirectory() if arguments.keep is None else nullcontext(arguments.keep) as folder:
        for count in arguments.events:
            for engine in arguments.engine or ENGINES:
                results.append(measure(arguments.data, engine, count, Path(folder) / f"{engine}-{count}"))
                show(results[-1])
    when = occasion()
    print(f"\n{in_words(when['calibration'])}")
    if arguments.json:
        report = {**when, "load": os.getloadavg(), "results": results}
        arguments.json.write_text(json.dumps(report, indent=2), "utf-8")
    if arguments.plot:
        arguments.plot.write_text(growth(results), "utf-8")


if __name__ == "__main__":
    main()
