"""The price of a whole level is changed at the desk, undone once while it stays as the change left it, and set at a
moment: once."""

import asyncio
from typing import Any

from admitone.booking.usecases.make_scheduled_change import make_scheduled_change
from admitone.booking.usecases.organizer_deps import OrganizerDeps
from admitone.kit.postgres import Pool
from admitone.testing.buyer import Buyer
from admitone.testing.organizer import Organizer, Show, in_days
from tests.http.console.sales.seat_acts import count_entries, list_changes, schedule, scheduled, small_show, undo
from tests.problems import pointers, refusal


def euros(amount: int) -> dict[str, Any]:
    return {"amount": amount, "currency": "EUR"}


def level_of(show: Show, place: int = 0) -> str:
    return str(show.details["price_levels"][place]["id"])


async def set_price(organizer: Organizer, show: Show, amount: int, fee: int = 0, **fields: Any) -> Any:
    price = {"price_level_id": level_of(show), "price": euros(amount), "fees": euros(fee), **fields}
    return await organizer.http.patch(f"/organizer/events/{show.id}/seats", json={"set_prices": [price]})


async def price_now(organizer: Organizer, show: Show) -> tuple[int, int]:
    level = (await organizer.http.get(f"/organizer/price-levels/{level_of(show)}")).json()
    return level["price"]["amount"], level["fees"]["amount"]


async def schedule_price(organizer: Organizer, show: Show, amount: int, **fields: Any) -> Any:
    body = {"price_level_id": level_of(show), "price": euros(amount), "fees": euros(100), **fields}
    return await schedule(organizer, show, act="set_price", **body)


async def test_a_price_is_set_and_the_change_undone_while_holds_keep_theirs(organizer: Organizer, ada: Buyer) -> None:
    show = await small_show(organizer)

    (change,) = (await set_price(organizer, show, 4000, 250)).json()["changes"]
    held = await ada.hold(show, seats=[show.seats[2]])
    unchanged = (await set_price(organizer, show, 4000, 250)).json()["changes"]
    lowered = await price_now(organizer, show)
    undone = (await undo(organizer, show, change)).json()
    paid = (await ada.confirm(held)).json()

    assert (change["act"], change["price_level_id"], change["seats"]) == ("set_price", level_of(show), [])
    assert change["price"] == {
        "before": {"price": euros(5000), "fees": euros(0)},
        "after": {"price": euros(4000), "fees": euros(250)},
    }
    assert (lowered, unchanged) == ((4000, 250), [])
    assert undone == {"act": "set_price", "seats": [], "left_alone": []}
    assert await price_now(organizer, show) == (5000, 0)
    assert paid["total"] == euros(4250)


async def test_a_price_that_was_changed_again_is_not_overwritten(organizer: Organizer) -> None:
    show = await small_show(organizer)
    (first,) = (await set_price(organizer, show, 4000)).json()["changes"]
    seen: dict[str, Any] = {"expected": {"price": euros(5000), "fees": euros(0)}}

    stale = await set_price(organizer, show, 3500, **seen)
    await set_price(organizer, show, 3000)
    refused = await undo(organizer, show, first)
    second = (await list_changes(organizer, show))[0]
    answers = await asyncio.gather(*(undo(organizer, show, second) for _ in range(2)))
    again = await undo(organizer, show, first)

    assert refusal(stale) == refusal(refused) == (409, "price-changed")
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert [refusal(answer)[1] for answer in answers if answer.status_code == 409] == ["seat-change-undone"]
    assert again.status_code == 200  # the level has the price that the first change gave it
    assert await price_now(organizer, show) == (5000, 0)


async def test_an_undone_price_is_not_undone_again(organizer: Organizer) -> None:
    show = await small_show(organizer)
    (change,) = (await set_price(organizer, show, 4000)).json()["changes"]
    await undo(organizer, show, change)
    await set_price(organizer, show, 4000)

    again = await undo(organizer, show, change)

    assert refusal(again) == (409, "seat-change-undone")
    assert await price_now(organizer, show) == (4000, 0)


