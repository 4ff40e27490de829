"""The show desk: seats are held back with a reason, released, repriced; the last change is undone; prices, places."""

import re

import httpx

from admitone.organizers.contracts import Role
from admitone.testing.buyer import Buyer
from admitone.testing.organizer import Organizer, Show, in_days
from tests.http.console.browsing import Browser, field_of_page, text_of
from tests.http.console.conftest import SignIn


def tomorrow() -> str:
    return in_days(1).removesuffix("Z")[:16]


async def undo_last(owner: Browser, organizer: Organizer, show: Show) -> int:
    """Undo the newest change of seats on the desk; return the status."""
    changes = (await organizer.http.get(f"/organizer/events/{show.id}/seat-changes")).json()["changes"]
    return (await owner.send(f"/console/events/{show.id}/desk/changes/{changes[0]['change_id']}/undo")).status_code


async def held_back(organizer: Organizer, show: Show) -> list[str]:
    answer = await organizer.http.get(f"/organizer/events/{show.id}/seats")
    return list(answer.json()["seats"]["held_back"])


async def test_seats_are_held_back_by_name_with_a_reason_released_and_the_change_undone(
    owner: Browser, organizer: Organizer, ada: Buyer
) -> None:
    show = await organizer.show(hall=await organizer.plain_hall(rows=3, seats=5), allow_orphans=True)
    await ada.hold(show, seats=[show.seats[6]])
    desk = f"/console/events/{show.id}/desk"
    row = {"section_id": "stalls", "row": "2", "numbers": "1-3", "reason": "Press & radio", "held_for": "WDR 3"}

    done = await owner.send(f"{desk}/seats", act="hold_back", **row)
    page = await owner.get(done.headers["Location"])
    after = await held_back(organizer, show)
    undone = await undo_last(owner, organizer, show)
    words = text_of(await owner.get(desk))
    back = await held_back(organizer, show)
    whole = await owner.send(f"{desk}/seats", act="hold_back", section_id="stalls")

    assert done.status_code == 303
    assert after == [show.seats[5], show.seats[7]]  # a buyer holds the seat between them
    assert "2 seats are held back. 1 stay with their buyers." in text_of(page)
    assert "Press &amp; radio" in page.text
    assert "Press & radio WDR 3 2: Stalls 2-1, Stalls 2-3" in text_of(page)
    assert "P Press & radio" in text_of(page)
    assert (undone, back) == (303, [])
    assert "Undone: 2 seats are as before." in words
    assert (whole.status_code, len(await held_back(organizer, show))) == (303, 14)


async def test_the_map_names_seats_by_ranges_and_a_reprice_is_undone(owner: Browser, organizer: Organizer) -> None:
    levels = [
        {"name": name, "price": {"amount": amount, "currency": "EUR"}, "color": "#336699", "categories": categories}
        for name, amount, categories in (("Full", 5000, ["Stalls"]), ("Last minute", 2000, []))
    ]
    show = await organizer.show(hall=await organizer.plain_hall(rows=2, seats=5), price_levels=levels)
    cheap = show.details["price_levels"][1]["id"]
    desk = f"/console/events/{show.id}/desk"

    async def repriced() -> list[dict[str, object]]:
        answer = await organizer.http.get(f"/organizer/events/{show.id}/seats")
        return list(answer.json()["seats"]["repriced"])

    done = await owner.send(f"{desk}/seats", act="reprice", chosen="0-2.9", price_level_id=cheap)
    after = await repriced()
    page = await owner.get(done.headers["Location"])
    await undo_last(owner, organizer, show)

    assert after == [{"price_level_id": cheap, "seats": [*show.seats[:3], show.seats[9]]}]
    assert re.search(r"Last minute 0 0 0 4 ", text_of(page))
    assert await repriced() == []


