"""Load the sample of the repository: real events, moved into the coming year, with invented prices.

Loading is an ordinary import by an ordinary organization. It can run again: existing records are updated.
"""

import gzip
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import msgspec

from admitone.catalogue.domain.seating_plan import SeatingPlan, SeatMapDraft
from admitone.catalogue.usecases.deps import Deps as CatalogueDeps
from admitone.catalogue.usecases.import_lines import import_lines
from admitone.catalogue.usecases.seat_maps import create_seat_map, list_seat_maps
from admitone.demo.sample_dates import move_date
from admitone.demo.sample_offers import draw_of, offer_of
from admitone.kit.local_time import to_utc
from admitone.organizers.contracts import Role
from admitone.organizers.usecases.api_keys import create_api_key
from admitone.organizers.usecases.deps import Deps as OrganizersDeps
from admitone.organizers.usecases.organizations import create_organization, find_organization

DEMO_ORGANIZATION = "AdmitOne demo"
LINES_PER_CHUNK = 200
# Number of events loaded before the demo is ready, and the number of candidates they are chosen from.
FIRST_EVENTS, FIRST_CANDIDATES = 240, 1_500
_LAST_DRAW_NOT_ON_SALE = 12

Json = dict[str, Any]
Progress = Callable[[int, int], None]


class DemoOrganizer(msgspec.Struct, frozen=True):
    organization_id: str
    api_key: str


@dataclass(frozen=True)
class Sample:
    """The selected events, the `first` of them in front, and the records they refer to, by id."""

    organization_id: str
    events: Sequence[Json]
    first: int
    venues: dict[str, Json]
    performers: dict[str, Json]
    plans: dict[str, str]


async def open_sample(
    catalogue: CatalogueDeps, organizers: OrganizersDeps, *, folder: Path, events: int | None
) -> Sample:
    """Read at most `events` of the sample; create its organization and its seat maps if missing.

    With `events` 0 only the organization is created.
    """
    organization_id = await find_organization(organizers, name=DEMO_ORGANIZATION)
    if organization_id is None:
        organization_id = await create_organization(organizers, name=DEMO_ORGANIZATION)
    if events == 0:
        return Sample(organization_id, [], 0, {}, {}, {})
    plans = await _load_seating_plans(catalogue, organization_id, folder)
    venues = {venue["id"]: venue for venue in _read(folder / "venues.jsonl.gz")}
    performers = {performer["id"]: performer for performer in _read(folder / "performers.jsonl.gz")}
    chosen = list(_read(folder / "events.jsonl.gz"))[:events]
    first = _choose_first(chosen, venues, plans)
    return Sample(organization_id, _in_front(first, chosen), len(first), venues, performers, plans)


async def import_part(
    catalogue: CatalogueDeps, sample: Sample, events: Sequence[Json], progress: Callable[[int], None]
) -> None:
    """Import some events of the sample and the records they refer to; call `progress` with the number of events done.

    Raises `RuntimeError` if a line of the sample is refused, which is a defect.
    """
    venue_ids = dict.fromkeys(event["venue_id"] for event in events if "venue_id" in event)
    performer_ids = dict.fromkeys(id_ for event in events for id_ in event["performer_ids"])
    named = [*(sample.venues[id_] for id_ in venue_ids), *(sample.performers[id_] for id_ in performer_ids)]
    now = catalogue.now()
    staged = (stage(event, sample.venues.get(event.get("venue_id", "")), sample.plans, now) for event in events)
    report = await import_lines(
        catalogue,
        organization_id=sample.organization_id,
        chunks=_chunks(named, staged),
        progress=lambda done: progress(max(0, done - len(named))),
    )
    if report.failed:
        raise RuntimeError(f"{report.failed} lines of the sample were refused, first: {report.failures[:3]}")


async def fill_catalogue(
    catalogue: CatalogueDeps,
    organizers: OrganizersDeps,
    *,
    folder: Path,
    events: int | None,
    progress: Progress,
) -> DemoOrganizer:
    """Import at most `events` of the sample and return the demo organizer with a new key.

    Calls `progress` with (events done, events in total).
    """
    sample = await open_sample(catalogue, organizers, folder=folder, events=events)
    total = len(sample.events)
    await import_part(catalogue, sample, sample.events, lambda done: progress(done, total))
    created = await create_api_key(organizers, organization_id=sample.organization_id, role=Role.OWNER, label="demo")
    return DemoOrganizer(sample.organization_id, created.key)


