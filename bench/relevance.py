"""Measure search relevance: mean reciprocal rank and hits among the first ten, by kind of query.

Needs a data pack in a folder (`events`, `events_intl_football`, `venues`, `performers`, `cities` as `.jsonl.gz`, and
`queries_dev.jsonl`):

    ./run bench relevance --data FOLDER [--engine tantivy|opensearch] [--queries dev|held-out] [--json FILE]

`dev` are the pack's own queries, `held-out` are made from other names (see `held_out`). Every event counts, past ones
too. For performers and venues the suggestions are measured as well.
"""

import argparse
import asyncio
import json
import sys
import time
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from admitone.catalogue.contracts import EventDocument
from admitone.kit.fold import fold
from admitone.search.contracts import SearchQuery
from admitone.search.ports import SearchIndex
from bench.engines import ENGINES, open_engine
from bench.event_data import Row, city_aliases, documents, in_batches
from bench.held_out import held_out_queries

FIRST = 10
EVER = "1500-01-01"
Scores = dict[tuple[str, str], list[float]]


def relevant(rule: Row, found: EventDocument) -> bool:
    ids = {performer.id for performer in found.performers}
    composers = [fold(composer) for composer, _ in found.works]
    held = {
        "performer_any": lambda wanted: bool(ids & set(wanted)),
        "performer_all": lambda wanted: set(wanted) <= ids,
        "venue_any": lambda wanted: found.venue.id in wanted,
        "city_any": lambda wanted: fold(found.venue.city) in {fold(name) for name in wanted},
        "composer_any": lambda wanted: any(fold(name) in composer for name in wanted for composer in composers),
        "tag_any": lambda wanted: bool({fold(tag) for tag in found.tags} & {fold(name) for name in wanted}),
    }
    return all(held[name](wanted) for name, wanted in rule.items())


def reciprocal_rank(hits: list[bool]) -> float:
    return next((1 / rank for rank, hit in enumerate(hits[:FIRST], 1) if hit), 0.0)


async def judge(index: SearchIndex, queries: list[Row], now: datetime) -> tuple[Scores, Scores, list[float]]:
    events: Scores = defaultdict(list)
    suggestions: Scores = defaultdict(list)
    seconds = []
    for query in queries:
        if not query["n_relevant_events"]:
            continue
        kind = (query["target"], query["type"])
        started = time.perf_counter()
        found = await index.search(SearchQuery(q=query["query"], starts_from=EVER, size=FIRST), now=now)
        seconds.append(time.perf_counter() - started)
        events[kind].append(reciprocal_rank([relevant(query["event_rule"], hit.document) for hit in found.hits]))
        if query["relevant"]:
            named = await index.suggest(query["query"], FIRST, now=now)
            suggestions[kind].append(reciprocal_rank([suggestion.id in query["relevant"] for suggestion in named]))
    return events, suggestions, sorted(seconds)


def report(name: str, scores: Scores) -> Row:
    everything = {("", "all"): [rank for ranks in scores.values() for rank in ranks], **scores}
    print(f"\n{name:34} {'queries':>8} {'MRR@10':>8} {'hit@10':>8}")
    table = {}
    for (target, kind), ranks in everything.items():
        mrr, hit = sum(ranks) / len(ranks), sum(rank > 0 for rank in ranks) / len(ranks)
        table[f"{target} {kind}".strip()] = {"queries": len(ranks), "mrr_at_10": mrr, "hit_at_10": hit}
        print(f"{target + ' ' + kind:34} {len(ranks):8} {mrr:8.3f} {hit:8.3f}")
    return table


async def measure(folder: Path, engine: str, which: str, seed: int) -> Row:
    now = datetime.now(UTC)
    queries = [json.loads(line) for line in (folder / "queries_dev.jsonl").read_text("utf-8").splitlines()]
    everything = list(documents(folder))
    if which == "held-out":
        queries = held_out_queries(folder, everything, queries, seed)
    async with open_engine(engine, city_aliases(folder)) as opened:
        started = time.perf_counter()
        count = await opened.index.rebuild(in_batches(everything), now=now)
        built = time.perf_counter() - started
        print(f"{engine}, {which}: {count:,} events indexed in {built:.1f} s ({count / built:,.0f}/s)")
        events, suggestions, seconds = await judge(opened.index, queries, now)
    result = {"events": report("search", events), "suggestions": report("suggest", suggestions)}
    p50, p99 = (seconds[int(len(seconds) * share)] * 1000 for share in (0.5, 0.99))
    print(f"\nsearch: p50 {p50:.2f} ms, p99 {p99:.2f} ms")
    return {**result, "engine": engine, "indexed_per_second": count / built, "search_ms": {"p50": p50, "p99": p99}}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of the data pack")
    parser.add_argument("--engine", choices=ENGINES, default="tantivy")
    parser.add_argument("--queries", choices=["dev", "held-out"], default="dev")
    parser.add_argument("--seed", type=int, default=2026, help="of the held-out queries")
    parser.add_argument("--json", type=Path, help="write the figures there, too")
    arguments = parser.parse_args()
    result = asyncio.run(measure(arguments.data, arguments.engine, arguments.queries, arguments.seed))
    if arguments.json:
        arguments.json.write_text(json.dumps(result, indent=2), "utf-8")


if __name__ == "__main__":
    main()
