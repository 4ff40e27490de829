import gzip
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from admitone.catalogue.contracts import EventStatus
from admitone.catalogue.domain.event_filter import EventFilter
from admitone.catalogue.domain.import_lines import Report
from admitone.catalogue.usecases.browsing import get_performer_view
from admitone.catalogue.usecases.documents import read_documents, scan_documents
from admitone.catalogue.usecases.events import list_events
from admitone.catalogue.usecases.import_lines import import_lines
from admitone.demo.sample import fill_catalogue
from admitone.kit.postgres import Pool
from admitone.runtime.bundled_facts import SAMPLE_FOLDER
from tests.catalogue_fixtures import Env

KÖLN = {"city": "Köln", "country_code": "DE", "timezone": "Europe/Berlin"}
VENUE = {"type": "venue", "id": "v1", "name": "Halle", **KÖLN}
PERFORMER = {"type": "performer", "id": "p1", "name": "Björk", "aliases": ["Bjork"]}
EVENT = {
    "type": "event",
    "id": "e1",
    "name": "Cornucopia",
    "segment": "music",
    "venue_id": "v1",
    "performer_ids": ["p1"],
    "local_start": "2026-12-31T19:30",
    "price_levels": [{"name": "Standing", "price": {"amount": 4000, "currency": "EUR"}}],
    "general_admission": [{"name": "Floor", "capacity": 100, "price_level": "Standing"}],
    "publish": True,
}


@pytest.fixture
def env(pool: Pool) -> Env:
    return Env(pool)


async def load(env: Env, organization_id: str, *lines: dict[str, Any] | bytes) -> Report:
    async def chunks() -> AsyncIterator[bytes]:
        for line in lines:
            yield (line if isinstance(line, bytes) else json.dumps(line).encode()) + b"\n"

    return await import_lines(env.deps, organization_id=organization_id, chunks=chunks())


def counts(report: Report) -> tuple[int, int, int, int]:
    return report.created, report.updated, report.unchanged, report.failed


async def test_kinds_may_come_in_any_order(env: Env) -> None:
    report = await load(env, await env.organization(), EVENT, PERFORMER, VENUE)
    assert counts(report) == (3, 0, 0, 0)


async def test_an_imported_event_is_announced_with_its_terms(env: Env) -> None:
    await load(env, await env.organization(), VENUE, PERFORMER, EVENT)
    (terms,) = env.announced
    assert (
        terms.published,
        terms.status,
        terms.currency,
        terms.capacity,
        terms.revision,
    ) == (True, EventStatus.SCHEDULED, "EUR", 100, 1)


async def test_the_same_lines_again_change_nothing(env: Env) -> None:
    organization_id = await env.organization()
    await load(env, organization_id, VENUE, PERFORMER, EVENT)
    env.announced.clear()
    assert counts(await load(env, organization_id, EVENT, VENUE, PERFORMER)) == (0, 0, 3, 0)
    assert env.announced == []


async def test_a_changed_line_updates_what_it_created(env: Env) -> None:
    organization_id = await env.organization()
    await load(env, organization_id, VENUE, PERFORMER, EVENT)
    report = await load(env, organization_id, {**EVENT, "name": "Cornucopia II"})
    assert counts(report) == (0, 1, 0, 0)
    events, total = await list_events(env.deps, organization_id=organization_id, wanted=EventFilter(), page=0, size=10)
    assert [(event.name, event.revision, event.external_id) for event in events] == [("Cornucopia II", 2, "e1")]
    assert total == 1


async def test_the_last_of_several_lines_about_one_object_wins(env: Env) -> None:
    organization_id = await env.organization()
    lines = [{**EVENT, "name": f"Night {i}"} for i in range(3)]
    assert counts(await load(env, organization_id, VENUE, PERFORMER, *lines)) == (3, 2, 0, 0)
    events, _ = await list_events(env.deps, organization_id=organization_id, wanted=EventFilter(), page=0, size=10)
    assert [event.name for event in events] == ["Night 2"]


async def test_bad_lines_are_named_and_good_ones_stored(env: Env) -> None:
    report = await load(
        env,
        await env.organization(),
        VENUE,
        b"{nonsense",
        {**EVENT, "id": "e2", "venue_id": "v9"},
        {**EVENT, "id": "e3", "performer_ids": []},
        {**PERFORMER, "id": "p\0"},
        {**EVENT, "id": "e4", "performer_ids": [], "local_start": "2027-03-28T02:30"},
        {**VENUE, "id": "v2", "timezone": "Mars/Base"},
    )
    assert counts(report) == (2, 0, 0, 5)
    assert [(failure.line, failure.id, failure.code, failure.pointer) for failure in report.failures] == [
        (2, None, "malformed-line", ""),
        (3, "e2", "unknown-reference", "/venue_id"),
        (5, "p\0", "invalid-line", "/id"),
        (6, "e4", "invalid-line", "/local_start"),
        (7, "v2", "invalid-line", "/timezone"),
    ]


