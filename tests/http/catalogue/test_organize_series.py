from typing import Any

from tests.catalogue_fixtures import Env
from tests.http.catalogue.steps import Client, Json, created, event_body, pointers

EVENINGS = {"slots": [{"time": "19:30", "weekdays": ["thu", "fri", "sat"]}], "until": "2027-01-09"}
# The event of `event_body` is on Thursday 31 December 2026: it is the first of six dates.


async def series_of(client: Client, **members: Any) -> tuple[Json, Json]:
    """Return the repeated event and the answer."""
    event = await created(client, "events", await event_body(client))
    return event, await created(client, "series", {"event_id": event["id"], "pattern": EVENINGS, **members})


async def dates_of(client: Client, series_id: str) -> list[Json]:
    found: list[Json] = (await client.get("/organizer/events", params={"series_id": series_id})).json()["events"]
    return found


async def test_an_event_is_repeated_on_the_dates_of_a_pattern(client: Client) -> None:
    source, answer = await series_of(client)
    series, added = answer["series"], answer["added"]
    assert (series["name"], series["date_count"]) == (source["name"], 6)
    assert (series["first_date"], series["last_date"]) == ("2026-12-31", "2027-01-09")
    assert (added["new"], added["existing"], added["skipped"]) == (5, 1, 0)
    dates = await dates_of(client, series["id"])
    assert [date["local_date"][5:] for date in dates] == ["12-31", "01-01", "01-02", "01-07", "01-08", "01-09"]
    assert {date["status"] for date in dates} == {"draft"}
    assert len({level["id"] for date in dates for level in date["price_levels"]}) == 6 * 2
    assert dates[0]["id"] == source["id"]
    same = ("name", "capacity", "seat_map_id", "currency", "ticket_limit", "local_time")
    assert {tuple(date[member] for member in same) for date in dates} == {tuple(source[member] for member in same)}


async def test_doors_end_and_end_of_the_sale_move_and_the_opening_stays(client: Client) -> None:
    moments = {
        "doors_at": "2026-12-31T17:30:00Z",
        "ends_at": "2026-12-31T21:00:00Z",
        "off_sale_at": "2026-12-31T18:00:00Z",
        "on_sale_at": "2026-11-01T09:00:00Z",
    }
    source = await created(client, "events", await event_body(client, **moments))
    body = {"event_id": source["id"], "pattern": {**EVENINGS, "until": "2027-01-01"}}
    answer = await created(client, "series", body)
    _, second = await dates_of(client, answer["series"]["id"])
    assert {name: second[name] for name in moments} == {
        "doors_at": "2027-01-01T17:30:00Z",
        "ends_at": "2027-01-01T21:00:00Z",
        "off_sale_at": "2027-01-01T18:00:00Z",
        "on_sale_at": "2026-11-01T09:00:00Z",
    }
    early = {"slots": [{"time": "19:30", "weekdays": ["sat"]}], "starts_on": "2026-10-03", "until": "2026-10-04"}
    path = f"/organizer/series/{answer['series']['id']}/dates"
    refused = await client.post(path, json={"event_id": source["id"], "pattern": early})
    assert (refused.status_code, set(pointers(refused.json()))) == (422, {"/pattern"})
    assert "The sale opens (on_sale_at) after the event starts" in refused.json()["detail"]


async def test_a_preview_stores_nothing_and_says_what_the_clocks_skip(client: Client) -> None:
    event = await created(client, "events", await event_body(client))
    pattern = {"slots": [{"time": "02:30", "weekdays": ["sun"]}], "starts_on": "2027-03-21", "until": "2027-04-04"}
    answer = await client.post("/organizer/series/preview", json={"event_id": event["id"], "pattern": pattern})
    assert answer.status_code == 200
    assert [(date["local_start"], date["state"]) for date in answer.json()["dates"]] == [
        ("2027-03-21T02:30", "new"),
        ("2027-03-28T02:30", "skipped"),
        ("2027-04-04T02:30", "new"),
    ]
    assert (await client.get("/organizer/series")).json()["page"]["total"] == 0


async def test_a_series_has_at_most_400_dates(client: Client) -> None:
    source, answer = await series_of(client)
    path = f"/organizer/series/{answer['series']['id']}/dates"
    every_day = {"time": "10:00", "weekdays": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]}
    body = {"event_id": source["id"], "pattern": {"slots": [every_day], "count": 395}}
    refused = await client.post(path, json=body)
    assert (refused.status_code, pointers(refused.json())) == (422, ["/pattern"])
    body["pattern"]["count"] = 394
    assert (await client.post(path, json=body)).json()["series"]["date_count"] == 400


