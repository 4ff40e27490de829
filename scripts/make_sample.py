"""Generate `src/admitone/sample/`, the data of `admitone demo`, at most 10 MB, from a folder of open event data.

    python scripts/make_sample.py FOLDER [OUTPUT]

FOLDER contains `events.jsonl.gz`, `events_intl_football.jsonl.gz`, `venues.jsonl.gz`, `performers.jsonl.gz`,
`cities.jsonl.gz`, `seatplans/` and `LICENSES/`. The same folder gives the same bytes every time. Lines have the format
that `admitone import` reads; dates are those of the originals, `demo.sample` moves them.
"""

import calendar
import gzip
import hashlib
import json
import re
import shutil
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

Json = dict[str, Any]

# Maximum number per category; football is limited per series as well.
QUOTAS = {
    "music/classical": 5_200,
    "music/rock": 3_200,
    "music/pop": 100,
    "conference/tech": 1_500,
    "sports/american_football": 1_700,
    "sports/motorsport": 1_100,
    "sports/football": 8_800,
}
SERIES_MAX = {
    "English Premier League": 700,
    "Primera División de España": 500,
    "Deutsche Bundesliga": 500,
    "Italian Serie A": 500,
    "French Ligue 1": 400,
    "UEFA Champions League": 500,
    "FIFA World Cup": 320,
    "UEFA European Championship": 102,
}
SERIES_DEFAULT_MAX = 190
INTERNATIONAL = 700
WORKS_MAX = 25
PERFORMERS_MAX = 30
PLACE = ("city", "country", "timezone")
NOT_A_PERFORMER = {"No Soloist", "Unknown", "No Conductor"}

SAMPLE_FOLDER = Path(__file__).parents[1] / "src" / "admitone" / "sample"
GITHUB = "https://github.com/"
CREDITS = {
    "openfootball": ("openfootball", "Football matches and grounds", "CC0 1.0", GITHUB + "openfootball"),
    "intl_football": (
        "Mart Jürisoo, International football results",
        "Matches of national teams",
        "CC0 1.0",
        GITHUB + "martj42/international_results",
    ),
    "nyphil": (
        "New York Philharmonic Leon Levy Digital Archives",
        "Concert programmes",
        "CC0 1.0",
        GITHUB + "nyphilarchive/PerformanceHistory",
    ),
    "confs": ("confs.tech contributors", "Tech conferences", "MIT", GITHUB + "tech-conferences/conference-data"),
    "springsteen": (
        "Joey O'Brien, spRingsteen",
        "Concerts and set lists",
        "CC0 1.0",
        GITHUB + "obrienjoey/spRingsteen",
    ),
    "nflgame": (
        "Andrew Gallant, nflgame",
        "American football schedule",
        "Unlicense",
        "https://github.com/BurntSushi/nflgame",
    ),
    "gdshows": (
        "Jeff Scott Brown, Grateful Dead shows",
        "Concerts and set lists (converted)",
        "Apache-2.0",
        GITHUB + "jeffscottbrown/gratefuldeadshows",
    ),
    "f1db": (
        "F1DB",
        "Formula 1 races, drivers and circuits (a selection, reshaped)",
        "CC BY 4.0",
        GITHUB + "f1db/f1db",
    ),
    "carreno": (
        "Anna Kijas, Documenting Teresa Carreño",
        "Concerts 1863–1917",
        "CC0 1.0",
        GITHUB + "annakijas1/Carreno",
    ),
    "jesc": (
        "José Santos Garrido, EurovisionDataset",
        "Junior song contests",
        "MIT",
        GITHUB + "josago97/EurovisionDataset",
    ),
}
ALWAYS_CREDITED = (
    ("MusicBrainz", "Places", "CC0 1.0", "https://musicbrainz.org"),
    (
        "GeoJSON-Ballparks",
        "Contains information from GeoJSON-Ballparks, made available under the ODC Attribution License",
        "ODC-BY 1.0",
        GITHUB + "cageyjames/GeoJSON-Ballparks",
    ),
    ("GeoNames", "Towns, their coordinates, zones and names (a selection)", "CC BY 4.0", "https://www.geonames.org"),
)
# Seating plan → rows that get wheelchair places (w) and companion seats (c) at both ends, mirrored: invented, because
# no source has them.
ACCESSIBLE_ROWS = {
    "ull_paraninfo": {("Patio de Butacas", "L"): "wcwc"},
    "canvas_arena": {("Ground floor", row): "wc" for row in ("F (3)", "F (6)", "L")},
}
ATTRIBUTES = {"w": ["accessible"], "c": ["companion"]}
ATTRIBUTION_HEAD = """# Where the sample data come from

Events, performers, venues and seating plans are real and come from the open sources below; the licence texts are in
`LICENSES/`. Changed by us: a selection, reshaped; the demo moves the dates into the coming year and adds prices.
No plan names wheelchair places: those of two halls, and the companion seats beside them, are made up.

| source | what | licence |
| --- | --- | --- |
"""


