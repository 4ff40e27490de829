"""Price changes during the sale, of a level and of single seats. A buyer with a hold pays the price of the hold."""

import asyncio
from typing import Any

import httpx
import pytest

from admitone.testing.buyer import Buyer, Held
from admitone.testing.organizer import Organizer, Show
from tests.problems import pointers, refusal

pytestmark = pytest.mark.xdist_group("stack")

OLD, NEW = 4_500 + 450, 9_900


async def cheap_and_dear(organizer: Organizer) -> tuple[Show, str, str]:
    """Create a show whose seats are all at the first level; the second has no category. → it, and the levels' ids"""
    money = {"price": {"amount": 4_500, "currency": "EUR"}, "fees": {"amount": 450, "currency": "EUR"}}
    dear = {"price": {"amount": NEW, "currency": "EUR"}}
    levels = [{"name": "Stalls", **money, "categories": ["Stalls"]}, {"name": "Front row", **dear}]
    show = await organizer.show(
        hall=await organizer.plain_hall(), allow_orphans=True, ticket_limit=200, price_levels=levels
    )
    stalls, front = (level["id"] for level in show.details["price_levels"])
    return show, stalls, front


async def reprice(organizer: Organizer, show: Show, level_id: str | None, *seats: str) -> httpx.Response:
    body = {"reprice": [{"price_level_id": level_id, "seats": list(seats)}]}
    return await organizer.http.patch(f"/organizer/events/{show.id}/seats", json=body)


async def details(buyer: Buyer, show: Show) -> dict[str, Any]:
    answer = await buyer.http.get(f"/events/details/{show.id}", headers={"Cache-Control": "no-cache"})
    return dict(answer.json())


async def seen(buyer: Buyer, show: Show) -> tuple[str, Any]:
    """Return what the map shows. Its version may grow meanwhile: a job publishes a sale a second time."""
    seats = (await buyer.seats(show)).json()
    return seats["states"], seats["areas"]


def prices(held: Held) -> list[int]:
    return [ticket["total"]["amount"] for ticket in held.answer["tickets"]]


async def test_a_new_price_of_a_level_applies_to_later_holds(organizer: Organizer, ada: Buyer) -> None:
    show, stalls, _ = await cheap_and_dear(organizer)
    before = await ada.hold(show, seats=[show.seats[0]])

    changed = await organizer.http.patch(
        f"/organizer/price-levels/{stalls}", json={"price": {"amount": 6_000, "currency": "EUR"}}
    )
    after = await ada.hold(show, seats=[show.seats[1]])
    paid = [(await ada.confirm(held)).json()["total"]["amount"] for held in (before, after)]

    assert changed.status_code == 200, changed.text
    assert paid == [OLD, 6_450]
    assert (await organizer.http.get(f"/organizer/events/{show.id}/sales")).json()["total"]["amount"] == OLD + 6_450


async def test_seats_at_another_level_cost_its_price_from_then_on(organizer: Organizer, ada: Buyer) -> None:
    show, stalls, front = await cheap_and_dear(organizer)
    held = await ada.hold(show, seats=[show.seats[0]])

    answer = await reprice(organizer, show, front, *show.seats[:10], show.seats[12])
    later = await ada.hold(show, seats=[show.seats[1], show.seats[20]])
    best = await ada.hold(show, best_available={"quantity": 2, "price_level_id": front, "together": True})
    paid = (await ada.confirm(held)).json()

    wanted = [{"price_level_id": front, "seats": [*show.seats[:10], show.seats[12]]}]
    assert (answer.status_code, answer.json()["repriced"]) == (200, wanted)
    assert prices(later) == [NEW, OLD]
    assert later.answer["tickets"][0]["price_level"] == "Front row"
    assert set(best.seat_ids) < set(show.seats[:10])
    assert paid["total"]["amount"] == OLD
    by_id = {level["id"]: level for level in (await details(ada, show))["price_levels"]}
    assert by_id[front]["seat_ranges"] == [[0, 9], [12, 12]]
    assert "seat_ranges" not in by_id[stalls]


async def test_repricing_changes_no_owner_and_no_state_of_the_map(organizer: Organizer, ada: Buyer) -> None:
    show, _, front = await cheap_and_dear(organizer)
    held, bought = [await ada.hold(show, seats=[show.seats[at]]) for at in (0, 1)]
    await ada.confirm(bought)
    before = await seen(ada, show)

    await reprice(organizer, show, front, *show.seats[:5])
    after = await seen(ada, show)

    assert after == before
    assert refusal(await ada.checkout(show, seats=[show.seats[1]])) == (409, "seats-taken")
    assert (await ada.read(held)).json()["total"]["amount"] == OLD


