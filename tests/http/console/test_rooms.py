"""Rooms in the console: the generator with its preview, changes that lose no sold seat, import and export."""

import json

from admitone.organizers.contracts import Role
from tests.http.console.browsing import field_of_page, text_of
from tests.http.console.conftest import SignIn
from tests.http.console.programme import HALL, flash_of, new_event


async def test_a_hall_is_described_previewed_and_saved(sign_in: SignIn) -> None:
    ada = await sign_in(Role.MANAGER)
    form = await ada.get("/console/rooms/new")
    fragment = await ada.send("/console/rooms/preview", **{**HALL, "name": ""})
    shown = await ada.send("/console/rooms/new", **HALL, preview="yes")
    saved = await ada.send("/console/rooms/new", **HALL)
    page = await ada.get(saved.headers["Location"])

    assert text_of(form).count("200 seats") == 2
    assert fragment.text.count("<circle") == 300 + 3
    assert ("<html" in fragment.text, shown.status_code, saved.status_code) == (False, 200, 303)
    assert "Front 100 Middle 100 Back 100" in text_of(page)
    assert "Stalls : Rows A–Q, 300 seats" in text_of(page)
    assert "Main stage" in text_of(await ada.get("/console/rooms"))


async def test_a_second_section_and_faults_beside_their_fields(sign_in: SignIn) -> None:
    ada = await sign_in(Role.MANAGER)
    more = await ada.send("/console/rooms/new", **HALL, more="yes")
    balcony = {"name": "Balcony", "rows": "4", "seats": "many", "bands": "Balcony 9", "aisles": "a"}
    wrong = {f"room.sections.3.{member}": value for member, value in balcony.items()}
    refused = await ada.send("/console/rooms/new", **HALL, **wrong)
    fewer = {**HALL, **wrong, "room.sections.3.seats": "5", "room.sections.3.aisles": ""}
    refused_by_api = await ada.send("/console/rooms/new", **fewer)
    bands = '<a href="#f-room-sections-3-bands">The categories have more rows than the section (4).'

    assert field_of_page(more, "room.sections.1.name") == "Section 2"
    assert field_of_page(more, "room.sections.1.rows") == "10"
    assert refused.status_code == 422
    assert '<a href="#f-room-sections-3-seats">Enter a whole number.</a>' in refused.text
    assert '<a href="#f-room-sections-3-aisles">' in refused.text
    assert bands in refused_by_api.text


async def test_a_changed_room_takes_its_events_along(sign_in: SignIn) -> None:
    ada = await sign_in(Role.MANAGER)
    room = (await ada.send("/console/rooms/new", **HALL)).headers["Location"]
    event = await new_event(ada, seat_map_id=room.rpartition("/")[2])
    form = await ada.get(f"{room}/change")
    changed = await ada.send(f"{room}/change", **{**HALL, "room.sections.0.rows": "16"})
    page = text_of(await ada.get(changed.headers["Location"]))

    assert field_of_page(form, "room.sections.0.aisles") == "10"
    assert "Front 5\nMiddle 5\nBack" in form.text
    assert "The Tempest" in text_of(form)
    assert ("320 seats" in page, "The Tempest" in page) == (True, True)
    assert (await ada.get(room)).status_code == 404
    assert "Main stage" in text_of(await ada.get(event))


async def test_an_exported_plan_is_imported_again(sign_in: SignIn) -> None:
    ada = await sign_in(Role.MANAGER)
    room = (await ada.send("/console/rooms/new", **HALL)).headers["Location"]
    plan = await ada.get(f"{room}/plan.json")
    tokens = {"csrf_token": ada.csrf, "name": "Again"}

    async def sent(content: bytes) -> tuple[int, str]:
        answer = await ada.http.post("/console/rooms/import", data=tokens, files={"file": ("plan.json", content)})
        return answer.status_code, answer.headers.get("Location", "") or text_of(answer)

    status, again = await sent(plan.content)
    broken = json.loads(plan.content)
    broken["zones"][0]["rows"][0]["seats"][1]["category"] = "Nowhere"

    assert plan.headers["Content-Disposition"] == 'attachment; filename="Main-stage.json"'
    assert (status, "300 seats" in text_of(await ada.get(again))) == (303, True)
    assert "The plan has no category Nowhere." in (await sent(json.dumps(broken).encode()))[1]
    assert "This file is not JSON" in (await sent(b"{"))[1]
    assert (await sent(b""))[0] == 422
    assert "imported" in await flash_of(ada, await ada.get(f"{again}/change"))


async def test_the_box_office_looks_at_rooms_only(sign_in: SignIn) -> None:
    ada, bob = await sign_in(Role.MANAGER), await sign_in(Role.BOX_OFFICE)
    room = (await ada.send("/console/rooms/new", **HALL)).headers["Location"]
    renamed = await ada.send(f"{room}/name", name="Great hall")
    page = await bob.get(room)

    assert renamed.status_code == 303
    assert ("Great hall" in text_of(page), "Rename" in text_of(page)) == (True, False)
    assert (await bob.send(f"{room}/deletion")).status_code == 403
    assert (await ada.send(f"{room}/deletion")).headers["Location"] == "/console/rooms"
