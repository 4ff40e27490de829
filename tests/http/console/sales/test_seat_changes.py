"""Changes of seats are recorded, undone as far as no buyer has the seats, and made at a moment: once."""

import asyncio
import secrets
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from admitone.booking.usecases.make_scheduled_change import make_scheduled_change
from admitone.booking.usecases.organizer_deps import OrganizerDeps
from admitone.kit.postgres import Pool
from admitone.organizers.contracts import Role
from admitone.organizers.usecases.api_keys import create_api_key
from admitone.organizers.usecases.deps import Deps
from admitone.organizers.usecases.organizations import create_organization
from admitone.runtime.wiring import utc_now
from admitone.testing.buyer import Buyer
from admitone.testing.organizer import Organizer, in_days
from tests.http.console.conftest import ApiOf, SignIn
from tests.http.console.sales.seat_acts import (
    DUE_DAYS,
    count_entries,
    count_jobs,
    list_changes,
    overview,
    patch,
    schedule,
    scheduled,
    small_show,
    undo,
)
from tests.problems import pointers, refusal


async def test_a_hold_has_a_reason_a_name_a_maker_and_a_time(organizer: Organizer) -> None:
    show = await small_show(organizer)

    await patch(organizer, show, hold_back=list(show.seats[:2]), reason="Press", held_for="Radio Köln")
    await patch(organizer, show, hold_back=[show.seats[4]])
    holds = (await overview(organizer, show))["holds"]

    assert [(hold["reason"], hold["held_for"], hold["seats"]) for hold in holds] == [
        (None, None, [show.seats[4]]),
        ("Press", "Radio Köln", list(show.seats[:2])),
    ]
    assert all(hold["held_by_name"] and datetime.fromisoformat(hold["held_at"]) for hold in holds)


async def test_the_last_changes_are_undone_in_any_order(organizer: Organizer) -> None:
    show = await small_show(organizer)
    late = show.details["price_levels"][1]["id"]
    await patch(organizer, show, hold_back=list(show.seats[:4]), reason="House", held_for="Board")
    before = await overview(organizer, show)
    await patch(organizer, show, release=list(show.seats[1:3]))
    await patch(organizer, show, reprice=[{"price_level_id": late, "seats": list(show.seats[:6])}])
    await patch(organizer, show, hold_back=[show.seats[9]])
    listed = (await organizer.http.get(f"/organizer/events/{show.id}/seat-changes")).json()["changes"]

    answers = [(await undo(organizer, show, change)).json() for change in listed[:3]]
    after = await overview(organizer, show)

    assert [change["act"] for change in listed] == ["hold_back", "reprice", "release", "hold_back"]
    assert [(answer["act"], len(answer["seats"]), answer["left_alone"]) for answer in answers] == [
        ("release", 1, []),
        ("reprice", 6, []),
        ("hold_back", 2, []),
    ]
    assert (after["holds"], after["seats"]["repriced"]) == (before["holds"], [])
    again = await undo(organizer, show, listed[0])
    assert refusal(again) == (409, "seat-change-undone")
    assert [bool(change["undone_at"]) for change in await list_changes(organizer, show)] == [True, True, True, False]


async def test_undo_names_the_seats_that_buyers_have_or_that_changed_since(organizer: Organizer, ada: Buyer) -> None:
    show = await small_show(organizer)
    await patch(organizer, show, hold_back=list(show.seats[:5]), reason="Press")
    (released,) = (await patch(organizer, show, release=list(show.seats[:4])))["changes"]
    await ada.confirm(await ada.hold(show, seats=[show.seats[0]]))
    await ada.hold(show, seats=[show.seats[1]])
    await patch(organizer, show, hold_back=[show.seats[2]], reason="Artist")

    undone = (await undo(organizer, show, released)).json()
    holds = {hold["reason"]: hold["seats"] for hold in (await overview(organizer, show))["holds"]}

    assert undone["seats"] == [show.seats[3]]
    assert {left["reason"]: left["seats"] for left in undone["left_alone"]} == {
        "sold": [show.seats[0]],
        "in_checkout": [show.seats[1]],
        "changed": [show.seats[2]],
    }
    assert holds == {"Press": [show.seats[3], show.seats[4]], "Artist": [show.seats[2]]}