async def test_a_release_is_scheduled_listed_and_cancelled(owner: Browser, organizer: Organizer) -> None:
    show = await organizer.show(hall=await organizer.plain_hall(rows=2, seats=5))
    desk = f"/console/events/{show.id}/desk"
    await owner.send(f"{desk}/seats", act="hold_back", chosen="0-3")

    refused = await owner.send(f"{desk}/seats", act="hold_back", chosen="5", due_at=tomorrow())
    past = await owner.send(f"{desk}/seats", act="release", chosen="0-1", due_at="2020-01-01T10:00")
    planned = await owner.send(f"{desk}/seats", act="release", chosen="0-1.7", due_at=tomorrow())
    page = await owner.get(planned.headers["Location"])
    (change,) = (await organizer.http.get(f"/organizer/events/{show.id}/scheduled-seat-changes")).json()[
        "scheduled_changes"
    ]
    cancelled = await owner.send(f"{desk}/scheduled/{change['scheduled_id']}/cancel")
    after = text_of(await owner.get(cancelled.headers["Location"]))

    for answer, words in ((refused, "Only a release, a price"), (past, "This moment has passed.")):
        assert (answer.status_code, 'id="f-due_at-fault"' in answer.text, words in answer.text) == (422, True, True)
    assert "It is scheduled for 2 seats." in text_of(page)
    assert "Release 2: Stalls 1-1, Stalls 1-2" in text_of(page)
    assert "The scheduled change is cancelled." in after
    assert "cancelled by" in after
    assert len(await held_back(organizer, show)) == 4


async def test_undo_says_what_it_could_not_do(owner: Browser, organizer: Organizer, ada: Buyer) -> None:
    show = await organizer.show(hall=await organizer.plain_hall(rows=2, seats=5), allow_orphans=True)
    desk = f"/console/events/{show.id}/desk"
    await owner.send(f"{desk}/seats", act="hold_back", chosen="0-3")
    await owner.send(f"{desk}/seats", act="release", chosen="0-3")
    await ada.confirm(await ada.hold(show, seats=[show.seats[1]]))

    await undo_last(owner, organizer, show)
    words = text_of(await owner.get(desk))

    assert "Undone: 3 seats are as before. Left as they are: 1 sold (Stalls 1-2)." in words


async def test_charts_have_tables(owner: Browser, organizer: Organizer, ada: Buyer) -> None:
    show = await organizer.show(hall=await organizer.plain_hall(rows=2, seats=5), allow_orphans=True)
    await ada.confirm(await ada.hold(show, seats=list(show.seats[:2])))
    await ada.hold(show, seats=[show.seats[4]])

    text = text_of(await owner.get(f"/console/events/{show.id}/desk"))

    assert "2 tickets in 1 booking in the last hour; 2 in the best minute." in text
    assert "Held tickets 2 100 %" in text
    assert "Began to pay 1 50 %" in text
    assert "Bought 1 50 %" in text
    assert "Money by price level" in text


async def test_faults_stand_beside_their_fields(owner: Browser, organizer: Organizer) -> None:
    show = await organizer.show(hall=await organizer.plain_hall(rows=2, seats=5))
    desk = f"/console/events/{show.id}/desk"

    answers = {
        field: await owner.send(f"{desk}/seats", **fields)
        for field, fields in {
            "section_id": {"act": "hold_back"},
            "row": {"act": "hold_back", "section_id": "stalls", "row": "Z"},
            "numbers": {"act": "hold_back", "section_id": "stalls", "row": "1", "numbers": "4-9"},
            "price_level_id": {"act": "reprice", "chosen": "0"},
        }.items()
    }
    price = await owner.send(f"{desk}/price", level_id="lvl_x", **{"lvl_x.price": "12.345"})

    assert {
        field: (answer.status_code, f'id="f-{field}-fault"' in answer.text) for field, answer in answers.items()
    } == dict.fromkeys(answers, (422, True))
    assert "Enter an amount, for example 12.50." in text_of(price)


