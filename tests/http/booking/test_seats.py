"""`GET /events/{id}/seats`: one character per seat, a version that is the ETag, at most a second old."""

import asyncio

import httpx
import pytest

from admitone.testing.buyer import Buyer
from admitone.testing.organizer import Organizer, Show
from tests.problems import refusal

pytestmark = pytest.mark.xdist_group("stack")


async def fresh_seats(buyer: Buyer, show: Show) -> httpx.Response:
    """Read the seats past the gateway's cache of half a second."""
    await asyncio.sleep(1.1)
    return await buyer.seats(show)


async def test_one_character_a_seat_in_index_order(organizer: Organizer, ada: Buyer) -> None:
    show = await organizer.show(hall=await organizer.plain_hall(2, 4), standing=7)
    held = await ada.hold(
        show, seats=list(show.seats[:2]), general_admission=[{"section_id": show.floor, "quantity": 3}]
    )
    await ada.confirm(held)
    await ada.hold(show, seats=list(show.seats[2:4]))

    answer = await fresh_seats(ada, show)

    assert answer.json()["states"] == "sshhaaaa"
    assert answer.json()["areas"] == {show.floor: {"capacity": 7, "available": 4}}


async def test_the_version_is_a_strong_etag(organizer: Organizer, ada: Buyer) -> None:
    show = await organizer.show(hall=await organizer.plain_hall(2, 4))
    first = await ada.seats(show)
    etag = first.headers["ETag"]

    unchanged = await ada.http.get(f"/events/{show.id}/seats", headers={"If-None-Match": etag})
    one_of_many = await ada.http.get(f"/events/{show.id}/seats", headers={"If-None-Match": f'"1", {etag}'})
    held = await ada.hold(show, seats=list(show.seats[:2]))
    await asyncio.sleep(1.1)
    changed = await ada.http.get(f"/events/{show.id}/seats", headers={"If-None-Match": etag})
    await ada.release(held)

    assert etag == f'"{first.json()["version"]}"'
    assert "max-age=1" in first.headers["Cache-Control"]
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert one_of_many.status_code == 304
    assert (changed.status_code, changed.json()["states"]) == (200, "hhaaaaaa")
    assert changed.json()["version"] > first.json()["version"]
    assert (await fresh_seats(ada, show)).json()["states"] == "aaaaaaaa"


async def test_a_change_is_seen_within_a_second(organizer: Organizer, ada: Buyer) -> None:
    show = await organizer.show(hall=await organizer.plain_hall(2, 4))
    await ada.seats(show)
    await ada.hold(show, seats=list(show.seats[:2]))

    assert (await fresh_seats(ada, show)).json()["states"] == "hhaaaaaa"


async def test_seats_of_an_unknown_event_are_not_found(ada: Buyer) -> None:
    for event_id in ("evt_01jd3x9k7qf0c8v5t2m4n6p8r0", "🎭", "a%2Fb", "%01", "%ff"):
        answer = await ada.http.get(f"/events/{event_id}/seats")

        assert answer.status_code == 404, answer.text
    assert refusal(await ada.http.get("/events/%00/seats")) == (400, "malformed-request")
    assert refusal(await ada.http.get("/events/x/seats")) == (404, "event-not-found")