async def test_a_seat_returns_to_its_categorys_price(organizer: Organizer, ada: Buyer) -> None:
    show, stalls, front = await cheap_and_dear(organizer)
    await reprice(organizer, show, front, *show.seats[:4])

    await reprice(organizer, show, None, show.seats[1])
    answer = await reprice(organizer, show, stalls, show.seats[2])

    assert answer.json()["repriced"] == [{"price_level_id": front, "seats": [show.seats[0], show.seats[3]]}]
    assert prices(await ada.hold(show, seats=list(show.seats[:4]))) == [NEW, OLD, OLD, NEW]


async def test_repriced_seats_stay_so_when_the_event_changes(organizer: Organizer, ada: Buyer) -> None:
    show, _, front = await cheap_and_dear(organizer)
    await reprice(organizer, show, front, show.seats[0])

    renamed = await organizer.http.patch(f"/organizer/events/{show.id}", json={"name": "Another Name"})

    assert renamed.status_code == 200, renamed.text
    assert prices(await ada.hold(show, seats=[show.seats[0]])) == [NEW]


async def test_seats_of_a_removed_level_return_to_their_category(organizer: Organizer, ada: Buyer) -> None:
    show, _, front = await cheap_and_dear(organizer)
    await reprice(organizer, show, front, show.seats[0])

    removed = await organizer.http.delete(f"/organizer/price-levels/{front}")

    assert removed.status_code == 204, removed.text
    assert prices(await ada.hold(show, seats=[show.seats[0]])) == [OLD]


@pytest.mark.parametrize(("seats", "is_front"), [(100, False), (101, True)])
async def test_a_section_shows_the_level_of_most_of_its_seats(
    organizer: Organizer, ada: Buyer, seats: int, is_front: bool
) -> None:
    show, stalls, front = await cheap_and_dear(organizer)

    await reprice(organizer, show, front, *show.seats[:seats])

    (section,) = (await details(ada, show))["sections"]
    assert section["price_level_id"] == (front if is_front else stalls)


async def test_seats_that_cannot_be_repriced_are_named_and_nothing_changes(organizer: Organizer, ada: Buyer) -> None:
    money = {"price": {"amount": 100_00, "currency": "EUR"}}
    hall = await organizer.plain_hall()
    levels = [{"name": "Nobody's", **money}, {"name": "Standing", **money}]
    unsold = await organizer.show(hall=hall, standing=10, price_levels=levels)
    show, _, front = await cheap_and_dear(organizer)

    level = await reprice(organizer, show, unsold.details["price_levels"][0]["id"], show.seats[0])
    seat = await reprice(organizer, show, front, show.seats[0], "nowhere")
    twice = await reprice(organizer, show, front, show.seats[0], show.seats[0])
    category = await reprice(organizer, unsold, unsold.details["price_levels"][0]["id"], unsold.seats[0])
    half = await organizer.http.patch(
        f"/organizer/events/{show.id}/seats",
        json={"reprice": [{"price_level_id": front, "seats": [show.seats[0]]}], "hold_back": ["nowhere"]},
    )
    stranger = await ada.http.patch(f"/organizer/events/{show.id}/seats", json={"reprice": []})

    assert refusal(level) == (422, "unknown-price-level")
    assert refusal(seat) == refusal(half) == (422, "unknown-seat")
    assert pointers(twice) == ["/reprice/0/seats/1"]
    assert pointers(category) == ["/reprice/0/seats/0"]
    assert stranger.status_code == 401
    assert prices(await ada.hold(show, seats=[show.seats[0]])) == [OLD]


async def test_while_prices_change_each_buyer_pays_the_price_in_the_answer(organizer: Organizer, ada: Buyer) -> None:
    show, _, front = await cheap_and_dear(organizer)

    async def flip() -> None:
        for level_id in (front, None) * 3:
            await reprice(organizer, show, level_id, *show.seats[:40])

    async def buy(seat: str) -> set[int]:
        answer = await ada.checkout(show, seats=[seat])
        while answer.status_code == 503:  # the price changed during every attempt: a client retries
            answer = await ada.checkout(show, seats=[seat])
        held = Held.of(answer)
        paid = (await ada.confirm(held)).json()
        return {*prices(held), held.answer["total"]["amount"], paid["total"]["amount"]}

    bought = asyncio.gather(*(buy(seat) for seat in show.seats[:40]))
    await flip()

    assert all(len(amounts) == 1 and amounts <= {OLD, NEW} for amounts in await bought)
