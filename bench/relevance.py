"""How often search finds what was meant: mean reciprocal rank and hits among the first ten, by kind of query.

Needs a data pack in a folder (`events`, `venues`, `performers`, `cities` as `.jsonl.gz`, and `queries_dev.jsonl`):

    ./run bench relevance --data FOLDER [--json FILE]

Every event counts, past ones too. For performers and venues the suggestions are judged as well.
"""

import argparse
import asyncio
import gzip
import json
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from admitone.catalogue.contracts import DocumentPerformer, DocumentVenue, EventDocument, EventStatus
from admitone.search.adapters.tantivy_index import TantivyIndex
from admitone.search.contracts import SearchQuery
from admitone.search.domain.entities import city_key
from admitone.search.domain.fold import fold

FIRST = 10
EVER = "1500-01-01"
Row = dict[str, Any]
Scores = dict[tuple[str, str], list[float]]


def rows(folder: Path, name: str) -> Iterator[Row]:
    with gzip.open(folder / f"{name}.jsonl.gz", "rt", encoding="utf-8") as file:
        yield from (json.loads(line) for line in file if line.strip())


def documents(folder: Path) -> Iterator[EventDocument]:
    venues = {row["id"]: row for row in rows(folder, "venues")}
    performers = {row["id"]: row for row in rows(folder, "performers")}
    for row in rows(folder, "events"):
        yield event(row, venues.get(row.get("venue_id")), performers)


def event(row: Row, house: Row | None, performers: dict[str, Row]) -> EventDocument:
    segment, _, genre = row["category"].partition("/")
    names = {one["id"]: one["name"] for one in row["performers"]}
    known = [performers.get(one, {}) for one in names]
    return EventDocument(
        id=row["id"],
        organization_id="org_bench",
        revision=1,
        external_id=row["id"],
        name=row["title"],
        subtitle=row.get("subtitle"),
        description=None,
        status=EventStatus(row.get("status", "scheduled")),
        segment=segment,
        genre=genre,
        series=row.get("series"),
        tags=tuple(row.get("tags", ())),
        works=tuple((one.get("composer", ""), one.get("work", "")) for one in row.get("program", ())),
        starts_at=datetime.fromisoformat(row["start_utc"]) if "start_utc" in row else None,
        local_date=row["start_date"],
        local_time=row.get("start_time"),
        timezone=row.get("timezone", "UTC"),
        doors_at=None,
        ends_at=None,
        venue=place(row, house),
        performers=tuple(
            DocumentPerformer(one, name, tuple(more.get("aliases", ())), more.get("kind"))
            for (one, name), more in zip(names.items(), known, strict=True)
        ),
        currency=None,
        price_min=None,
        price_max=None,
        on_sale_at=None,
        off_sale_at=None,
        image_url="",
        url="",
        capacity=0,
        seat_map_id=None,
        waiting_room_mode="off",
        popularity=float(max((one.get("n_events", 1) for one in known), default=1)),
    )


def place(row: Row, house: Row | None) -> DocumentVenue:
    city, country = row.get("city", ""), row.get("country", "")
    if house is None:
        return DocumentVenue(None, "Venue to be announced", (), city, None, country, None, None, None)
    former = [row["venue_name"]] if row.get("venue_name") not in (None, house["name"]) else []
    aliases = (*house.get("aliases", ()), *former)
    lat, lon, region = house.get("lat"), house.get("lon"), house.get("region")
    return DocumentVenue(house["id"], house["name"], aliases, city or house["city"], region, country, lat, lon, None)


def city_aliases(folder: Path) -> dict[str, tuple[str, ...]]:
    names: dict[str, tuple[str, ...]] = {}
    for row in rows(folder, "cities"):
        key = city_key(row["name"], row["country"])
        names[key] = (*names.get(key, ()), *row.get("aliases", ()))
    return names


def relevant(rule: Row, found: EventDocument) -> bool:
    ids = {one.id for one in found.performers}
    composers = [fold(composer) for composer, _ in found.works]
    held = {
        "performer_any": lambda wanted: bool(ids & set(wanted)),
        "performer_all": lambda wanted: set(wanted) <= ids,
        "venue_any": lambda wanted: found.venue.id in wanted,
        "city_any": lambda wanted: fold(found.venue.city) in {fold(one) for one in wanted},
        "composer_any": lambda wanted: any(fold(one) in composer for one in wanted for composer in composers),
        "tag_any": lambda wanted: bool({fold(tag) for tag in found.tags} & {fold(one) for one in wanted}),
    }
    return all(held[name](wanted) for name, wanted in rule.items())


def reciprocal_rank(hits: list[bool]) -> float:
    return next((1 / rank for rank, hit in enumerate(hits[:FIRST], 1) if hit), 0.0)


async def judge(index: TantivyIndex, queries: list[Row], now: datetime) -> tuple[Scores, Scores, list[float]]:
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
            suggestions[kind].append(reciprocal_rank([one.id in query["relevant"] for one in named]))
    return events, suggestions, sorted(seconds)


def report(name: str, scores: Scores) -> Row:
    everything = {("", "all"): [one for ranks in scores.values() for one in ranks], **scores}
    print(f"\n{name:34} {'queries':>8} {'MRR@10':>8} {'hit@10':>8}")
    table = {}
    for (target, kind), ranks in everything.items():
        mrr, hit = sum(ranks) / len(ranks), sum(rank > 0 for rank in ranks) / len(ranks)
        table[f"{target} {kind}".strip()] = {"queries": len(ranks), "mrr_at_10": mrr, "hit_at_10": hit}
        print(f"{target + ' ' + kind:34} {len(ranks):8} {mrr:8.3f} {hit:8.3f}")
    return table


async def measure(folder: Path) -> Row:
    now = datetime.now(UTC)
    queries = [json.loads(line) for line in (folder / "queries_dev.jsonl").read_text("utf-8").splitlines()]
    everything = list(documents(folder))

    async def batches() -> AsyncIterator[list[EventDocument]]:
        for start in range(0, len(everything), 1_000):
            yield everything[start : start + 1_000]

    with tempfile.TemporaryDirectory() as place_on_disk:
        index = TantivyIndex(Path(place_on_disk), city_aliases=city_aliases(folder))
        started = time.perf_counter()
        count = await index.rebuild(batches(), now=now)
        built = time.perf_counter() - started
        print(f"{count:,} events indexed in {built:.1f} s ({count / built:,.0f}/s)")
        events, suggestions, seconds = await judge(index, queries, now)
    result = {"events": report("search", events), "suggestions": report("suggest", suggestions)}
    p50, p99 = (seconds[int(len(seconds) * share)] * 1000 for share in (0.5, 0.99))
    print(f"\nsearch: p50 {p50:.2f} ms, p99 {p99:.2f} ms")
    return {**result, "indexed_per_second": count / built, "search_ms": {"p50": p50, "p99": p99}}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of the data pack")
    parser.add_argument("--json", type=Path, help="write the figures there, too")
    arguments = parser.parse_args()
    result = asyncio.run(measure(arguments.data))
    if arguments.json:
        arguments.json.write_text(json.dumps(result, indent=2), "utf-8")


if __name__ == "__main__":
    main()
