import gzip
from pathlib import Path

import msgspec
import pytest

from admitone.runtime.bundled_facts import SAMPLE_FOLDER
from tests.catalogue_fixtures import small_seating_plan
from tests.http.catalogue.steps import Client, created, event_body, pointers

PLANS = sorted((SAMPLE_FOLDER / "seat_maps").glob("*.json.gz"))


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.name.partition(".")[0])
async def test_every_shipped_seating_plan_is_accepted(client: Client, path: Path) -> None:
    plan = msgspec.json.decode(gzip.decompress(path.read_bytes()))
    seat_map = await created(client, "seat-maps", {"name": plan["name"], "plan": plan})
    wanted = sum(len(row["seats"]) for zone in plan["zones"] for row in zone["rows"])
    assert (wanted, wanted) == (
        seat_map["seat_count"],
        sum(section["seat_count"] for section in seat_map["sections"]),
    )


async def test_the_drawing_is_public_and_never_changes(client: Client) -> None:
    seat_map = await created(client, "seat-maps", {"name": "Small hall", "plan": small_seating_plan()})
    del client.headers["authorization"]
    plain = await client.get(seat_map["url"], headers={"accept-encoding": "identity"})
    packed = await client.get(seat_map["url"], headers={"accept-encoding": "gzip, br"})
    assert plain.json() == packed.json()
    assert (plain.headers.get("content-encoding"), packed.headers["content-encoding"]) == (None, "gzip")
    assert {"public, max-age=31536000, immutable"} == {answer.headers["cache-control"] for answer in (plain, packed)}
    assert plain.headers["etag"] != packed.headers["etag"]
    again = await client.get(seat_map["url"], headers={"if-none-match": packed.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_the_drawing_has_sections_rows_and_seats(client: Client) -> None:
    seat_map = await created(client, "seat-maps", {"name": "Small hall", "plan": small_seating_plan()})
    drawing = (await client.get(seat_map["url"])).json()
    section = drawing["sections"][0]
    assert (
        section["id"],
        section["name"],
        [row["name"] for row in section["rows"]],
    ) == ("parterre", "Parterre", ["A", "B"])
    assert section["rows"][0]["seats"][0] == {
        "id": "A-1",
        "index": 0,
        "number": "1",
        "x": 100.0,
        "y": 100.0,
        "category": "Stalls",
        "attributes": [],
    }
    assert (drawing["stage"]["name"], drawing["stage"]["x"], drawing["stage"]["y"]) == ("BÜHNE", 175.0, 40.0)
    assert drawing["size"] == {"width": 400.0, "height": 300.0}
    assert len(section["outline"]) >= 4


async def test_faults_of_a_seating_plan_have_pointers_into_the_body(client: Client) -> None:
    plan = small_seating_plan()
    plan["zones"][0]["rows"][1]["seats"][0] |= {"seat_guid": "A-1", "category": "Balcony"}
    answer = await client.post("/organizer/seat-maps", json={"name": "Small hall", "plan": plan})
    assert answer.status_code == 422
    seat = "/plan/zones/0/rows/1/seats/0"
    assert [f"{seat}/category", f"{seat}/seat_guid"] == pointers(answer.json())


async def test_a_seat_map_is_renamed_and_its_seating_plan_stays(client: Client) -> None:
    seat_map = await created(client, "seat-maps", {"name": "Small hall", "plan": small_seating_plan()})
    path = f"/organizer/seat-maps/{seat_map['id']}"
    renamed = await client.put(path, json={"name": "Little hall", "plan": small_seating_plan()})
    assert (renamed.status_code, renamed.json()["name"], renamed.headers["etag"]) == (200, "Little hall", '"2"')
    other = small_seating_plan()
    other["zones"][0]["rows"].pop()
    for answer in (
        await client.put(path, json={"name": "Other", "plan": other}),
        await client.patch(path, json={"plan": other}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "seat-map-never-changes")
    stale = await client.patch(path, json={"name": "Other"}, headers={"if-match": '"1"'})
    assert stale.status_code == 412
    assert small_seating_plan()["categories"] == (await client.get(path)).json()["plan"]["categories"]


async def test_a_seat_map_in_use_cannot_be_deleted(client: Client) -> None:
    event = await created(client, "events", await event_body(client))
    path = f"/organizer/seat-maps/{event['seat_map_id']}"
    assert (await client.delete(path)).status_code == 409
    await client.delete(f"/organizer/events/{event['id']}")
    assert (await client.delete(path)).status_code == 204
    assert (await client.get(f"/seat-maps/{event['seat_map_id']}")).status_code == 404


async def test_a_duplicate_printed_place_is_refused_at_both_pointers(client: Client) -> None:
    plan = small_seating_plan()
    for row in plan["zones"][0]["rows"]:
        row["row_number"] = "1"
    answer = await client.post("/organizer/seat-maps", json={"name": "Small hall", "plan": plan})
    rows = [f"/plan/zones/0/rows/{i}/row_number" for i in (0, 1)]
    assert (answer.status_code, pointers(answer.json())) == (422, rows)
    assert "give one of them another row_number" in answer.json()["detail"]


async def test_a_minimal_seating_plan_of_pretix_is_drawn(client: Client) -> None:
    plan = small_seating_plan()
    for member in ("size", "categories"):
        del plan[member]
    for row in plan["zones"][0]["rows"]:
        row |= {"position": None, "row_label": "Row %s", "seat_label": "Seat %s"}
    seat_map = await created(client, "seat-maps", {"name": "Small hall", "plan": plan})
    drawing = (await client.get(seat_map["url"])).json()
    first = drawing["sections"][0]["rows"][0]
    assert (first["name"], first["seats"][0]["number"]) == ("Row A", "Seat 1")
    assert drawing["size"]["width"] > 0


async def test_an_area_cannot_have_the_name_of_a_section_of_the_map(client: Client) -> None:
    seat_map = await created(client, "seat-maps", {"name": "Small hall", "plan": small_seating_plan()})
    section = seat_map["sections"][0]["name"]
    floor = {"name": section.upper(), "capacity": 10, "price_level": "Standing"}
    body = await event_body(client, seat_map_id=seat_map["id"], general_admission=[floor])
    answer = await client.post("/organizer/events", json=body)
    assert pointers(answer.json()) == ["/general_admission/0/name", "/seat_map_id"]