async def test_a_detached_date_stays_as_an_event_and_an_empty_series_goes(client: Client) -> None:
    _, answer = await series_of(client, pattern={**EVENINGS, "until": "2027-01-01"})
    path = f"/organizer/series/{answer['series']['id']}"
    first, second = await dates_of(client, answer["series"]["id"])
    assert (await client.delete(f"{path}/dates/{first['id']}")).status_code == 204
    again = await client.delete(f"{path}/dates/{first['id']}")
    assert (again.status_code, again.json()["code"]) == (404, "event-not-in-series")
    assert (await client.get(f"/organizer/events/{first['id']}")).json()["series_id"] is None
    assert (await client.get(path)).json()["date_count"] == 1
    await client.delete(f"/organizer/events/{second['id']}")
    assert (await client.get(path)).json()["code"] == "series-not-found"


async def test_a_change_of_a_date_leaves_it_in_its_series(client: Client) -> None:
    source, answer = await series_of(client)
    changed = await client.patch(f"/organizer/events/{source['id']}", json={"subtitle": "The first night"})
    assert changed.json()["series_id"] == answer["series"]["id"]
    second = await client.post("/organizer/series", json={"event_id": source["id"], "pattern": EVENINGS})
    assert (second.status_code, second.json()["code"]) == (409, "event-in-series")


async def test_a_series_is_renamed_and_its_dates_keep_their_names(client: Client) -> None:
    source, answer = await series_of(client)
    path = f"/organizer/series/{answer['series']['id']}"

    renamed = await client.patch(path, json={"name": "Winter evenings"})
    blank = await client.patch(path, json={"name": ""})
    found = (await client.get("/organizer/series", params={"q": "winter evenings"})).json()["series"]

    assert (renamed.status_code, renamed.json()["name"], blank.status_code) == (200, "Winter evenings", 422)
    assert [series["id"] for series in found] == [answer["series"]["id"]]
    assert {date["name"] for date in await dates_of(client, answer["series"]["id"])} == {source["name"]}


async def test_another_organization_sees_and_changes_none_of_it(client: Client, env: Env) -> None:
    source, answer = await series_of(client)
    path = f"/organizer/series/{answer['series']['id']}"
    client.headers["authorization"] = f"Bearer {await env.key(await env.organization())}"
    body = {"event_id": source["id"], "pattern": EVENINGS}
    assert (await client.get(path)).json()["code"] == "series-not-found"
    assert (await client.delete(f"{path}/dates/{source['id']}")).json()["code"] == "series-not-found"
    assert (await client.post(f"{path}/dates", json=body)).json()["code"] == "series-not-found"
    assert (await client.patch(path, json={"name": "Ours"})).json()["code"] == "series-not-found"
    assert (await client.post("/organizer/series", json=body)).json()["code"] == "event-not-found"
    assert (await client.post("/organizer/series/preview", json=body)).json()["code"] == "event-not-found"
    assert (await client.get("/organizer/series")).json()["series"] == []
    assert await dates_of(client, answer["series"]["id"]) == []


async def test_published_dates_are_public_as_one_series(client: Client) -> None:
    _, answer = await series_of(client)
    series = answer["series"]
    path = f"/events/series/{series['id']}"
    assert (await client.get(path)).json()["code"] == "series-not-found"
    dates = await dates_of(client, series["id"])
    for date in dates[:2]:
        await client.post(f"/organizer/events/{date['id']}/publication")
    shown = (await client.get(path)).json()
    assert (shown["name"], shown["page"]["total"]) == (series["name"], 2)
    assert [(date["id"], date["series_id"]) for date in shown["events"]] == [
        (date["id"], series["id"]) for date in dates[:2]
    ]


async def test_the_list_is_narrowed_by_day_venue_and_sale(client: Client) -> None:
    source, answer = await series_of(client)
    for date in (await dates_of(client, answer["series"]["id"]))[:2]:
        await client.post(f"/organizer/events/{date['id']}/publication")
    await client.patch(f"/organizer/events/{source['id']}", json={"off_sale_at": "2026-01-01T00:00:00Z"})

    async def count(**query: str) -> int:
        return int((await client.get("/organizer/events", params=query)).json()["page"]["total"])

    assert await count(first_day="2027-01-01", last_day="2027-01-02") == 2
    assert await count(venue_id=source["venue_id"]) == 6
    assert await count(venue_id="ven_other") == 0
    assert (await count(listing="paused"), await count(listing="on_sale")) == (1, 1)
    assert (await client.get("/organizer/events", params={"first_day": "soon"})).status_code == 400