def main(source: Path, output: Path) -> None:
    """Write the sample and print the selection."""
    venues = {venue["id"]: venue for venue in read(source / "venues.jsonl.gz")}
    performers = {performer["id"]: performer for performer in read(source / "performers.jsonl.gz")}
    everything = list(read(source / "events.jsonl.gz"))
    complete_venues(venues, everything)
    chosen = choose(everything)
    chosen += choose_international(read(source / "events_intl_football.jsonl.gz"))
    events = [event_line(row, venues, performers) for row in chosen]
    events.sort(key=lambda event: event["id"])
    venue_ids = {event["venue_id"] for event in events if "venue_id" in event}
    performer_ids = {id_ for event in events for id_ in event["performer_ids"]}
    output.mkdir(parents=True, exist_ok=True)
    write(output / "venues.jsonl.gz", (venue_line(venues[venue_id]) for venue_id in sorted(venue_ids)))
    write(output / "performers.jsonl.gz", (performer_line(performers[id_]) for id_ in sorted(performer_ids)))
    write(output / "events.jsonl.gz", events)
    towns = {(event["city"], event["country_code"]) for event in events if "city" in event}
    towns |= {(venues[venue_id]["city"], venues[venue_id]["country"]) for venue_id in venue_ids}
    write(output / "cities.jsonl.gz", city_lines(read(source / "cities.jsonl.gz"), towns))
    copy_seat_maps(source / "seatplans", output / "seat_maps")
    (output / "LICENSES").mkdir(exist_ok=True)
    for path in sorted((source / "LICENSES").iterdir()):
        shutil.copyfile(path, output / "LICENSES" / path.name)
    write_attributions(output, {row["source"] for row in chosen})
    size = sum(path.stat().st_size for path in output.rglob("*") if path.is_file())
    print(Counter(f"{event['segment']}/{event.get('genre')}" for event in events).most_common())  # noqa: T201
    print(f"{len(events)} events, {len(venue_ids)} venues, {len(performer_ids)} performers, {size:,} bytes")  # noqa: T201


def choose(events: list[Json]) -> list[Json]:
    """Return the selected events: known places and times first, then the latest, series and clubs mixed by hash."""
    by_category: dict[str, list[Json]] = defaultdict(list)
    for event in events:
        placed = event.get("venue_id") or all(map(event.get, PLACE))
        if placed and not event.get("online"):
            by_category[event["category"]].append(event)
    chosen: list[Json] = []
    for category, quota in QUOTAS.items():
        ranked = sorted(by_category[category], key=rank_of(category), reverse=True)
        chosen += cut_series(ranked)[:quota] if category == "sports/football" else ranked[:quota]
    return chosen


def rank_of(category: str) -> Callable[[Json], tuple[Any, ...]]:
    def rank(row: Json) -> tuple[Any, ...]:
        # Years in steps: the hash shuffles within a step, so that no season is selected completely.
        step = int(row["start_date"][:4]) // (25 if category.startswith("music") else 5)
        return bool(row.get("venue_id")) and bool(row.get("start_time")), step, hash_of(row["id"])

    return rank


def cut_series(ranked: list[Json]) -> list[Json]:
    """Keep the best events of each series, all series in the order of their ranks."""
    places: Counter[str] = Counter()
    kept: list[tuple[float, Json]] = []
    for row in ranked:
        series = row.get("series", "")
        limit = SERIES_MAX.get(series, SERIES_DEFAULT_MAX)
        places[series] += 1
        if places[series] <= limit:
            kept.append((places[series] / limit, row))
    return [event for _, event in sorted(kept, key=lambda pair: pair[0])]