def _choose_first(chosen: Sequence[Json], venues: dict[str, Json], plans: dict[str, str]) -> list[Json]:
    """Return the events to load first: on sale with a seat map, spread over the whole sample.

    The choice does not depend on the date, so an interrupted load can resume.
    """
    if len(chosen) <= FIRST_EVENTS:
        return list(chosen)
    first = []
    for event in chosen[:: len(chosen) // FIRST_CANDIDATES or 1]:
        venue = venues.get(event.get("venue_id", ""))
        country = venue["country_code"] if venue else event["country_code"]
        is_on_sale = _sale_draw(event["id"]) > _LAST_DRAW_NOT_ON_SALE
        if is_on_sale and offer_of(event, venue.get("kind") if venue else None, country, plans)["seat_map_id"]:
            first.append(event)
    return first[:FIRST_EVENTS]


def _in_front(first: Sequence[Json], events: Sequence[Json]) -> list[Json]:
    ids = {event["id"] for event in first}
    return [*first, *(event for event in events if event["id"] not in ids)]


def stage(event: Json, venue: Json | None, plans: dict[str, str], now: datetime) -> Json:
    """Return the import line of a sample event, as it would be sold in the year after `now`."""
    moved = {**event, "publish": True}
    timezone = venue["timezone"] if venue else event["timezone"]
    original = event.get("local_start") or event["local_date"]
    day = move_date(date.fromisoformat(original[:10]), now.date())
    if "local_start" in event:
        moved["local_start"] = f"{day}T{event['local_start'][11:16]}"
    else:
        moved["local_date"] = day.isoformat()
    country = venue["country_code"] if venue else event["country_code"]
    moved |= offer_of(event, venue.get("kind") if venue else None, country, plans)
    return moved | _sale_of(event["id"], day, timezone, now)


def _sale_of(event_id: str, day: date, timezone: str, now: datetime) -> Json:
    """Return the sale state: mostly on sale, one in ten soon, a few over, postponed or cancelled."""
    draw = _sale_draw(event_id)
    opened = _at_ten(now.date() - timedelta(days=5 + draw), timezone)
    if draw < 10 and (day - now.date()).days > 25:
        return {"on_sale_at": _at_ten(now.date() + timedelta(days=1 + draw * 2), timezone)}
    if draw == 10:
        return {"on_sale_at": opened, "status": "cancelled"}
    if draw == 11:
        return {"on_sale_at": opened, "status": "postponed"}
    if draw == 12:
        return {"on_sale_at": opened, "off_sale_at": _at_ten(now.date() - timedelta(days=1), timezone)}
    return {"on_sale_at": opened}


def _sale_draw(event_id: str) -> int:
    return draw_of(event_id) // 7 % 100


def _at_ten(day: date, timezone: str) -> datetime:
    return to_utc(day, time(10), timezone).astimezone(UTC)


async def _load_seating_plans(catalogue: CatalogueDeps, organization_id: str, folder: Path) -> dict[str, str]:
    """Return the ids of the sample's seat maps by file name; create the missing ones."""
    known, _ = await list_seat_maps(catalogue, organization_id=organization_id, q="", page=0, size=100)
    ids = {seat_map.name: seat_map.id for seat_map in known}
    plans = {}
    for path in sorted((folder / "seat_maps").glob("*.json.gz")):
        plan = msgspec.json.decode(gzip.decompress(path.read_bytes()), type=SeatingPlan)
        if plan.name not in ids:
            draft = SeatMapDraft(name=plan.name, plan=plan)
            record = await create_seat_map(catalogue, organization_id=organization_id, draft=draft)
            ids[plan.name] = record.id
        plans[path.name.removesuffix(".json.gz")] = ids[plan.name]
    return plans


def _read(path: Path) -> Iterator[Json]:
    decoder = msgspec.json.Decoder(Json)
    with gzip.open(path) as lines:
        for line in lines:
            yield decoder.decode(line)


async def _chunks(*sources: Any) -> AsyncIterator[bytes]:
    """Yield JSON Lines in chunks of some hundred lines."""
    lines: list[Json] = []
    for source in sources:
        for line in source:
            lines.append(line)
            if len(lines) >= LINES_PER_CHUNK:
                yield msgspec.json.Encoder().encode_lines(lines)
                lines.clear()
    yield msgspec.json.Encoder().encode_lines(lines)