async def test_organizations_do_not_see_each_others_ids(env: Env) -> None:
    await load(env, await env.organization(), VENUE, PERFORMER)
    report = await load(env, await env.organization("Wiener Bühnen"), EVENT)
    assert [failure.pointer for failure in report.failures] == ["/venue_id"]


async def test_a_new_name_of_a_venue_announces_its_events_again(env: Env) -> None:
    organization_id = await env.organization()
    await load(env, organization_id, VENUE, PERFORMER, EVENT)
    env.announced.clear()
    await load(env, organization_id, {**VENUE, "name": "Neue Halle"})
    assert [terms.revision for terms in env.announced] == [2]


async def test_a_new_time_zone_of_a_venue_keeps_the_local_time(env: Env) -> None:
    organization_id = await env.organization()
    await load(env, organization_id, VENUE, PERFORMER, EVENT)
    await load(env, organization_id, {**VENUE, "timezone": "Europe/London"})
    ((event,), _) = await list_events(env.deps, organization_id=organization_id, wanted=EventFilter(), page=0, size=10)
    assert event.starts_at is not None
    assert (event.local_time, event.starts_at.isoformat()) == ("19:30", "2026-12-31T19:30:00+00:00")


async def test_sold_events_keep_their_areas_and_stay_published(env: Env) -> None:
    organization_id = await env.organization()
    await load(env, organization_id, VENUE, PERFORMER, EVENT)
    env.sold.add(env.announced[0].event_id)
    changes: list[dict[str, Any]] = [{"general_admission": []}, {"publish": False}]
    for change in changes:
        report = await load(env, organization_id, {**EVENT, **change})
        assert [failure.code for failure in report.failures] == ["has-sales"]


async def test_documents_have_the_names_that_people_type(env: Env) -> None:
    await load(env, await env.organization(), VENUE, PERFORMER, EVENT)
    event_id = env.announced[0].event_id
    (document,) = await read_documents(env.deps, (event_id, "evt_none"))
    assert (
        document.external_id,
        document.venue.name,
        document.venue.city,
        document.performers[0].aliases,
        document.price_min,
    ) == ("e1", "Halle", "Köln", ("Bjork",), 4000)


async def test_drafts_have_no_document(env: Env) -> None:
    await load(env, await env.organization(), VENUE, PERFORMER, {**EVENT, "publish": False})
    assert await read_documents(env.deps, (env.announced[0].event_id,)) == []
    assert await scan_documents(env.deps, "", 10) == []


async def test_a_scan_reads_all_events_in_batches(env: Env) -> None:
    events = [{**EVENT, "id": f"e{i}"} for i in range(5)]
    await load(env, await env.organization(), VENUE, PERFORMER, *events)
    found: list[str] = []
    while documents := await scan_documents(env.deps, found[-1] if found else "", 2):
        found += [document.id for document in documents]
    assert sorted(terms.event_id for terms in env.announced) == found


async def test_performers_know_how_many_events_they_have(env: Env) -> None:
    events = [{**EVENT, "id": f"e{i}"} for i in range(3)]
    await load(env, await env.organization(), VENUE, PERFORMER, *events)
    (document, *_) = await scan_documents(env.deps, "", 1)
    shown = await get_performer_view(env.deps, document.performers[0].id)
    assert (shown["event_count"], shown["page"]["total"]) == (3, 3)


async def test_more_lines_than_a_batch_are_all_stored(env: Env) -> None:
    performers = [{**PERFORMER, "id": f"p{i}", "name": f"P {i}"} for i in range(1_001)]
    events = [{**EVENT, "id": f"e{i}", "performer_ids": [f"p{i % 1001}"]} for i in range(1_001)]
    assert counts(await load(env, await env.organization(), *events, *performers, VENUE)) == (2_003, 0, 0, 0)


async def test_the_sample_loads_without_a_fault_and_only_once(env: Env) -> None:
    seen: list[tuple[int, int]] = []

    def progress(done: int, total: int) -> None:
        seen.append((done, total))

    for _ in range(2):
        organizer = await fill_catalogue(env.deps, env.organizers, folder=SAMPLE_FOLDER, events=300, progress=progress)
        _, total = await list_events(
            env.deps, organization_id=organizer.organization_id, wanted=EventFilter(), page=0, size=1
        )
        assert total == 300
    assert seen[-1][0] == seen[-1][1]
    with gzip.open(SAMPLE_FOLDER / "events.jsonl.gz") as lines:
        assert sum(1 for _ in lines) > 20_000
