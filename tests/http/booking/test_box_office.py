"""The box office sells directly: seats for sale and held-back seats, paid at the box office or complimentary."""

import asyncio
import secrets
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from admitone.kit.postgres import open_pool
from admitone.organizers.contracts import Permission, Role
from admitone.organizers.usecases.api_keys import create_api_key
from admitone.organizers.usecases.authenticate import authenticate
from admitone.organizers.usecases.deps import Deps as OrganizersDeps
from admitone.testing.buyer import Buyer
from admitone.testing.organizer import Organizer, Show, in_days
from tests.problems import pointers, refusal
from tests.running import Stack

pytestmark = pytest.mark.xdist_group("stack")


async def sell(
    organizer: Organizer, show: Show, *seats: str, key: str | None = None, payment: str = "cash", **more: Any
) -> httpx.Response:
    return await organizer.http.post(
        f"/organizer/events/{show.id}/bookings",
        json={"payment": payment, "seats": list(seats), **more},
        headers={"Idempotency-Key": key or secrets.token_hex(16)},
    )


async def sold(organizer: Organizer, show: Show, *seats: str, **more: Any) -> dict[str, Any]:
    answer = await sell(organizer, show, *seats, **more)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def refund(organizer: Organizer, booking: dict[str, Any], **body: Any) -> httpx.Response:
    return await organizer.http.post(f"/organizer/bookings/{booking['booking_id']}/refunds", json=body)


async def states(organizer: Organizer, show: Show) -> str:
    """Return what the map shows once the gateway's cache has expired."""
    answer = await organizer.http.get(f"/events/{show.id}/seats", headers={"Cache-Control": "no-cache"})
    return str(answer.json()["states"])


async def hold_back(organizer: Organizer, show: Show, *seats: str, standing: int = 0) -> None:
    areas = [{"section_id": show.floor, "held_back": standing}] if standing else []
    body = {"hold_back": list(seats), "general_admission": areas}
    answer = await organizer.http.patch(f"/organizer/events/{show.id}/seats", json=body)
    assert answer.status_code == 200, answer.text


async def sales(organizer: Organizer, show: Show) -> dict[str, Any]:
    return dict((await organizer.http.get(f"/organizer/events/{show.id}/sales")).json())


async def key_of(stack: Stack, role: Role) -> str:
    """Return another key of the venue, with fewer rights."""
    async with open_pool(stack.database_url) as pool:
        deps = OrganizersDeps(pool, lambda: datetime.now(UTC))
        env = await authenticate(deps, stack.api_key, Permission.ADMINISTER)
        return (await create_api_key(deps, organization_id=env.organization_id, role=role, label=role.value)).key


@pytest.fixture
async def show(organizer: Organizer) -> Show:
    return await organizer.show(hall=await organizer.plain_hall(), standing=6, allow_orphans=True, booking_fee=150)


async def test_seats_for_sale_and_held_back_are_sold_for_cash(organizer: Organizer, show: Show, ada: Buyer) -> None:
    await hold_back(organizer, show, *show.seats[:2])

    booking = await sold(organizer, show, *show.seats[1:3], buyer={"name": "Grete Walk-up"})

    assert (booking["status"], booking["payment"], booking["buyer_name"]) == ("confirmed", "cash", "Grete Walk-up")
    assert [ticket["seat_id"] for ticket in booking["tickets"]] == list(show.seats[1:3])
    money = {name: booking[name]["amount"] for name in ("subtotal", "fees", "booking_fee", "total")}
    assert money == {"subtotal": 9_000, "fees": 1_050, "booking_fee": 150, "total": 10_050}
    assert await states(organizer, show) == "bss" + "a" * 197
    assert refusal(await ada.checkout(show, seats=[show.seats[1]])) == (409, "seats-taken")
    shown = await ada.http.get(
        f"/booking/{booking['booking_id']}", headers={"Authorization": f"Bearer {booking['booking_token']}"}
    )
    assert (shown.json()["status"], shown.json()["payment"]) == ("confirmed", {"provider": "counter"})


async def test_its_tickets_are_real_tickets(organizer: Organizer, show: Show, ada: Buyer) -> None:
    booking = await sold(organizer, show, show.seats[0], payment="complimentary", buyer={"name": "A Guest"})
    ticket = booking["tickets"][0]

    barcode = await ada.http.get(ticket["barcode_url"])
    page = await ada.http.get(ticket["pdf_url"])

    assert (barcode.status_code, page.status_code) == (200, 200)
    assert ticket["total"]["amount"] == 0


async def test_the_fees_can_be_waived(organizer: Organizer, show: Show) -> None:
    booking = await sold(organizer, show, show.seats[0], payment="card_terminal", waive_fees=True)

    assert (booking["subtotal"]["amount"], booking["fees"]["amount"], booking["total"]["amount"]) == (4_500, 0, 4_500)


