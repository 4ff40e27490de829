"""Wheelchair places and their companion seats over HTTP, for buyers and organizers. The hall: `..wc....` in front."""

import secrets
from typing import Any

import httpx
import pytest

from admitone.testing.buyer import Buyer
from admitone.testing.organizer import ACCESSIBLE_ROWS, Organizer, Show
from tests.problems import pointers, problem_of, refusal

pytestmark = pytest.mark.xdist_group("stack")

PLACE, COMPANION, BESIDE = "1-3", "1-4", "1-5"


async def accessible_show(organizer: Organizer, **fields: Any) -> Show:
    return await organizer.show(hall=await organizer.accessible_hall(), **fields)


async def patch(organizer: Organizer, show: Show, **body: Any) -> httpx.Response:
    return await organizer.http.patch(f"/organizer/events/{show.id}/seats", json=body)


async def test_a_wheelchair_place_is_sold_with_its_companion_seat_or_alone(organizer: Organizer, ada: Buyer) -> None:
    show = await accessible_show(organizer)

    pair = await ada.checkout(show, seats=[PLACE, COMPANION])
    alone = await ada.checkout(show, seats=["3-1"])

    assert (pair.status_code, alone.status_code) == (201, 201)


async def test_the_tickets_name_the_kind_of_their_places(organizer: Organizer, ada: Buyer) -> None:
    show = await accessible_show(organizer)

    held = await ada.hold(show, seats=[PLACE, COMPANION, BESIDE, "1-6"])
    read = (await ada.confirm(held)).json()
    csv = (await organizer.http.get(f"/organizer/events/{show.id}/bookings", headers={"Accept": "text/csv"})).text

    kinds = ["wheelchair_place", "companion_seat", None, None]
    assert [ticket.get("seat_kind") for ticket in held.answer["tickets"]] == kinds
    assert [ticket.get("seat_kind") for ticket in read["tickets"]] == kinds
    assert "Stalls 1 3 (wheelchair place); Stalls 1 4 (companion seat); Stalls 1 5;" in csv


async def test_a_companion_seat_alone_is_refused_with_alternatives(organizer: Organizer, ada: Buyer) -> None:
    show = await accessible_show(organizer)

    problem = problem_of(answer := await ada.checkout(show, seats=[COMPANION]))
    companied = await ada.checkout(show, seats=problem["seats"] + problem["wheelchair_places"])

    assert (answer.status_code, problem["code"]) == (422, "companion-seat")
    assert (problem["seats"], problem["wheelchair_places"]) == ([COMPANION], [PLACE])
    assert problem["alternatives"] == [BESIDE]
    assert [ticket["seat_id"] for ticket in problem["alternative_tickets"]] == [BESIDE]
    assert companied.status_code == 201


async def test_a_companion_seat_is_blocked_while_its_place_is_held_and_free_for_all_once_it_is_sold(
    organizer: Organizer, ada: Buyer
) -> None:
    show = await accessible_show(organizer)
    held = await ada.hold(show, seats=[PLACE])

    waiting = problem_of(await ada.checkout(show, seats=[COMPANION]))
    await ada.confirm(held)
    free = await ada.checkout(show, seats=[COMPANION])

    assert (waiting["code"], waiting["wheelchair_places"]) == ("companion-seat", [])
    assert "not free" in waiting["detail"]
    assert free.status_code == 201


async def test_the_box_office_may_sell_a_companion_seat_alone(organizer: Organizer) -> None:
    show = await accessible_show(organizer)

    sold = await organizer.http.post(
        f"/organizer/events/{show.id}/bookings",
        json={"payment": "cash", "seats": [COMPANION]},
        headers={"Idempotency-Key": secrets.token_hex(16)},
    )

    assert (sold.status_code, sold.json()["tickets"][0]["seat_kind"]) == (201, "companion_seat")


async def test_a_companion_seat_of_another_buyer_is_refused_as_taken(organizer: Organizer, ada: Buyer) -> None:
    show = await accessible_show(organizer)
    await ada.hold(show, seats=[PLACE, COMPANION])

    assert refusal(await ada.checkout(show, seats=[COMPANION])) == (409, "seats-taken")


async def test_a_buyer_who_loses_a_place_is_offered_another_with_its_companion_seat(
    organizer: Organizer, ada: Buyer
) -> None:
    show = await accessible_show(organizer)
    await ada.hold(show, seats=[PLACE])

    problem = problem_of(await ada.checkout(show, seats=[PLACE, COMPANION]))

    assert problem["code"] == "seats-taken"
    assert problem["alternatives"] == ["3-2", "3-3"]


async def test_a_reserved_seat_is_only_sold_on_request(organizer: Organizer, ada: Buyer) -> None:
    show = await accessible_show(organizer, ticket_limit=50)
    kept = "".join(ACCESSIBLE_ROWS).replace(".", "")

    everything = await ada.hold(show, best_available={"quantity": 24 - len(kept), "together": False})
    more = problem_of(await ada.checkout(show, best_available={"quantity": 1}))

    assert not {"1-3", "1-4", "3-1", "3-2", "3-3", "3-4"}.intersection(everything.seat_ids)
    assert (more["code"], more["available"]) == ("not-enough-tickets", 0)