def choose_international(events: Iterable[Json]) -> list[Json]:
    """Return national teams' matches of this century, alternating between countries."""
    recent = [event for event in events if event["start_date"] >= "2000" and all(map(event.get, PLACE))]
    recent.sort(key=lambda event: hash_of(event["id"]))
    places: Counter[str] = Counter()
    ranked = []
    for row in recent:
        places[row["country"]] += 1
        ranked.append((places[row["country"]], row))
    return [event for _, event in sorted(ranked, key=lambda pair: pair[0])][:INTERNATIONAL]


def complete_venues(venues: dict[str, Json], events: Iterable[Json]) -> None:
    """Complete venues without a town by the town of their events."""
    for event in events:
        venue = venues.get(event.get("venue_id", ""))
        if venue is not None:
            for name in PLACE:
                if name in event:
                    venue.setdefault(name, event[name])


def event_line(event: Json, venues: dict[str, Json], performers: dict[str, Json]) -> Json:
    """Return the event as an import line. Remove years from names, because the move makes them wrong."""
    segment, _, genre = event["category"].partition("/")
    line: Json = {
        "type": "event",
        "id": event["id"],
        "name": without_year(event["title"]),
        "segment": segment,
        "genre": genre,
    }
    round_ = event.get("round")
    series = event.get("series")
    subtitle = event.get("subtitle")
    if segment == "sports":
        subtitle = " · ".join(filter(None, (series, round_))) or None
    line["subtitle"] = subtitle
    line["series"] = series
    line["description"] = describe(event)
    line["tags"] = event.get("tags", [])[:50]
    works = [{"composer": work.get("composer"), "work": work["work"]} for work in event.get("program", [])]
    line["works"] = [drop_empty(work) for work in works[:WORKS_MAX]]
    venue = venues.get(event.get("venue_id", ""))
    if venue is not None:
        line["venue_id"] = venue["id"]
    else:
        line |= {"city": event["city"], "country_code": event["country"], "timezone": event["timezone"]}
    billed = [
        who["id"] for who in event["performers"] if who["id"] in performers and who["name"] not in NOT_A_PERFORMER
    ]
    line["performer_ids"] = list(dict.fromkeys(billed))[:PERFORMERS_MAX]
    if event.get("start_time"):
        line["local_start"] = f"{event['start_date']}T{event['start_time']}"
    else:
        line["local_date"] = event["start_date"]
    return drop_empty(line) | {"performer_ids": line["performer_ids"]}


def describe(row: Json) -> str:
    """Return the known facts, and the note that this is a sample: the original took place on another day."""
    year, month, day = row["start_date"].split("-")
    date = f"{int(day)} {calendar.month_name[int(month)]} {year}"
    place = ", ".join(filter(None, (row.get("venue_name"), row.get("city"))))
    series = row.get("series")
    facts = ", ".join(filter(None, (series, row.get("season"), row.get("round")))) if series else ""
    sentences = [f"Sample event after the original of {date}{f' at {place}' if place else ''}."]
    if facts:
        sentences.insert(0, f"{facts}.")
    composers = list(dict.fromkeys(w["composer"] for w in row.get("program", []) if w.get("composer")))
    if composers:
        sentences.insert(1 if facts else 0, f"Works by {', '.join(composers[:8])}.")
    return " ".join(sentences)


def without_year(name: str) -> str:
    """`1999 Qantas Australian Grand Prix` → without the year, which the move makes wrong."""
    return re.sub(r"^(?:19|20)\d\d |[ ,]+(?:19|20)\d\d$", "", name) or name


def venue_line(venue: Json) -> Json:
    line = {
        "type": "venue",
        "id": venue["id"],
        "name": venue["name"],
        "aliases": venue.get("aliases", [])[:20],
        "kind": venue.get("kind"),
        "address": venue.get("address"),
        "city": venue["city"],
        "region": venue.get("region"),
        "country_code": venue["country"],
        "timezone": venue["timezone"],
        "capacity": venue.get("capacity"),
    }
    if venue.get("lat") is not None and venue.get("lon") is not None:
        line["location"] = {"lat": round(venue["lat"], 5), "lon": round(venue["lon"], 5)}
    return drop_empty(line)