async def test_a_price_is_set_at_its_moment_once_and_undone(
    organizer: Organizer, ada: Buyer, desk: OrganizerDeps, console_pool: Pool
) -> None:
    """Whatever the level costs by then: a step may follow another."""
    show = await small_show(organizer)
    planned = (await schedule_price(organizer, show, 2000)).json()
    await set_price(organizer, show, 4500)
    held = await ada.hold(show, seats=[show.seats[0]])

    run = make_scheduled_change
    await asyncio.gather(*(run(desk, scheduled_id=planned["scheduled_id"]) for _ in range(3)))
    made_price = await price_now(organizer, show)
    await set_price(organizer, show, 2500, 100)
    await run(desk, scheduled_id=planned["scheduled_id"])
    (made,), changes = await scheduled(organizer, show), await list_changes(organizer, show)
    # By its own moment the scheduled change is two days younger than the others: the worker's clock is ahead.
    by_price = {change["price"]["after"]["price"]["amount"]: change for change in changes}
    for amount in (2500, 2000):
        assert (await undo(organizer, show, by_price[amount])).status_code == 200

    assert (planned["state"], planned["price"]) == ("scheduled", {"price": euros(2000), "fees": euros(100)})
    assert (made["state"], made["left_alone"], made_price) == ("made", [], (2000, 100))
    assert sorted(by_price) == [2000, 2500, 4500]
    assert await price_now(organizer, show) == (4500, 0)
    assert await count_entries(console_pool, planned["scheduled_id"]) == 1
    assert (await ada.confirm(held)).json()["total"] == euros(4500)


async def test_a_price_of_a_level_that_is_gone_fails_and_a_cancelled_one_is_not_set(
    organizer: Organizer, desk: OrganizerDeps
) -> None:
    show = await small_show(organizer)
    gone = (await schedule_price(organizer, show, 2000, price_level_id=level_of(show, 1))).json()
    cancelled = (await schedule_price(organizer, show, 2000)).json()
    path = f"/organizer/events/{show.id}/scheduled-seat-changes/{cancelled['scheduled_id']}"
    removed = [await organizer.http.delete(at) for at in (path, f"/organizer/price-levels/{level_of(show, 1)}")]

    for planned in (gone, cancelled):
        await make_scheduled_change(desk, scheduled_id=planned["scheduled_id"])
    states = {change["scheduled_id"]: change["state"] for change in await scheduled(organizer, show)}

    assert [answer.status_code for answer in removed] == [204, 204]
    assert states == {gone["scheduled_id"]: "failed", cancelled["scheduled_id"]: "cancelled"}
    assert await price_now(organizer, show) == (5000, 0)


async def test_faults_of_a_price_are_named(organizer: Organizer) -> None:
    show = await small_show(organizer)
    dollars = {"amount": 1, "currency": "USD"}
    seats = [show.seats[0]]

    planned = [
        await schedule(organizer, show, act="set_price", price=euros(1)),
        await schedule(organizer, show, act="set_price", price_level_id=level_of(show)),
        await schedule_price(organizer, show, 1, seats=seats),
        await schedule_price(organizer, show, 1, price=dollars, fees=dollars),
        await schedule(organizer, show, act="release", seats=seats, price=euros(1), due_at=in_days(1)),
        await schedule(organizer, show, act="release"),
    ]
    now = [await set_price(organizer, show, 1, price=dollars), await set_price(organizer, show, -1)]
    unknown = await set_price(organizer, show, 1, price_level_id="lvl_x")

    assert [pointers(answer) for answer in planned] == [
        *(["/price_level_id"], ["/price"], ["/seats"], ["/price/currency"], ["/price"], ["/seats"]),
    ]
    assert [pointers(answer) for answer in now] == [["/set_prices/0/price/currency"], ["/set_prices/0/price/amount"]]
    assert refusal(unknown) == (422, "unknown-price-level")


async def test_a_price_that_was_changed_beside_the_desk_is_undone_the_same_way(organizer: Organizer) -> None:
    show = await small_show(organizer)
    level = f"/organizer/price-levels/{level_of(show)}"

    patched = await organizer.http.patch(level, json={"price": euros(4000)})
    renamed = await organizer.http.patch(level, json={"name": "Stalls, reduced"})
    event = (await organizer.http.get(f"/organizer/events/{show.id}")).json()
    kept = ("id", "name", "fees", "categories")
    levels = [{name: level[name] for name in (*kept, "price")} for level in event["price_levels"]]
    levels[0]["price"] = euros(6000)
    replaced = await organizer.http.patch(f"/organizer/events/{show.id}", json={"price_levels": levels})
    changes = await list_changes(organizer, show)
    undone = [await undo(organizer, show, change) for change in changes]

    assert [answer.status_code for answer in (patched, renamed, replaced)] == [200, 200, 200]
    assert [(change["act"], change["price"]["after"]["price"]) for change in changes] == [
        ("set_price", euros(6000)),
        ("set_price", euros(4000)),
    ]
    assert [answer.status_code for answer in undone] == [200, 200]
    assert await price_now(organizer, show) == (5000, 0)


async def test_prices_of_a_draft_are_not_recorded(organizer: Organizer) -> None:
    show = await small_show(organizer)
    await organizer.http.delete(f"/organizer/events/{show.id}/publication")
    await organizer.http.patch(f"/organizer/price-levels/{level_of(show)}", json={"price": euros(4000)})
    await organizer.post(f"/organizer/events/{show.id}/publication")

    assert await list_changes(organizer, show) == []