async def test_places_of_a_buyer_are_not_sold_and_the_rest_of_the_order_neither(
    organizer: Organizer, show: Show, ada: Buyer
) -> None:
    await ada.hold(show, seats=[show.seats[1]])
    await ada.confirm(await ada.hold(show, seats=[show.seats[3]]))

    refused = await sell(organizer, show, *show.seats[:4])

    assert refusal(refused) == (409, "seats-taken")
    assert refused.json()["conflicts"] == [show.seats[1], show.seats[3]]
    assert len(refused.json()["alternatives"]) == 4
    assert (await states(organizer, show))[:5] == "ahasa"


async def test_places_without_numbers_are_sold_held_back_or_not(organizer: Organizer, show: Show) -> None:
    await hold_back(organizer, show, standing=3)

    def floor(quantity: int, **more: Any) -> dict[str, Any]:
        return {"general_admission": [{"section_id": show.floor, "quantity": quantity, **more}]}

    async def left() -> tuple[int, int]:
        places = (await sales(organizer, show))["places"]
        area = (await organizer.http.get(f"/events/{show.id}/seats")).json()["areas"][show.floor]
        assert area["available"] == places["available"] - 200
        return places["available"] - 200, places["held_back"]

    await sold(organizer, show, **floor(2))
    after_two = await left()
    await sold(organizer, show, **floor(1, held_back_first=True))
    after_a_guest = await left()
    too_many = await sell(organizer, show, **floor(4))
    await sold(organizer, show, **floor(3))

    assert (after_two, after_a_guest, await left()) == ((1, 3), (1, 2), (0, 0))
    assert (refusal(too_many), too_many.json()["available"]) == ((409, "not-enough-tickets"), 3)


async def test_the_same_key_sells_once(organizer: Organizer, show: Show) -> None:
    key = secrets.token_hex(16)

    answers = await asyncio.gather(*(sell(organizer, show, show.seats[0], key=key) for _ in range(10)))
    late = await sell(organizer, show, show.seats[0], key=key)
    other = await sell(organizer, show, show.seats[1], key=key)

    made = {answer.json()["booking_id"] for answer in [*answers, late] if answer.status_code == 201}
    assert len(made) == 1
    assert {refusal(answer) for answer in answers if answer.status_code != 201} <= {(409, "request-in-progress")}
    assert refusal(other) == (422, "idempotency-key-reused")


async def test_without_a_key_nothing_is_sold(organizer: Organizer, show: Show) -> None:
    body = {"payment": "cash", "seats": [show.seats[0]]}

    answer = await organizer.http.post(f"/organizer/events/{show.id}/bookings", json=body)

    assert (refusal(answer), answer.json()["parameter"]) == ((400, "invalid-parameter"), "Idempotency-Key")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"payment": "cash"}, 422, "nothing-chosen"),
        ({"payment": "cash", "seats": ["nowhere"]}, 422, "unknown-seat"),
        (
            {"payment": "cash", "general_admission": [{"section_id": "nowhere", "quantity": 1}]},
            422,
            "unknown-section",
        ),
    ],
)
async def test_faults_of_a_sale_are_named(
    organizer: Organizer, show: Show, body: dict[str, Any], status: int, code: str
) -> None:
    assert refusal(await sell(organizer, show, **{"seats": [], **body})) == (status, code)


async def test_a_wrong_shape_has_its_pointer(organizer: Organizer, show: Show) -> None:
    seat = show.seats[0]

    wrong = await sell(organizer, show, seat, payment="gold", buyer={"email": "nobody"})
    twice = await sell(organizer, show, seat, seat)

    assert pointers(wrong) == ["/payment", "/buyer/email"]
    assert refusal(twice) == (422, "nothing-chosen")


async def test_only_its_own_organizations_box_office_sells(
    organizer: Organizer, show: Show, ada: Buyer, stack: Stack
) -> None:
    async def ask(key: str | None, event_id: str = show.id) -> httpx.Response:
        headers = {"Idempotency-Key": secrets.token_hex(16)} | ({"Authorization": f"Bearer {key}"} if key else {})
        body = {"payment": "cash", "seats": [show.seats[0]]}
        return await ada.http.post(f"/organizer/events/{event_id}/bookings", json=body, headers=headers)

    stranger = await ask(None)
    scanner = await ask(await key_of(stack, Role.SCANNER))
    elsewhere = await ask(stack.api_key, "evt_nobodys")
    clerk = await ask(await key_of(stack, Role.BOX_OFFICE))

    assert refusal(stranger) == (401, "not-authenticated")
    assert refusal(scanner) == (403, "role-missing")
    assert refusal(elsewhere) == (404, "event-not-found")
    assert clerk.status_code == 201


async def test_the_box_office_sells_before_the_on_sale_and_after_it(organizer: Organizer) -> None:
    hall = await organizer.plain_hall()
    early = await organizer.show(hall=hall, on_sale_at=in_days(3))
    late = await organizer.show(hall=hall, off_sale_at=in_days(-1), on_sale_at=in_days(-2))
    postponed = await organizer.show(hall=hall)
    await organizer.post(f"/organizer/events/{postponed.id}/postponement")

    answers = [await sell(organizer, sold_show, sold_show.seats[0]) for sold_show in (early, late, postponed)]

    assert [answer.status_code for answer in answers] == [201, 201, 201]