def performer_line(performer: Json) -> Json:
    genres = [performer["sport"].replace("_", " ")] if performer.get("sport") else []
    return drop_empty(
        {
            "type": "performer",
            "id": performer["id"],
            "name": performer["name"],
            "aliases": performer.get("aliases", [])[:20],
            "kind": performer.get("kind"),
            "genres": genres,
        }
    )


def city_lines(cities: Iterable[Json], towns: set[tuple[str, str]]) -> Iterator[Json]:
    """Yield the towns in use, with their names in other languages."""
    for city in cities:
        if (city["name"], city["country"]) in towns and city.get("aliases"):
            yield {
                "name": city["name"],
                "country": city["country"],
                "lat": city["lat"],
                "lon": city["lon"],
                "population": city.get("population", 0),
                "aliases": city["aliases"],
            }


def copy_seat_maps(source: Path, output: Path) -> None:
    """Copy the seating plans; separate two floors that are drawn over each other."""
    output.mkdir(parents=True, exist_ok=True)
    index = json.loads((source / "index.json").read_text("utf-8"))
    for entry in index:
        name = Path(entry["file"]).name.removesuffix(".gz")
        path = source / Path(entry["file"]).name
        text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        plan = json.loads(text)
        if entry["zones"] == 2 and len(plan["zones"]) == 2:
            raise_upper_floor(plan)
            entry["geometry"] += "; the upper floor is moved outwards, the source draws it over the lower one"
        if marks := ACCESSIBLE_ROWS.get(name.removesuffix(".json")):
            mark_accessible(plan, marks)
            entry["notes"] += "; wheelchair places and companion seats made up"
        (output / f"{name}.gz").write_bytes(pack(json.dumps(plan, ensure_ascii=False, separators=(",", ":")).encode()))
        entry["file"] = f"seat_maps/{name}.gz"
    (output / "index.json").write_text(json.dumps(index, ensure_ascii=False, indent=1) + "\n", "utf-8")


def raise_upper_floor(plan: Json) -> None:
    """Move the lower floor down by the height of the upper one (7 rows and an aisle)."""
    lower, _upper = plan["zones"]
    tall = 170
    lower["position"]["y"] += tall
    plan["size"]["height"] += tall


def mark_accessible(plan: Json, marks: dict[tuple[str, str], str]) -> None:
    for zone in plan["zones"]:
        for row in zone["rows"]:
            word = marks.get((zone["name"], row["row_number"]), "")
            for at, mark in enumerate(word):
                row["seats"][at]["attributes"] = row["seats"][-1 - at]["attributes"] = ATTRIBUTES[mark]


def write_attributions(output: Path, sources: set[str]) -> None:
    """Credit every source in the sample, for people and for the page about licences."""
    plans = json.loads((output / "seat_maps" / "index.json").read_text("utf-8"))
    credited = [credit for source, credit in CREDITS.items() if source in sources] + list(ALWAYS_CREDITED)
    for plan in plans:
        repository = plan["source"].split(" @ ")[0]
        what = f"Seating plan: {plan['name']}"
        credited.append((plan["attribution"], what, plan["licence"], f"https://{repository}"))
    rows = [dict(zip(("name", "what", "licence", "url"), credit, strict=True)) for credit in credited]
    (output / "attribution.json").write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", "utf-8")
    lines = [f"| [{row['name']}]({row['url']}) | {row['what']} | {row['licence']} |" for row in rows]
    (output / "ATTRIBUTION.md").write_text(ATTRIBUTION_HEAD + "\n".join(lines) + "\n", "utf-8")


def hash_of(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def drop_empty(line: Json) -> Json:
    return {name: value for name, value in line.items() if value not in (None, "", [])}


def read(path: Path) -> Iterator[Json]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def write(path: Path, lines: Iterable[Json]) -> None:
    text = "".join(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n" for line in lines)
    path.write_bytes(pack(text.encode()))


def pack(text: bytes) -> bytes:
    return gzip.compress(text, 9, mtime=0)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else SAMPLE_FOLDER)