async def test_prices_and_places_without_numbers_are_changed(owner: Browser, organizer: Organizer) -> None:
    show = await organizer.show(standing=20, price=4500)
    desk = f"/console/events/{show.id}/desk"
    page = await owner.get(desk)
    level = show.details["price_levels"][0]["id"]
    seen = {name: field_of_page(page, name) for name in ("was_price", "was_fees")}

    places = await owner.send(f"{desk}/areas", section_id=show.floor, held_back="6")
    price = await owner.send(
        f"{desk}/price",
        level_id=level,
        **seen,
        **{f"{level}.price": "39,90", f"{level}.fees": "0"},
    )
    after = await owner.get(desk)
    stale = await owner.send(
        f"{desk}/price",
        level_id=level,
        **seen,
        **{f"{level}.price": "1", f"{level}.fees": "0"},
    )

    assert (places.status_code, price.status_code, stale.status_code) == (303, 303, 422)
    assert "Standing 0 0 6 14" in text_of(after)
    assert f'name="{level}.price" inputmode="decimal" value="39.90"' in after.text


async def test_a_price_is_scheduled_and_the_last_change_of_one_undone(owner: Browser, organizer: Organizer) -> None:
    show = await organizer.show(standing=20, price=4500)
    desk = f"/console/events/{show.id}/desk"
    level = show.details["price_levels"][0]["id"]

    async def price(amount: str, due_at: str = "") -> httpx.Response:
        fields = {f"{level}.price": amount, f"{level}.fees": "1", f"{level}.due_at": due_at}
        return await owner.send(f"{desk}/price", level_id=level, **fields)

    await price("39,90")
    planned = await price("20", tomorrow())
    past = await price("20", "2020-01-01T10:00")
    listed = text_of(await owner.get(planned.headers["Location"]))
    undone = await undo_last(owner, organizer, show)
    end = await owner.get(desk)

    assert (planned.status_code, past.status_code, undone) == (303, 422, 303)
    assert f'id="f-{level}-due_at-fault"' in past.text
    assert "Set the price: Standing , €20.00 + €1.00 the whole level" in listed
    assert "Set the price: Standing , €45.00 + €4.50 → €39.90 + €1.00 the whole level" in listed
    assert "Undone: the price is as before." in text_of(end)
    assert f'name="{level}.price" inputmode="decimal" value="45.00"' in end.text


async def test_the_waiting_room_is_paused_and_its_rate_changed(owner: Browser, organizer: Organizer) -> None:
    show = await organizer.show(standing=20, waiting_room={"mode": "always"})
    desk = f"/console/events/{show.id}/desk"

    await owner.send(f"{desk}/queue", act="pause")
    paused = (await organizer.http.get(f"/organizer/events/{show.id}/queue")).json()
    await owner.send(f"{desk}/queue", act="save", rate_per_minute="120", message="Back at nine", shows_prices="on")
    changed = (await organizer.http.get(f"/organizer/events/{show.id}/queue")).json()
    refused = await owner.send(f"{desk}/queue", act="save", rate_per_minute="many")

    assert paused["status"]["message"] is None if "message" in paused["status"] else True
    assert (changed["rate_per_minute"], changed["status"]["message"]) == (120, "Back at nine")
    assert changed["status"]["shows_prices"] is True
    assert (refused.status_code, 'id="f-rate_per_minute-fault"' in refused.text) == (422, True)
    assert "Waiting room" in text_of(await owner.get(desk))


async def test_the_box_office_looks_and_changes_nothing(organizer: Organizer, sign_in: SignIn) -> None:
    show = await organizer.show(hall=await organizer.plain_hall(rows=2, seats=5))
    seller = await sign_in(Role.BOX_OFFICE)
    desk = f"/console/events/{show.id}/desk"

    page = await seller.get(desk)
    refused = await seller.send(f"{desk}/seats", act="hold_back", chosen="0")

    assert (page.status_code, 'id="seats-form"' in page.text, refused.status_code) == (200, False, 403)
    assert "Sell at the box office" in text_of(page)


async def test_a_draft_has_no_desk_yet(owner: Browser, organizer: Organizer) -> None:
    show = await organizer.show(standing=5)
    draft = await organizer.post(
        "/organizer/events",
        {
            "name": "Draft",
            "segment": "music",
            "venue_id": await organizer.venue(),
            "starts_at": "2029-01-01T19:00:00Z",
        },
    )

    assert "This event is not on sale yet" in text_of(await owner.get(f"/console/events/{draft['id']}/desk"))
    assert show.id != draft["id"]
