from datetime import UTC, datetime
from typing import Any

import pytest

from admitone.catalogue.contracts import EventStatus
from tests.catalogue_fixtures import Env
from tests.http.catalogue.steps import Client, created, event_body, pointers, published_event


async def test_a_new_event_is_a_draft_that_only_its_organizer_sees(client: Client) -> None:
    event = await created(client, "events", await event_body(client))
    assert (event["status"], event["published"], event["revision"], event["capacity"]) == ("draft", False, 1, 107)
    answer = await client.get(f"/events/details/{event['id']}")
    assert (answer.status_code, answer.json()["code"]) == (404, "event-not-found")


async def test_publication_makes_it_visible_and_announces_it_once(client: Client, env: Env) -> None:
    event = await published_event(client)
    assert (event["status"], event["published"], event["revision"]) == ("scheduled", True, 2)
    assert (await client.get(f"/events/details/{event['id']}")).status_code == 200
    again = await client.post(f"/organizer/events/{event['id']}/publication")
    assert again.json()["revision"] == 2
    assert [(terms.revision, terms.published) for terms in env.announced] == [(1, False), (2, True)]


async def test_withdrawal_hides_it_until_something_is_sold(client: Client, env: Env) -> None:
    event = await published_event(client)
    path = f"/organizer/events/{event['id']}/publication"
    assert (await client.delete(path)).json()["status"] == "draft"
    assert (await client.get(f"/events/details/{event['id']}")).status_code == 404
    await client.post(path)
    env.sold.add(event["id"])
    answer = await client.delete(path)
    assert (answer.status_code, answer.json()["code"]) == (409, "has-sales")


async def test_cancellation_is_final_and_stays_visible(client: Client, env: Env) -> None:
    event = await published_event(client)
    path = f"/organizer/events/{event['id']}"
    assert (await client.post(f"{path}/cancellation")).json()["status"] == "cancelled"
    assert EventStatus.CANCELLED is env.announced[-1].status
    assert (await client.get(f"/events/details/{event['id']}")).json()["status"] == "cancelled"
    answer = await client.post(f"{path}/postponement", json={})
    assert (answer.status_code, answer.json()["code"]) == (409, "event-cancelled")


async def test_postponement_without_and_with_a_new_start(client: Client) -> None:
    event = await published_event(client)
    path = f"/organizer/events/{event['id']}/postponement"
    assert (await client.post(path)).json()["status"] == "postponed"
    moved = (await client.post(path, json={"local_start": "2027-01-31T20:00"})).json()
    assert (
        moved["status"],
        moved["starts_at"],
        moved["local_time"],
    ) == ("rescheduled", "2027-01-31T19:00:00Z", "20:00")
    answer = await client.post(path, json={"local_start": "2027-02-30T20:00"})
    assert pointers(answer.json()) == ["/local_start"]
    shown = (await client.get(f"/events/details/{event['id']}")).json()
    assert shown["previous_start"] == event["starts_at"]
    changed = await client.patch(f"/organizer/events/{event['id']}", json={"subtitle": "At last"})
    assert changed.status_code == 200
    assert (await client.get(f"/events/details/{event['id']}")).json()["previous_start"] == event["starts_at"]


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        ({"venue_id": "ven_none"}, ["/venue_id"]),
        ({"performer_ids": ["prf_none"]}, ["/performer_ids/0"]),
        ({"seat_map_id": "map_none"}, ["/seat_map_id"]),
        ({"venue_id": "a\0"}, ["/venue_id", "/venue_id"]),
        ({"waiting_room": {"mode": "sometimes"}}, ["/waiting_room/mode"]),
        ({"hold_seconds": 10}, ["/hold_seconds"]),
        ({"ticket_limit": 0}, ["/ticket_limit"]),
        ({"starts_at": "2026-12-31T19:30:00"}, ["/starts_at"]),
        (
            {"general_admission": [{"name": "F", "capacity": -1, "price_level": "Best"}]},
            ["/general_admission/0/capacity"],
        ),
        (
            {"price_levels": [{"name": "A", "price": {"amount": 10**13, "currency": "EUR"}}]},
            ["/price_levels/0/price/amount"],
        ),
    ],
)
async def test_faults_are_named(client: Client, change: dict[str, Any], wanted: list[str]) -> None:
    body = {**await event_body(client), **change}
    answer = await client.post("/organizer/events", json=body)
    assert answer.status_code == 422
    assert set(wanted) == set(pointers(answer.json()))


