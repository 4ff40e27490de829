"""Every change by a person or a key is in the audit trail; an entry is never changed."""

import csv
import io
from typing import Any

import httpx
import psycopg
import pytest

from admitone.kit.postgres import Pool
from admitone.organizers.contracts import Role
from admitone.organizers.usecases.api_keys import create_api_key
from admitone.organizers.usecases.deps import Deps
from admitone.organizers.usecases.organizations import create_organization
from tests.catalogue_fixtures import PERFORMER, VENUE, small_seating_plan
from tests.http.console.browsing import text_of
from tests.http.console.conftest import ApiOf, SignIn
from tests.http.console.programme import new_event


async def test_a_change_by_a_key_is_recorded_once(api_of: ApiOf, organizers: Deps, house: str, sign_in: SignIn) -> None:
    created = await create_api_key(organizers, organization_id=house, role=Role.MANAGER, label="season import")
    api = api_of(created.key)
    key = {"Idempotency-Key": "one"}

    made = await api.post("/organizer/venues", json=VENUE, headers=key)
    await api.post("/organizer/venues", json=VENUE, headers=key)
    await api.post("/organizer/venues", json={**VENUE, "timezone": "Nowhere"})
    page = await (await sign_in(Role.OWNER)).get("/console/audit?actor=key")
    trail = (await api.get("/organizer/audit", params={"actor": "key"})).json()

    assert trail["page"]["total"] == 1
    entry: dict[str, Any] = trail["entries"][0]
    assert entry["actor"] == {"kind": "key", "id": created.id, "name": "season import"}
    assert (entry["action"], entry["subject"]) == ("createVenue", f"venues/{made.json()['id']}")
    assert (entry["address"], entry["sent"]["name"]) == ("203.0.113.9", VENUE["name"])
    assert "season import (API key)" in text_of(page)
    assert "Create venue" in text_of(page)


async def test_a_change_by_a_person_names_them_and_their_address(sign_in: SignIn) -> None:
    browser = await sign_in(Role.OWNER)

    trail = text_of(await browser.get("/console/audit?q=signIn"))

    assert "Ada owner" in trail
    assert "203.0.113.7" in trail


async def test_a_change_on_a_screen_is_recorded_once_and_without_the_form(sign_in: SignIn) -> None:
    browser = await sign_in(Role.OWNER)

    await browser.send("/console/keys/new", name="gate", role="scanner")
    trail = text_of(await browser.get("/console/audit?actor=person"))

    assert "2 changes, the newest first" in trail  # the sign-in, and the key
    assert "Create api key" in trail


async def test_a_preview_is_no_change(sign_in: SignIn) -> None:
    browser = await sign_in(Role.MANAGER)
    event = await new_event(browser)
    week = {"slots.0.time": "19:30", "slots.0.weekdays": ["thu"], "every_weeks": "1", "starts_on": "2030-06-01"}
    preview = await browser.send(f"{event}/repeat", **week, count="2")
    trail = text_of(await (await sign_in(Role.OWNER)).get("/console/audit?actor=person"))

    assert "2 new dates" in text_of(preview)
    assert ("Create event" in trail, "Preview series" in trail) == (True, False)


async def test_the_trail_is_searched_and_exported(api_of: ApiOf, organizers: Deps, house: str, sign_in: SignIn) -> None:
    created = await create_api_key(organizers, organization_id=house, role=Role.MANAGER, label="=import()")
    for name in ("Great Hall", "Small Hall"):
        await api_of(created.key).post("/organizer/venues", json={**VENUE, "name": name})
    browser = await sign_in(Role.MANAGER)

    found = text_of(await browser.get("/console/audit?q=great%20hall"))
    nothing = text_of(await browser.get("/console/audit?q=100%25"))
    export = await browser.get("/console/audit.csv?actor=key")

    assert "1 change, the newest first" in found
    assert "No changes found" in nothing
    rows = list(csv.DictReader(io.StringIO(export.content.decode("utf-8-sig"))))
    assert [(row["actor_name"], row["action"]) for row in rows] == [("'=import()", "createVenue")] * 2
    assert export.headers["Content-Disposition"] == 'attachment; filename="audit.csv"'


async def test_a_change_says_what_there_was_before(
    api_of: ApiOf, organizers: Deps, house: str, sign_in: SignIn
) -> None:
    key = (await create_api_key(organizers, organization_id=house, role=Role.MANAGER, label="import")).key
    api = api_of(key)
    venue = (await api.post("/organizer/venues", json=VENUE)).json()
    performer = (await api.post("/organizer/performers", json=PERFORMER)).json()
    draft = {
        "name": "Cornucopia",
        "segment": "music",
        "venue_id": venue["id"],
        "performer_ids": [performer["id"]],
        "local_start": "2030-12-31T19:30",
        "price_levels": [{"name": "Standing", "price": {"amount": 4000, "currency": "EUR"}}],
        "general_admission": [{"name": "Floor", "capacity": 100, "price_level": "Standing"}],
    }
    event = (await api.post("/organizer/events", json=draft)).json()
    level, price = event["price_levels"][0]["id"], {"amount": 4500, "currency": "EUR"}

    answers = [
        await api.patch(f"/organizer/events/{event['id']}", json={"name": "Cornucopia II"}),
        await api.patch(f"/organizer/price-levels/{level}", json={"price": price}),
        await api.put(f"/organizer/venues/{venue['id']}", json={**VENUE, "name": "Great Hall"}),
        await api.patch(f"/organizer/performers/{performer['id']}", json={"name": PERFORMER["name"]}),
    ]
    entries = (await api.get("/organizer/audit", params={"actor": "key"})).json()["entries"][:4]
    page = text_of(await (await sign_in(Role.OWNER)).get("/console/audit"))

    assert [answer.status_code for answer in answers] == [200] * 4
    assert [entry["differences"] for entry in reversed(entries)] == [
        [{"name": "name", "before": "Cornucopia", "after": "Cornucopia II"}],
        [{"name": "price", "before": draft["price_levels"][0]["price"], "after": price}],
        [{"name": "name", "before": VENUE["name"], "after": "Great Hall"}],
        [],
    ]
    assert '"Cornucopia" → "Cornucopia II"' in page