async def test_a_sold_seat_keeps_its_level_when_a_reprice_is_undone(organizer: Organizer, ada: Buyer) -> None:
    show = await small_show(organizer)
    late = show.details["price_levels"][1]["id"]
    (change,) = (await patch(organizer, show, reprice=[{"price_level_id": late, "seats": list(show.seats[:3])}]))[
        "changes"
    ]
    await ada.confirm(await ada.hold(show, seats=[show.seats[0]]))

    undone = (await undo(organizer, show, change)).json()

    assert (undone["seats"], undone["left_alone"]) == (
        list(show.seats[1:3]),
        [{"reason": "sold", "seat_count": 1, "seats": [show.seats[0]]}],
    )
    assert (await overview(organizer, show))["seats"]["repriced"] == [
        {"price_level_id": late, "seats": [show.seats[0]]}
    ]


@pytest.mark.parametrize("act", ["hold_back", "reprice"])
async def test_two_undo_the_same_change_at_the_same_moment(organizer: Organizer, act: str) -> None:
    show = await small_show(organizer)
    late = show.details["price_levels"][1]["id"]
    seats = list(show.seats[:3])
    body = {"hold_back": seats} if act == "hold_back" else {"reprice": [{"price_level_id": late, "seats": seats}]}
    (change,) = (await patch(organizer, show, **body))["changes"]

    answers = await asyncio.gather(*(undo(organizer, show, change) for _ in range(2)))

    assert sorted(answer.status_code for answer in answers) == [200, 409]


async def test_a_change_belongs_to_its_organization(
    organizer: Organizer, api_of: ApiOf, sign_in: SignIn, organizers: Deps
) -> None:
    show = await small_show(organizer)
    (change,) = (await patch(organizer, show, hold_back=[show.seats[0]]))["changes"]
    planned = (await schedule(organizer, show, act="release", seats=[show.seats[0]])).json()
    seller = await sign_in(Role.BOX_OFFICE)

    async with api_of(seller.token) as api:
        undone = await api.post(f"/organizer/events/{show.id}/seat-changes/{change['change_id']}/undo")
    stranger_id = await create_organization(organizers, name="Another house")
    stranger = await create_api_key(organizers, organization_id=stranger_id, role=Role.OWNER, label="tests")
    async with api_of(stranger.key) as api:
        path = f"/organizer/events/{show.id}"
        unknown = await api.post(f"{path}/seat-changes/{change['change_id']}/undo")
        cancelled = await api.delete(f"{path}/scheduled-seat-changes/{planned['scheduled_id']}")
        listed = [await api.get(f"{path}/{name}") for name in ("seat-changes", "scheduled-seat-changes")]

    assert undone.status_code == 403
    assert refusal(unknown) == (404, "seat-change-not-found")
    assert refusal(cancelled) == (404, "scheduled-change-not-found")
    assert [answer.status_code for answer in listed] == [404, 404]
    assert (await overview(organizer, show))["seats"]["held_back"] == [show.seats[0]]


async def test_seats_are_released_at_their_moment_once(
    organizer: Organizer, ada: Buyer, desk: OrganizerDeps, console_pool: Pool
) -> None:
    """Two runs at the same moment, and one after them, are one change; a seat that changed meanwhile is named."""
    show = await small_show(organizer)
    await patch(organizer, show, hold_back=list(show.seats[:4]), reason="Press")
    planned = (await schedule(organizer, show, act="release", seats=list(show.seats[:6]))).json()
    await patch(organizer, show, release=list(show.seats[:2]))
    await ada.confirm(await ada.hold(show, seats=[show.seats[0]]))
    await patch(organizer, show, hold_back=[show.seats[1]], reason="Artist")

    run = make_scheduled_change
    await asyncio.gather(*(run(desk, scheduled_id=planned["scheduled_id"]) for _ in range(3)))
    await patch(organizer, show, hold_back=[show.seats[2]], reason="House")
    await run(desk, scheduled_id=planned["scheduled_id"])
    (made,) = await scheduled(organizer, show)
    holds = {hold["reason"]: hold["seats"] for hold in (await overview(organizer, show))["holds"]}

    assert planned["seats"] == list(show.seats[:4])  # the others were on sale
    assert (made["state"], made["left_alone"]) == (
        "made",
        [
            {"reason": "sold", "seat_count": 1, "seats": [show.seats[0]]},
            {"reason": "changed", "seat_count": 1, "seats": [show.seats[1]]},
        ],
    )
    assert holds == {"Artist": [show.seats[1]], "House": [show.seats[2]]}
    changes = await list_changes(organizer, show)
    assert [change["seats"] for change in changes if change["act"] == "release"] == [
        list(show.seats[2:4]),
        list(show.seats[:2]),
    ]
    assert await count_entries(console_pool, planned["scheduled_id"]) == 1


