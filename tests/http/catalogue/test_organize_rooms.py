"""Seat maps that are generated from a description of the room."""

from tests.http.catalogue.steps import Client, Json, created, pointers

ROOM: Json = {
    "sections": [
        {"name": "Stalls", "rows": 15, "seats": 20, "bands": [{"category": "Front", "rows": 5}, {"category": "Back"}]}
    ]
}


async def test_a_room_is_kept_beside_its_seat_map(client: Client) -> None:
    made = await created(client, "rooms", {"name": "Main stage", "room": ROOM})
    read = (await client.get(f"/organizer/seat-maps/{made['id']}")).json()
    listed = (await client.get("/organizer/seat-maps")).json()["seat_maps"][0]

    assert (made["seat_count"], made["sections"][0]["categories"]) == (300, {"Front": 100, "Back": 200})
    assert read["room"]["sections"][0]["bands"] == [
        {"category": "Front", "rows": 5},
        {"category": "Back", "rows": None},
    ]
    assert len(read["plan"]["zones"][0]["rows"]) == 15
    assert "room" not in listed
    renamed = await client.patch(f"/organizer/seat-maps/{made['id']}", json={"name": "Great hall"})
    assert renamed.json()["room"] == read["room"]


async def test_a_preview_stores_nothing(client: Client) -> None:
    answer = await client.post("/organizer/rooms/preview", json={"name": "Main stage", "room": ROOM})

    assert (answer.status_code, answer.json()["seat_count"]) == (200, 300)
    assert (await client.get("/organizer/seat-maps")).json()["page"]["total"] == 0


async def test_faults_of_a_room_have_pointers(client: Client) -> None:
    section = {**ROOM["sections"][0], "rows": 4}
    answer = await client.post("/organizer/rooms", json={"name": "Hall", "room": {"sections": [section]}})

    assert (answer.status_code, pointers(answer.json())) == (422, ["/room/sections/0/bands"])