async def test_an_action_says_in_which_state_there_was_what_it_changed(
    api_of: ApiOf, organizers: Deps, house: str
) -> None:
    key = (await create_api_key(organizers, organization_id=house, role=Role.OWNER, label="import")).key
    api = api_of(key)
    venue = (await api.post("/organizer/venues", json=VENUE)).json()
    draft = {
        "name": "Cornucopia",
        "segment": "music",
        "venue_id": venue["id"],
        "local_start": "2030-12-31T19:30",
        "price_levels": [{"name": "Standing", "price": {"amount": 4000, "currency": "EUR"}}],
        "general_admission": [{"name": "Floor", "capacity": 100, "price_level": "Standing"}],
    }
    event = f"/organizer/events/{(await api.post('/organizer/events', json=draft)).json()['id']}"
    other = f"/organizer/events/{(await api.post('/organizer/events', json=draft)).json()['id']}"
    body = {"name": "Small hall", "plan": small_seating_plan()}
    seat_map = f"/organizer/seat-maps/{(await api.post('/organizer/seat-maps', json=body)).json()['id']}"
    moved = "2030-12-30T19:30"

    answers = [
        await api.post(f"{event}/publication"),
        await api.post(f"{event}/postponement", json={"local_start": moved}),
        await api.put(f"{event}/transfers", json={"allowed": False}),
        await api.put(f"{event}/resale-terms", json={"waiting_list": "off"}),
        await api.post(f"{event}/cancellation"),
        await api.delete(other),
        await api.patch(seat_map, json={"name": "Great hall"}),
        await api.delete(seat_map),
        await api.put("/organizer/mail-identity", json={"sender_name": "Oper"}),
    ]
    entries = (await api.get("/organizer/audit", params={"actor": "key", "size": 9})).json()["entries"]
    before = {entry["action"]: entry["before"] for entry in entries}

    assert [answer.status_code < 300 for answer in answers] == [True] * 9, [answer.text for answer in answers]
    assert before["publishEvent"] == {"name": "Cornucopia", "status": "draft", "published": False}
    assert before["postponeEvent"] == {"local_start": "2030-12-31T19:30"}
    assert before["setTransferTerms"] == {"allowed": True}
    assert before["cancelEvent"] == {"name": "Cornucopia", "status": "rescheduled", "published": True}
    assert before["deleteEvent"] == {"name": "Cornucopia", "status": "draft", "published": False}
    assert before["changeSeatMap"] == {"name": "Small hall"}
    assert before["deleteSeatMap"]["name"] == "Great hall"
    assert before["changeMailIdentity"] == {"sender_name": None}
    assert before["putResaleTerms"] == {"waiting_list": "in_order"}


async def test_secrets_and_buyers_are_left_out(api_of: ApiOf, organizers: Deps, house: str, console_pool: Pool) -> None:
    key = (await create_api_key(organizers, organization_id=house, role=Role.MANAGER, label="import")).key
    await api_of(key).post("/organizer/seat-maps", json={"name": "Hall", "plan": {"name": "x" * 9_000}})
    await api_of(key).post("/organizer/venues", json=VENUE)

    async with console_pool.connection() as conn:
        statement = "SELECT sent::text FROM organizers.audit_entries WHERE organization_id = %s AND sent IS NOT NULL"
        rows = await (await conn.execute(statement, [house])).fetchall()

    assert rows
    assert all("xxxx" not in row["sent"] for row in rows)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE organizers.audit_entries SET actor_name = 'nobody'",
        "DELETE FROM organizers.audit_entries",
        "TRUNCATE organizers.audit_entries",
    ],
)
async def test_an_entry_is_never_rewritten(sign_in: SignIn, console_pool: Pool, statement: str) -> None:
    await sign_in(Role.OWNER)

    async with console_pool.connection() as conn:
        with pytest.raises(psycopg.errors.RaiseException, match="append-only"):
            await conn.execute(statement.encode())


async def test_another_organization_sees_nothing_of_it(api_of: ApiOf, organizers: Deps, sign_in: SignIn) -> None:
    await sign_in(Role.OWNER)
    other = await create_organization(organizers, name="Wiener Bühnen")
    key = (await create_api_key(organizers, organization_id=other, role=Role.OWNER, label="theirs")).key

    answer: httpx.Response = await api_of(key).get("/organizer/audit")

    assert answer.json()["page"]["total"] == 0
