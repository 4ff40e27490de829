from typing import Any

import pytest

from admitone.organizers.contracts import Role
from tests.catalogue_fixtures import PERFORMER, VENUE, Env
from tests.http.catalogue.steps import Client, created, event_body, pointers, published_event

KINDS = [("venues", "venue", VENUE), ("performers", "performer", PERFORMER)]


@pytest.mark.parametrize(("kind", "word", "body"), KINDS)
async def test_a_written_venue_is_read_back(client: Client, kind: str, word: str, body: dict[str, Any]) -> None:
    written = await created(client, kind, body)
    answer = await client.get(f"/organizer/{kind}/{written['id']}")
    assert written == answer.json()
    assert body.items() <= answer.json().items()
    assert answer.headers["etag"] == '"1"'


@pytest.mark.parametrize(("kind", "word", "body"), KINDS)
async def test_another_organizations_id_is_not_found(
    client: Client, env: Env, kind: str, word: str, body: dict[str, Any]
) -> None:
    path = f"/organizer/{kind}/{(await created(client, kind, body))['id']}"
    client.headers["authorization"] = f"Bearer {await env.key(await env.organization('Wiener Bühnen'))}"
    for answer in (
        await client.get(path),
        await client.put(path, json=body),
        await client.patch(path, json={"name": "Mine"}),
        await client.delete(path),
    ):
        assert (404, f"{word}-not-found") == (answer.status_code, answer.json()["code"])
    assert (await client.get(f"/organizer/{kind}")).json()["page"]["total"] == 0


@pytest.mark.parametrize(("kind", "word", "body"), KINDS)
async def test_a_lost_update_is_refused(client: Client, kind: str, word: str, body: dict[str, Any]) -> None:
    path = f"/organizer/{kind}/{(await created(client, kind, body))['id']}"
    first = await client.patch(path, json={"name": "First"}, headers={"if-match": '"1"'})
    assert (first.status_code, first.headers["etag"]) == (200, '"2"')
    for answer in (
        await client.patch(path, json={"name": "Second"}, headers={"if-match": '"1"'}),
        await client.put(path, json=body, headers={"if-match": '"1"'}),
        await client.delete(path, headers={"if-match": '"1"'}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (412, "version-mismatch")
    assert (await client.get(path)).json()["name"] == "First"


async def test_put_replaces_and_patch_changes_only_the_members_it_names(client: Client) -> None:
    path = f"/organizer/performers/{(await created(client, 'performers', PERFORMER))['id']}"
    patched = (await client.patch(path, json={"kind": "singer"})).json()
    assert ("singer", PERFORMER["aliases"]) == (patched["kind"], patched["aliases"])
    replaced = (await client.put(path, json={"name": "Björk"})).json()
    assert (replaced["kind"], replaced["aliases"]) == (None, [])


async def test_null_in_a_patch_removes_an_optional_member(client: Client) -> None:
    path = f"/organizer/venues/{(await created(client, 'venues', VENUE))['id']}"
    assert (await client.patch(path, json={"location": None})).json()["location"] is None
    assert pointers((await client.patch(path, json={"name": None})).json()) == ["/name"]


async def test_every_fault_of_a_venue_is_named(client: Client) -> None:
    body = {"name": "", "city": 7, "location": {"lat": 91, "lon": 0}, "colour": "red"}
    answer = await client.post("/organizer/venues", json=body)
    assert answer.status_code == 422
    wanted = {"/name", "/city", "/country_code", "/timezone", "/location/lat", "/colour"}
    assert wanted == set(pointers(answer.json()))


async def test_unknown_codes_and_nul_characters_are_named(client: Client) -> None:
    answer = await client.post("/organizer/venues", json={**VENUE, "country_code": "QQ", "timezone": "Mars/Base"})
    assert pointers(answer.json()) == ["/country_code", "/timezone"]
    answer = await client.post("/organizer/venues", json={**VENUE, "timezone": "a\0b", "address": "a\0b"})
    assert pointers(answer.json()) == ["/address"]


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b'{"name":', 400, "malformed-body"),
        (b"[" * 100_000, 400, "malformed-body"),
        (b'{"name":"\xff"}', 400, "malformed-body"),
        (b"[]", 422, "invalid-body"),
        (b"null", 422, "invalid-body"),
    ],
)
async def test_a_body_that_cannot_be_read_is_explained(client: Client, content: bytes, status: int, code: str) -> None:
    answer = await client.post("/organizer/venues", content=content, headers={"content-type": "application/json"})
    assert (status, code) == (answer.status_code, answer.json()["code"])


async def test_without_a_key_nothing_is_read_not_even_the_body(client: Client) -> None:
    del client.headers["authorization"]
    answer = await client.post("/organizer/venues", content=b"{")
    assert (
        answer.status_code,
        answer.json()["code"],
        answer.headers["www-authenticate"],
    ) == (401, "not-authenticated", "Bearer")


async def test_the_box_office_reads_and_does_not_write(client: Client, env: Env) -> None:
    key = await env.key(await env.organization("Theater"), Role.BOX_OFFICE)
    client.headers["authorization"] = f"Bearer {key}"
    assert (await client.get("/organizer/venues")).status_code == 200
    answer = await client.post("/organizer/venues", json=VENUE)
    assert (answer.status_code, answer.json()["code"]) == (403, "role-missing")


async def test_lists_are_sorted_paged_and_searchable(client: Client) -> None:
    for name in ("Zirkus", "Ärztehaus", "Bühne"):
        await created(client, "venues", {**VENUE, "name": name})
    listed = (await client.get("/organizer/venues?size=2")).json()
    assert [venue["name"] for venue in listed["venues"]] == ["Ärztehaus", "Bühne"]
    assert listed["page"] == {"number": 0, "size": 2, "total": 3, "total_pages": 2}
    assert [venue["name"] for venue in (await client.get("/organizer/venues?size=2&page=1")).json()["venues"]] == [
        "Zirkus"
    ]
    assert [venue["name"] for venue in (await client.get("/organizer/venues?q=buhne koln")).json()["venues"]] == [
        "Bühne"
    ]
    assert (await client.get("/organizer/venues?q=%25")).json()["venues"] == []


@pytest.mark.parametrize("query", ["size=0", "size=101", "page=-1", "page=x"])
async def test_an_invalid_page_parameter_is_refused_by_name(client: Client, query: str) -> None:
    answer = await client.get(f"/organizer/venues?{query}")
    assert (400, "invalid-parameter", query.partition("=")[0]) == (
        answer.status_code,
        answer.json()["code"],
        answer.json()["parameter"],
    )


async def test_a_venue_in_use_cannot_be_deleted(client: Client) -> None:
    event = await created(client, "events", await event_body(client))
    path = f"/organizer/venues/{event['venue_id']}"
    answer = await client.delete(path)
    assert (answer.status_code, answer.json()["code"], answer.json()["events"]) == (409, "in-use", 1)
    assert (await client.delete(f"/organizer/events/{event['id']}")).status_code == 204
    assert (await client.delete(path)).status_code == 204
    assert (await client.get(path)).status_code == 404


async def test_a_new_name_of_a_performer_announces_their_published_events(client: Client, env: Env) -> None:
    event = await published_event(client)
    env.announced.clear()
    await client.patch(f"/organizer/performers/{event['performer_ids'][0]}", json={"name": "Björk G."})
    assert [(event["id"], 3)] == [(terms.event_id, terms.revision) for terms in env.announced]