async def test_best_available_with_a_wheelchair_place(organizer: Organizer, ada: Buyer) -> None:
    show = await accessible_show(organizer)

    pair = await ada.hold(show, best_available={"quantity": 2, "wheelchair_places": 1})
    two = await ada.hold(show, best_available={"quantity": 4, "wheelchair_places": 2})
    more = problem_of(await ada.checkout(show, best_available={"quantity": 2, "wheelchair_places": 1}))

    assert sorted(pair.seat_ids) == [PLACE, COMPANION]
    assert sorted(two.seat_ids) == ["3-1", "3-2", "3-3", "3-4"]
    assert (more["code"], more["available"]) == ("not-enough-tickets", 0)


async def test_a_group_without_adjacent_seats_is_offered_separate_seats(organizer: Organizer, ada: Buyer) -> None:
    show = await accessible_show(organizer, ticket_limit=20)
    await ada.hold(show, seats=[BESIDE, "1-6", "3-5", "3-6"])
    wish = {"quantity": 5, "wheelchair_places": 1}

    together = problem_of(await ada.checkout(show, best_available={**wish, "together": True}))
    apart = await ada.checkout(show, best_available={**wish, "together": False})

    assert (together["code"], together["available"]) == ("not-enough-tickets", 3)
    assert "sit apart" in together["detail"]
    assert apart.status_code == 201


async def test_more_wheelchair_places_than_tickets_is_a_fault(organizer: Organizer, ada: Buyer) -> None:
    show = await accessible_show(organizer)

    answer = await ada.checkout(show, best_available={"quantity": 1, "wheelchair_places": 2})

    assert pointers(answer) == ["/best_available/wheelchair_places"]


async def test_a_venue_without_wheelchair_places_refuses_the_request(organizer: Organizer, ada: Buyer) -> None:
    show = await organizer.show(hall=await organizer.plain_hall())

    answer = await ada.checkout(show, best_available={"quantity": 1, "wheelchair_places": 1})

    assert refusal(answer) == (409, "not-enough-tickets")


async def test_a_reserved_seat_ends_a_row_for_the_orphan_rule(organizer: Organizer, ada: Buyer) -> None:
    show = await accessible_show(organizer)

    # 1-1 would be alone, though a wheelchair place is two seats further; 1-5 … 1-8 are a row of four.
    unaccompanied = await ada.checkout(show, seats=["1-2"])
    kept = await ada.checkout(show, seats=[PLACE])
    beside = await ada.checkout(show, seats=["1-1", "1-2"])

    assert (refusal(unaccompanied), problem_of(unaccompanied)["seats"]) == ((422, "orphan-seat"), ["1-1"])
    assert (kept.status_code, beside.status_code) == (201, 201)


async def test_a_released_seat_is_ordinary_until_reserved_again(organizer: Organizer, ada: Buyer) -> None:
    show = await accessible_show(organizer, allow_orphans=True, ticket_limit=50)

    opened = await patch(organizer, show, open_to_all=["3-1", COMPANION])
    details = (await ada.http.get(f"/events/details/{show.id}", headers={"Cache-Control": "no-cache"})).json()
    alone = await ada.checkout(show, seats=[COMPANION])
    # With the place 3-1 its companion seat 3-4 is released too: 18 ordinary seats, and these two.
    everything = await ada.hold(show, best_available={"quantity": 20, "together": False})
    kept = await patch(organizer, show, keep=["3-1", COMPANION])

    assert (opened.status_code, opened.json()["open_to_all"]) == (200, [COMPANION, "3-1"])
    assert details["seat_map"]["open_seats"] == [[3, 3], [16, 16]]
    assert details["seat_map"]["wheelchair_places"] == 3
    assert alone.status_code == 201
    assert {"3-1", "3-4"} < set(everything.seat_ids)
    assert kept.json()["open_to_all"] == []


async def test_only_wheelchair_places_and_companion_seats_can_be_released(organizer: Organizer) -> None:
    show = await accessible_show(organizer)

    faults = await patch(organizer, show, open_to_all=["1-1", PLACE], keep=["2-1"])
    unknown = await patch(organizer, show, open_to_all=["nowhere"])

    assert pointers(faults) == ["/open_to_all/0", "/keep/0"]
    assert refusal(unknown) == (422, "unknown-seat")


async def test_a_new_seat_map_resets_released_seats(organizer: Organizer, ada: Buyer) -> None:
    show = await accessible_show(organizer)
    await patch(organizer, show, open_to_all=[PLACE])
    other = await organizer.accessible_hall(("..wc....", "........"))

    await organizer.http.patch(f"/organizer/events/{show.id}", json={"seat_map_id": other.id})

    assert refusal(await ada.checkout(show, seats=[COMPANION])) == (422, "companion-seat")


async def test_the_map_names_the_place_of_each_companion_seat(organizer: Organizer, ada: Buyer) -> None:
    hall = await organizer.accessible_hall()

    drawing = (await ada.http.get(f"/seat-maps/{hall.id}")).json()

    assert drawing["companions"] == [[3, 2], [18, 17], [19, 16]]
