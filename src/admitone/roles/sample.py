"""The sample that ships with the repository: real events, moved into the coming year, with made-up prices.

Loading is an ordinary import by an ordinary organization, so it can run again: what is there is updated.
"""

import gzip
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import msgspec

from admitone.catalogue.domain.local_time import to_utc
from admitone.catalogue.domain.seat_plan import Plan, SeatMapDraft
from admitone.catalogue.usecases.create_seat_map import create_seat_map
from admitone.catalogue.usecases.deps import Deps as CatalogueDeps
from admitone.catalogue.usecases.import_lines import import_lines
from admitone.catalogue.usecases.list_seat_maps import list_seat_maps
from admitone.kit.redis import open_redis
from admitone.organizers.contracts import Role
from admitone.organizers.usecases.create_api_key import create_api_key
from admitone.organizers.usecases.create_organization import create_organization
from admitone.organizers.usecases.deps import Deps as OrganizersDeps
from admitone.organizers.usecases.find_organization import find_organization
from admitone.roles.sample_dates import move_date
from admitone.roles.sample_facts import SAMPLE_FOLDER
from admitone.roles.sample_offers import draw_of, offer_of
from admitone.roles.settings import Settings
from admitone.roles.wiring import open_wiring

DEMO_ORGANIZATION = "AdmitOne demo"
LINES_PER_CHUNK = 200

Json = dict[str, Any]
Progress = Callable[[int, int], None]


class DemoOrganizer(msgspec.Struct, frozen=True):
    organization_id: str
    api_key: str


async def load_sample(settings: Settings, *, events: int | None, progress: Progress) -> DemoOrganizer:
    """Load at most `events` of the sample and return the demo organizer with a new key.

    `progress` is called with (lines done, lines in all).
    """
    async with open_redis(settings.redis_url) as redis, open_wiring(settings, redis) as wiring:
        return await fill_catalogue(
            wiring.catalogue, wiring.organizers, folder=SAMPLE_FOLDER, events=events, progress=progress
        )


async def fill_catalogue(
    catalogue: CatalogueDeps,
    organizers: OrganizersDeps,
    *,
    folder: Path,
    events: int | None,
    progress: Progress,
) -> DemoOrganizer:
    """Likewise, with deps that are open. Raises `RuntimeError` where a line of the sample is refused: a defect."""
    organization_id = await find_organization(organizers, name=DEMO_ORGANIZATION)
    if organization_id is None:
        organization_id = await create_organization(organizers, name=DEMO_ORGANIZATION)
    plans = await _load_plans(catalogue, organization_id, folder)
    chosen = list(_read(folder / "events.jsonl.gz"))[:events]
    venues = _used(folder / "venues.jsonl.gz", {one.get("venue_id") for one in chosen})
    performers = _used(folder / "performers.jsonl.gz", {id_ for one in chosen for id_ in one["performer_ids"]})
    total = len(chosen) + len(venues) + len(performers)
    places = {one["id"]: one for one in venues}
    now = catalogue.now()
    staged = (stage(one, places.get(one.get("venue_id", "")), plans, now) for one in chosen)
    report = await import_lines(
        catalogue,
        organization_id=organization_id,
        chunks=_chunks([*venues, *performers], staged),
        progress=lambda done: progress(done, total),
    )
    if report.failed:
        raise RuntimeError(f"{report.failed} lines of the sample were refused, first: {report.failures[:3]}")
    created = await create_api_key(organizers, organization_id=organization_id, role=Role.OWNER, label="demo")
    api_key = created.key
    return DemoOrganizer(organization_id, api_key)


def stage(event: Json, venue: Json | None, plans: dict[str, str], now: datetime) -> Json:
    """Return the import line of an event of the sample, as it would be sold in the year after `now`."""
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
    """Most are on sale; one in ten soon is, a few are over, postponed or cancelled."""
    draw = draw_of(event_id) // 7 % 100
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


def _at_ten(day: date, timezone: str) -> datetime:
    return to_utc(day, time(10), timezone).astimezone(UTC)


async def _load_plans(catalogue: CatalogueDeps, organization_id: str, folder: Path) -> dict[str, str]:
    """Return the ids of the sample's seat maps by file name; those that are there are not drawn again."""
    known, _ = await list_seat_maps(catalogue, organization_id=organization_id, q="", page=0, size=100)
    ids = {one.name: one.id for one in known}
    plans = {}
    for path in sorted((folder / "seat_maps").glob("*.json.gz")):
        plan = msgspec.json.decode(gzip.decompress(path.read_bytes()), type=Plan)
        if plan.name not in ids:
            draft = SeatMapDraft(name=plan.name, plan=plan)
            record = await create_seat_map(catalogue, organization_id=organization_id, draft=draft)
            ids[plan.name] = record.id
        plans[path.name.removesuffix(".json.gz")] = ids[plan.name]
    return plans


def _used(path: Path, ids: set[str | None]) -> list[Json]:
    return [one for one in _read(path) if one["id"] in ids]


def _read(path: Path) -> Iterator[Json]:
    decoder = msgspec.json.Decoder(Json)
    with gzip.open(path) as lines:
        for line in lines:
            yield decoder.decode(line)


async def _chunks(*sources: Any) -> AsyncIterator[bytes]:
    """Yield JSON Lines, some hundred lines at a time."""
    lines: list[Json] = []
    for source in sources:
        for one in source:
            lines.append(one)
            if len(lines) >= LINES_PER_CHUNK:
                yield msgspec.json.Encoder().encode_lines(lines)
                lines.clear()
    yield msgspec.json.Encoder().encode_lines(lines)