async def test_another_organizations_venue_is_unknown(client: Client, env: Env) -> None:
    body = await event_body(client)
    client.headers["authorization"] = f"Bearer {await env.key(await env.organization('Wiener Bühnen'))}"
    answer = await client.post("/organizer/events", json=body)
    assert {"/venue_id", "/performer_ids/0", "/seat_map_id"} == set(pointers(answer.json()))


async def test_another_organizations_event_is_not_found(client: Client, env: Env) -> None:
    event = await published_event(client)
    path = f"/organizer/events/{event['id']}"
    level = f"/organizer/price-levels/{event['price_levels'][0]['id']}"
    client.headers["authorization"] = f"Bearer {await env.key(await env.organization('Wiener Bühnen'))}"
    answers = [
        await client.get(path),
        await client.patch(path, json={"name": "Mine"}),
        await client.delete(path),
        await client.post(f"{path}/publication"),
        await client.delete(f"{path}/publication"),
        await client.post(f"{path}/cancellation"),
        await client.post(f"{path}/postponement"),
        await client.get(level),
        await client.patch(level, json={"name": "Mine"}),
        await client.delete(level),
        await client.get(f"/organizer/price-levels?event_id={event['id']}"),
    ]
    assert [404] * len(answers) == [answer.status_code for answer in answers]


async def test_a_patch_of_the_start_replaces_the_other_ways_to_say_it(client: Client) -> None:
    path = f"/organizer/events/{(await created(client, 'events', await event_body(client)))['id']}"
    day = (await client.patch(path, json={"local_date": "2027-01-05"})).json()
    assert (day["starts_at"], day["local_date"], day["local_time"]) == (None, "2027-01-05", None)
    moment = (await client.patch(path, json={"starts_at": "2027-01-05T19:00:00Z"})).json()
    assert (moment["starts_at"], moment["local_time"]) == ("2027-01-05T19:00:00Z", "20:00")


async def test_a_sold_event_keeps_its_seat_map_and_may_change_its_name(client: Client, env: Env) -> None:
    event = await published_event(client)
    env.sold.add(event["id"])
    path = f"/organizer/events/{event['id']}"
    bare = {"seat_map_id": None, "price_levels": [{"name": "Standing", "price": {"amount": 1, "currency": "EUR"}}]}
    for answer in (await client.patch(path, json=bare), await client.delete(path)):
        assert (answer.status_code, answer.json()["code"]) == (409, "has-sales")
    assert (await client.patch(path, json={"name": "Utopia"})).json()["name"] == "Utopia"


async def test_a_lost_update_of_an_event_is_refused(client: Client) -> None:
    event = await published_event(client)
    path = f"/organizer/events/{event['id']}"
    stale = {"if-match": '"1"'}
    answers = [
        await client.patch(path, json={"name": "X"}, headers=stale),
        await client.delete(path, headers=stale),
        await client.post(f"{path}/cancellation", headers=stale),
    ]
    assert [answer.status_code for answer in answers] == [412, 412, 412]


async def test_a_deleted_event_is_announced_as_not_published(client: Client, env: Env) -> None:
    event = await published_event(client)
    assert (await client.delete(f"/organizer/events/{event['id']}")).status_code == 204
    assert (event["id"], False, 3) == (
        env.announced[-1].event_id,
        env.announced[-1].published,
        env.announced[-1].revision,
    )


