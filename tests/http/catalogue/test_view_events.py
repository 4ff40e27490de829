import json
from datetime import timedelta

import msgspec
import pytest

from admitone.catalogue.contracts import Availability
from admitone.catalogue.domain.geometry_columns import COLUMNS_VERSION
from admitone.kit.postgres import Pool
from tests.catalogue_fixtures import Env
from tests.http.catalogue.steps import Client, published_event


async def test_details_have_everything_a_buyer_needs(client: Client, env: Env) -> None:
    event = await published_event(client)
    env.available[event["id"]] = Availability(event["id"], "limited", 9, 107, {"parterre": 6})
    del client.headers["authorization"]
    details = (await client.get(f"/events/details/{event['id']}")).json()
    wanted = {
        "name": "Cornucopia",
        "status": "scheduled",
        "starts_at": "2026-12-31T18:30:00Z",
        "timezone": "Europe/Berlin",
        "local_time": "19:30",
        "availability": "limited",
        "ticket_limit": 8,
        "waiting_room": {"required": False, "state": "open"},
        "revision": event["revision"],
        "live_url": f"/events/{event['id']}/live",
        "seats_url": f"/events/{event['id']}/seats",
        "url": f"/e/{event['id']}",
        "organizer": {"name": "Kölner Bühnen"},
    }
    assert wanted.items() <= details.items()
    assert [performer["name"] for performer in details["performers"]] == ["Björk"]
    assert details["venue"]["location"] == {"lat": 50.9, "lon": 6.9}
    assert [(section["kind"], section["capacity"], section["available"]) for section in details["sections"]] == [
        ("seated", 7, 6),
        ("general_admission", 100, 100),
    ]
    assert [price_level["total"]["amount"] for price_level in details["price_levels"]] == [9900, 4000]


async def test_details_are_cacheable_and_change_their_etag_with_availability(client: Client, env: Env) -> None:
    path = f"/events/details/{(event := await published_event(client))['id']}"
    first = await client.get(path)
    assert first.headers["cache-control"] == "public, max-age=1, stale-while-revalidate=5, stale-if-error=600"
    for etag in (first.headers["etag"], f"W/{first.headers['etag']}", "*"):
        known = await client.get(path, headers={"if-none-match": etag})
        assert (304, b"", first.headers["etag"]) == (known.status_code, known.content, known.headers["etag"])
    env.available[event["id"]] = Availability(event["id"], "available", 107, 107, {})
    changed = await client.get(path, headers={"if-none-match": first.headers["etag"]})
    assert (changed.status_code, changed.json()["availability"]) == (200, "available")
    assert "set-cookie" not in changed.headers


async def test_venues_and_performers_list_their_coming_events(client: Client, env: Env) -> None:
    event = await published_event(client)
    pages = (f"/venues/{event['venue_id']}", f"/performers/{event['performer_ids'][0]}")
    for page in pages:
        shown = (await client.get(page)).json()
        assert [event["id"]] == [listed["id"] for listed in shown["events"]]
        assert (shown["event_count"], shown["page"]["total"]) == (1, 1)
    env.now += timedelta(days=60)
    for page in pages:
        assert (await client.get(page)).json()["events"] == []


@pytest.mark.parametrize(("path", "code"), [("/venues/x", "venue-not-found"), ("/performers/x", "performer-not-found")])
async def test_unknown_ids_are_not_found(client: Client, path: str, code: str) -> None:
    answer = await client.get(path)
    assert (404, code) == (answer.status_code, answer.json()["code"])


async def test_venues_and_performers_are_found_without_accents(client: Client) -> None:
    await published_event(client)
    del client.headers["authorization"]
    venues = (await client.get("/venues?q=grosse halle koln")).json()
    performers = (await client.get("/performers?q=bjork")).json()
    assert (
        [venue["name"] for venue in venues["venues"]],
        [performer["name"] for performer in performers["performers"]],
    ) == (["Große Halle"], ["Björk"])
    assert (await client.get("/performers?q=nobody")).json()["performers"] == []


async def test_an_import_streams_lines_and_reports_their_results(client: Client) -> None:
    lines = [
        {
            "type": "event",
            "id": "e1",
            "name": "Matinée",
            "segment": "music",
            "city": "Köln",
            "country_code": "DE",
            "timezone": "Europe/Berlin",
            "performer_ids": [],
            "local_date": "2026-12-31",
            "publish": True,
        },
        {"type": "venue", "id": "v1"},
    ]
    body = "\n".join(json.dumps(line) for line in lines)
    answer = await client.post(
        "/organizer/imports", content=body, headers={"content-type": "application/x-ndjson; charset=utf-8"}
    )
    report = answer.json()
    assert (
        answer.status_code,
        report["created"],
        report["updated"],
        report["unchanged"],
        report["failed"],
    ) == (200, 1, 0, 0, 1)
    assert [
        (failure["line"], failure["id"], failure["code"], failure["pointer"]) for failure in report["failures"]
    ] == [(2, "v1", "invalid-line", "/name")]
    refused = await client.post("/organizer/imports", content=body, headers={"content-type": "application/json"})
    assert (refused.status_code, refused.json()["code"]) == (415, "unsupported-media-type")


async def test_the_openapi_document_describes_every_route(client: Client) -> None:
    document = msgspec.json.decode((await client.get("/schema/openapi.json")).content)
    operations = [operation["operationId"] for path in document["paths"].values() for operation in path.values()]
    assert len(operations) == len(set(operations)) == 54
    details = document["paths"]["/events/details/{event_id}"]["get"]["responses"]
    assert {"200", "304", "404"} <= set(details)


async def test_the_columns_of_a_seat_map_are_cached_for_ever(client: Client) -> None:
    event = await published_event(client)
    del client.headers["authorization"]
    path = f"/seat-maps/{event['seat_map_id']}/columns/{COLUMNS_VERSION}"
    found = await client.get(path)
    assert (found.status_code, found.json()["seat_count"]) == (200, 8)
    assert found.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert found.headers["content-encoding"] == "gzip"
    known = await client.get(path, headers={"if-none-match": found.headers["etag"]})
    plain = await client.get(path, headers={"accept-encoding": "identity"})
    others = [
        await client.get(f"/seat-maps/map_nowhere/columns/{COLUMNS_VERSION}"),
        await client.get(f"/seat-maps/{event['seat_map_id']}/columns/{COLUMNS_VERSION + 1}"),
    ]
    assert (known.status_code, plain.json()) == (304, found.json())
    assert [other.status_code for other in others] == [404, 404]


async def test_columns_that_an_older_release_did_not_store_are_made_once(client: Client, pool: Pool) -> None:
    event = await published_event(client)
    path = f"/seat-maps/{event['seat_map_id']}/columns/{COLUMNS_VERSION}"
    stored = await client.get(path)
    sql = "UPDATE catalogue.seat_maps SET geometry_columns_gzip = NULL WHERE id = %s"
    kept = "SELECT geometry_columns_gzip IS NOT NULL AS kept FROM catalogue.seat_maps WHERE id = %s"
    async with pool.connection() as conn:
        await conn.execute(sql, (event["seat_map_id"],))
    made = await client.get(path)
    async with pool.connection() as conn:
        row = await (await conn.execute(kept, (event["seat_map_id"],))).fetchone()
    assert (made.json(), made.headers["etag"]) == (stored.json(), stored.headers["etag"])
    assert row == {"kept": True}