async def test_seats_are_repriced_at_their_moment_once_and_the_change_is_undone(
    organizer: Organizer, ada: Buyer, desk: OrganizerDeps, console_pool: Pool
) -> None:
    show = await small_show(organizer)
    late = show.details["price_levels"][1]["id"]
    planned = (await schedule(organizer, show, act="reprice", seats=list(show.seats[:3]), price_level_id=late)).json()
    await ada.hold(show, seats=[show.seats[0]])

    runs = (make_scheduled_change(desk, scheduled_id=planned["scheduled_id"]) for _ in range(3))
    await asyncio.gather(*runs)
    repriced = (await overview(organizer, show))["seats"]["repriced"]
    (made,), (change,) = await scheduled(organizer, show), await list_changes(organizer, show)
    undone = (await undo(organizer, show, change)).json()
    await make_scheduled_change(desk, scheduled_id=planned["scheduled_id"])

    assert repriced == [{"price_level_id": late, "seats": list(show.seats[1:3])}]
    assert made["left_alone"] == [{"reason": "in_checkout", "seat_count": 1, "seats": [show.seats[0]]}]
    assert undone["seats"] == list(show.seats[1:3])
    assert (await overview(organizer, show))["seats"]["repriced"] == []
    assert await count_entries(console_pool, planned["scheduled_id"]) == 1


async def test_a_seat_that_is_held_while_its_price_changes_is_left_alone(
    organizer: Organizer, ada: Buyer, desk: OrganizerDeps
) -> None:
    show = await small_show(organizer)
    late = show.details["price_levels"][1]["id"]
    planned = (await schedule(organizer, show, act="reprice", seats=list(show.seats[:3]), price_level_id=late)).json()
    held: list[str] = []

    async def reprice_held(*arguments: Any) -> bool:
        if not held:
            held.append(show.seats[0])
            await ada.hold(show, seats=held)
        return await desk.reprice_seats(*arguments)

    await make_scheduled_change(replace(desk, reprice_seats=reprice_held), scheduled_id=planned["scheduled_id"])
    (made,), (change,) = await scheduled(organizer, show), await list_changes(organizer, show)

    assert made["left_alone"] == [{"reason": "in_checkout", "seat_count": 1, "seats": [show.seats[0]]}]
    assert change["seats"] == list(show.seats[1:3])
    assert (await overview(organizer, show))["seats"]["repriced"] == [
        {"price_level_id": late, "seats": list(show.seats[1:3])}
    ]


@pytest.mark.parametrize("act", ["release", "reprice"])
async def test_a_run_that_dies_before_its_commit_leaves_nothing(
    organizer: Organizer, desk: OrganizerDeps, act: str
) -> None:
    """The queue runs the job again: the change is made then, once."""
    show = await small_show(organizer)
    late = show.details["price_levels"][1]["id"]
    seats = list(show.seats[:3])
    if act == "release":
        await patch(organizer, show, hold_back=seats)
    level_id = late if act == "reprice" else None
    planned = (await schedule(organizer, show, act=act, seats=seats, price_level_id=level_id)).json()
    before = await overview(organizer, show)

    async def die(*_: object) -> None:
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await make_scheduled_change(replace(desk, record_for_person=die), scheduled_id=planned["scheduled_id"])
    between = await overview(organizer, show)
    (waits,) = await scheduled(organizer, show)
    for _ in range(2):
        await make_scheduled_change(desk, scheduled_id=planned["scheduled_id"])

    assert (between["seats"], between["holds"], waits["state"]) == (before["seats"], before["holds"], "scheduled")
    assert [change["act"] for change in await list_changes(organizer, show)].count(act) == 1
    assert (await scheduled(organizer, show))[0]["state"] == "made"