async def test_price_levels_one_by_one(client: Client, env: Env) -> None:
    event = await published_event(client)
    level = event["price_levels"][1]
    path = f"/organizer/price-levels/{level['id']}"
    changed = await client.patch(path, json={"name": "Stehplatz", "fees": 250})
    assert (
        changed.json()["name"],
        changed.json()["fees"]["amount"],
        changed.json()["total"]["amount"],
        changed.headers["etag"],
    ) == ("Stehplatz", 250, 4250, '"3"')
    area = (await client.get(f"/organizer/events/{event['id']}")).json()["general_admission"][0]
    assert area["price_level"] == "Stehplatz"
    added = await created(
        client,
        "price-levels",
        {
            "event_id": event["id"],
            "name": "Box",
            "price": {"amount": 12000, "currency": "EUR"},
            "categories": ["Box"],
        },
    )
    listed = (await client.get(f"/organizer/price-levels?event_id={event['id']}")).json()["price_levels"]
    assert [price_level["name"] for price_level in listed] == ["Best", "Stehplatz", "Box"]
    assert pointers((await client.delete(path)).json()) == ["/general_admission/0/price_level"]
    env.sold.add(event["id"])
    assert (await client.delete(f"/organizer/price-levels/{added['id']}")).status_code == 409
    env.sold.clear()
    assert (await client.delete(f"/organizer/price-levels/{added['id']}")).status_code == 204
    answer = await client.get(f"/organizer/price-levels/{added['id']}")
    assert (answer.status_code, answer.json()["code"]) == (404, "price-level-not-found")


@pytest.mark.parametrize("level_id", ["lvl_", "lvl_x_1", "nonsense", "evt_1"])
async def test_an_unknown_level_is_not_found(client: Client, level_id: str) -> None:
    assert (await client.get(f"/organizer/price-levels/{level_id}")).status_code == 404


async def test_times_are_returned_in_utc(client: Client) -> None:
    sent = {
        "local_start": None,
        "starts_at": "2026-12-31T19:30:00+01:00",
        "doors_at": "2026-12-31T19:00:00+01:00",
        "ends_at": "2026-12-31T22:30:00+01:00",
        "on_sale_at": "2026-12-01T10:00:00+01:00",
        "off_sale_at": "2026-12-31T18:30:00+01:00",
        "waiting_room": {"mode": "always", "pre_queue_opens_at": "2026-12-01T09:30:00+01:00"},
    }
    event = await created(client, "events", await event_body(client, **sent))
    again = (await client.get(f"/organizer/events/{event['id']}")).json()
    for view in (event, again):
        assert [view[name] for name in ("starts_at", "doors_at", "ends_at", "on_sale_at", "off_sale_at")] == [
            "2026-12-31T18:30:00Z",
            "2026-12-31T18:00:00Z",
            "2026-12-31T21:30:00Z",
            "2026-12-01T09:00:00Z",
            "2026-12-31T17:30:00Z",
        ]
        assert view["waiting_room"]["pre_queue_opens_at"] == "2026-12-01T08:30:00Z"


async def test_a_pause_keeps_the_planned_end_of_the_sale(client: Client) -> None:
    planned = "2030-12-01T09:00:00Z"
    event = await published_event(client, off_sale_at=planned)
    path = f"/organizer/events/{event['id']}"

    async def listed(listing: str) -> list[str]:
        found = (await client.get("/organizer/events", params={"listing": listing, "size": "100"})).json()["events"]
        return [event["id"] for event in found]

    paused = await client.post(f"{path}/pause")
    public = (await client.get(f"/events/details/{event['id']}")).json()
    while_paused = [event["id"] in await listed(listing) for listing in ("paused", "on_sale")]
    resumed = await client.delete(f"{path}/pause")

    assert (paused.status_code, paused.json()["off_sale_at"]) == (200, planned)
    assert public["off_sale_at"] == paused.json()["paused_at"]
    assert while_paused == [True, False]
    assert (resumed.status_code, resumed.json()["paused_at"], resumed.json()["off_sale_at"]) == (200, None, planned)