async def test_cancelled_and_past_events_are_not_sold(organizer: Organizer) -> None:
    hall = await organizer.plain_hall()
    cancelled = await organizer.show(hall=hall)
    await organizer.cancel(cancelled)
    over = await organizer.show(hall=hall, starts_at=in_days(-1))

    assert refusal(await sell(organizer, cancelled, cancelled.seats[0])) == (410, "event-cancelled")
    assert refusal(await sell(organizer, over, over.seats[0])) == (403, "sale-not-open")


async def test_sales_figures_distinguish_box_office_and_complimentary_tickets(
    organizer: Organizer, show: Show, ada: Buyer
) -> None:
    await ada.confirm(await ada.hold(show, seats=[show.seats[0]]))
    await sold(organizer, show, *show.seats[1:3])
    await sold(organizer, show, *show.seats[3:6], payment="complimentary")
    gone = await sold(organizer, show, show.seats[6], payment="complimentary")
    await refund(organizer, gone)

    numbers = await sales(organizer, show)
    listed = (await organizer.http.get(f"/organizer/events/{show.id}/bookings")).json()["bookings"]

    assert (numbers["tickets"], numbers["complimentary_tickets"], numbers["refunded_tickets"]) == (6, 3, 1)
    assert (numbers["places"]["sold"], numbers["total"]["amount"]) == (6, 5_100 + 10_050)
    sums = (await organizer.http.get("/organizer/sales", params={"event_id": [show.id, "evt_other"]})).json()["sales"]
    assert [(row["event_id"], row["tickets"], row["bookings"], row["total"]) for row in sums] == [
        (show.id, 6, numbers["bookings"] - 1, numbers["total"])
    ]
    assert [
        (payment["payment"], payment["bookings"], payment["tickets"], payment["total"]["amount"])
        for payment in numbers["payments"]
    ] == [("cash", 1, 2, 10_050), ("complimentary", 2, 3, 0), ("online", 1, 1, 5_100)]
    assert [
        (price_level["tickets"], price_level["complimentary_tickets"]) for price_level in numbers["price_levels"]
    ] == [(6, 3)]
    assert [booking["payment"] for booking in listed] == ["complimentary", "complimentary", "cash", "online"]


async def test_payments_at_the_box_office_are_refunded_there(organizer: Organizer, show: Show, ada: Buyer) -> None:
    booking = await sold(organizer, show, *show.seats[:2])
    first, second = booking["tickets"]

    first_refund = (await refund(organizer, booking, ticket_ids=[first["ticket_id"]])).json()
    dead = await ada.http.get(first["barcode_url"])
    rest = (await refund(organizer, booking, return_seats=False)).json()
    again = await refund(organizer, booking)

    assert (first_refund["status"], first_refund["refund"]["status"], first_refund["refund"]["method"]) == (
        "partially_refunded",
        "succeeded",
        "cash",
    )
    assert dead.status_code == 404
    assert (rest["status"], rest["refund"]["amount"]["amount"]) == ("refunded", second["total"]["amount"] + 150)
    assert refusal(again) == (409, "booking-not-refundable")
    assert (await sales(organizer, show))["places"] == {
        "available": 205,
        "held": 0,
        "sold": 0,
        "held_back": 1,
        "not_for_sale": 0,
    }


async def test_complimentary_tickets_are_refunded_without_money(organizer: Organizer, show: Show, ada: Buyer) -> None:
    booking = await sold(organizer, show, show.seats[0], payment="complimentary")

    made = (await refund(organizer, booking)).json()

    assert (made["status"], "refund" in made) == ("refunded", False)
    assert (await ada.http.get(booking["tickets"][0]["barcode_url"])).status_code == 404
    await sold(organizer, show, show.seats[0])


async def test_a_cancelled_event_refunds_sales_of_the_box_office(organizer: Organizer, show: Show) -> None:
    paid = await sold(organizer, show, *show.seats[:2], payment="card_terminal")
    given = await sold(organizer, show, show.seats[2], payment="complimentary")
    await organizer.cancel(show)
    await organizer.http.post(f"/organizer/events/{show.id}/refunds")

    async def statuses() -> set[str]:
        listed = (await organizer.http.get(f"/organizer/events/{show.id}/bookings")).json()["bookings"]
        return {booking["status"] for booking in listed}

    async with asyncio.timeout(180):
        while await statuses() != {"refunded"}:
            await asyncio.sleep(0.2)
    paths = [f"/organizer/bookings/{booking['booking_id']}/refunds" for booking in (paid, given)]
    refunds = [(await organizer.http.get(path)).json()["refunds"] for path in paths]
    assert [(listed_refund["method"], listed_refund["amount"]) for listed_refund in refunds[0]] == [
        ("card_terminal", paid["total"])
    ]
    assert refunds[1] == []