async def test_accessible_places_go_on_general_sale_at_their_moment(organizer: Organizer, desk: OrganizerDeps) -> None:
    show = await organizer.show(hall=await organizer.accessible_hall())
    reserved = ["1-3", "1-4"]
    planned = (await schedule(organizer, show, act="open_to_all", seats=reserved)).json()

    await make_scheduled_change(desk, scheduled_id=planned["scheduled_id"])
    opened = (await overview(organizer, show))["seats"]["open_to_all"]
    (change,) = await list_changes(organizer, show)
    undone = (await undo(organizer, show, change)).json()

    assert opened == reserved
    assert (undone["act"], undone["seats"]) == ("keep", reserved)
    assert (await overview(organizer, show))["seats"]["open_to_all"] == []


async def test_a_change_that_is_cancelled_or_not_due_is_not_made(
    organizer: Organizer, desk: OrganizerDeps, console_pool: Pool
) -> None:
    show = await small_show(organizer)
    await patch(organizer, show, hold_back=list(show.seats[:2]))
    first, second = [(await schedule(organizer, show, act="release", seats=[seat])).json() for seat in show.seats[:2]]
    path = f"/organizer/events/{show.id}/scheduled-seat-changes/{first['scheduled_id']}"

    answers = [(await organizer.http.delete(path)).status_code for _ in range(2)]
    await make_scheduled_change(desk, scheduled_id=first["scheduled_id"])
    early = replace(desk, booking=replace(desk.booking, now=utc_now))
    before = await count_jobs(console_pool, second["scheduled_id"])
    await make_scheduled_change(early, scheduled_id=second["scheduled_id"])

    assert answers == [204, 409]
    assert len((await overview(organizer, show))["seats"]["held_back"]) == 2
    assert [change["state"] for change in await scheduled(organizer, show)] == ["scheduled", "cancelled"]
    assert (before, await count_jobs(console_pool, second["scheduled_id"])) == (1, 2)


async def test_a_level_that_is_gone_at_the_moment_changes_nothing(organizer: Organizer, desk: OrganizerDeps) -> None:
    show = await small_show(organizer)
    late = show.details["price_levels"][1]["id"]
    planned = (await schedule(organizer, show, act="reprice", seats=[show.seats[0]], price_level_id=late)).json()
    removed = await organizer.http.delete(f"/organizer/price-levels/{late}")

    await make_scheduled_change(desk, scheduled_id=planned["scheduled_id"])
    (made,) = await scheduled(organizer, show)

    assert removed.status_code == 204
    assert (made["state"], made["left_alone"]) == (
        "made",
        [{"reason": "changed", "seat_count": 1, "seats": [show.seats[0]]}],
    )


async def test_faults_of_a_schedule_are_named(organizer: Organizer) -> None:
    show = await small_show(organizer)
    seats, key = [show.seats[0]], secrets.token_hex(16)
    await patch(organizer, show, hold_back=seats)

    past = await schedule(organizer, show, act="release", seats=seats, due_at="2020-01-01T00:00:00Z")
    far = await schedule(organizer, show, act="release", seats=seats, due_at="2040-01-01T00:00:00Z")
    none_held = await schedule(organizer, show, act="release", seats=[show.seats[1]])
    not_accessible = await schedule(organizer, show, act="open_to_all", seats=seats)
    same_level = await schedule(organizer, show, act="reprice", seats=seats)
    unknown = await schedule(organizer, show, act="release", seats=["nowhere"])
    act = await schedule(organizer, show, act="hold_back", seats=seats)
    same = {"act": "release", "seats": seats, "due_at": in_days(DUE_DAYS)}  # a repeated request has the same body
    twice = [(await schedule(organizer, show, key, **same)).json() for _ in range(2)]

    assert [pointers(answer) for answer in (past, far, none_held, not_accessible, same_level, act)] == [
        *(["/due_at"], ["/due_at"], ["/seats"], ["/seats/0"], ["/seats"], ["/act"]),
    ]
    assert refusal(unknown) == (422, "unknown-seat")
    assert twice[0]["scheduled_id"] == twice[1]["scheduled_id"]
    assert len(await scheduled(organizer, show)) == 1