async def test_an_event_does_not_move_before_the_opening_of_its_sale(client: Client) -> None:
    event = await published_event(client, on_sale_at="2026-12-01T09:00:00Z")
    path = f"/organizer/events/{event['id']}/postponement"
    early = await client.post(path, json={"starts_at": "2026-11-30T18:00:00Z"})
    late = await client.post(path, json={"starts_at": "2027-01-30T18:00:00Z"})
    assert (early.status_code, pointers(early.json()), late.status_code) == (422, ["/starts_at"], 200)


async def test_null_in_a_change_puts_the_default_back(client: Client) -> None:
    event = await created(client, "events", await event_body(client, tags=["loud"], ticket_limit=3, allow_orphans=True))
    change = {"tags": None, "ticket_limit": None, "allow_orphans": None, "waiting_room": None}
    changed = await client.patch(f"/organizer/events/{event['id']}", json=change)
    assert changed.status_code == 200, changed.text
    assert [changed.json()[name] for name in ("tags", "ticket_limit", "allow_orphans")] == [[], 8, False]
    refused = await client.patch(f"/organizer/events/{event['id']}", json={"name": None})
    assert pointers(refused.json()) == ["/name"]


@pytest.mark.parametrize("changes", [{"seat_map_id": None}, {}])
async def test_an_event_whose_prices_sell_nothing_is_not_published(client: Client, changes: dict[str, Any]) -> None:
    levels = [{"name": name, "price": {"amount": 4000, "currency": "EUR"}} for name in ("Best", "Standing")]
    body = await event_body(client, price_levels=levels, general_admission=[], **changes)
    event = await created(client, "events", body)
    refused = await client.post(f"/organizer/events/{event['id']}/publication")
    assert refused.status_code == 422
    assert pointers(refused.json()) == ["/price_levels/0", "/price_levels/1"]
    assert (await client.get(f"/organizer/events/{event['id']}")).json()["status"] == "draft"

    area = {"general_admission": [{"name": "Floor", "capacity": 1, "price_level": "Standing"}]}
    path = f"/organizer/events/{event['id']}"
    assert (await client.patch(path, json=area)).status_code == 200
    assert (await client.post(f"{path}/publication")).status_code == 200
    taken_away = await client.patch(path, json={"general_admission": []})
    assert (taken_away.status_code, pointers(taken_away.json())) == (422, ["/price_levels/0", "/price_levels/1"])


async def test_an_event_without_prices_may_be_announced(client: Client) -> None:
    event = await published_event(client, price_levels=[], general_admission=[], seat_map_id=None)
    assert event["status"] == "scheduled"


async def test_events_are_listed_by_what_becomes_of_them(client: Client, env: Env) -> None:
    body = await event_body(client)
    draft = await created(client, "events", body)
    shown = {
        name: await created(client, "events", {**body, "name": name, "local_start": f"2026-12-{day}T19:30"})
        for name, day in (("Cancelled", 20), ("Early", 10), ("Late", 11), ("Postponed", 12), ("Coming", 30))
    }
    for event in shown.values():
        await client.post(f"/organizer/events/{event['id']}/publication")
    await client.post(f"/organizer/events/{shown['Cancelled']['id']}/cancellation")
    await client.post(f"/organizer/events/{shown['Postponed']['id']}/postponement")
    env.now = datetime(2026, 12, 15, tzinfo=UTC)

    async def listed(**query: str) -> list[str]:
        answer = await client.get("/organizer/events", params=query)
        return [event["name"] for event in answer.json()["events"]]

    assert await listed(listing="upcoming") == ["Postponed", "Coming"]
    assert await listed(listing="past") == ["Late", "Early"]
    assert await listed(listing="drafts") == [draft["name"]]
    assert await listed(listing="cancelled") == ["Cancelled"]
    assert len(await listed(seat_map_id=body["seat_map_id"])) == 6
    assert await listed(seat_map_id="map_other") == []
