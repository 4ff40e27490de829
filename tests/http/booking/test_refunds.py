"""Refunds by the organizer over HTTP, and the webhook for the payment processor's events."""

import asyncio
import base64
import json
from typing import Any

import httpx
import pytest

from admitone.testing.buyer import Buyer, Held
from admitone.testing.organizer import Organizer
from tests.problems import refusal

pytestmark = pytest.mark.xdist_group("stack")


async def bought(organizer: Organizer, ada: Buyer) -> Held:
    show = await organizer.show(standing=10)
    wish = [{"section_id": show.floor, "quantity": 2}]
    held = await ada.hold(show, general_admission=wish)
    assert (await ada.confirm(held)).status_code == 200
    return held


async def refund(organizer: Organizer, held: Held, key: str | None = None, **body: Any) -> httpx.Response:
    """Retry until the capture, which follows the sale within seconds, is done."""
    headers = {"Idempotency-Key": key} if key else {}
    for _ in range(50):
        answer = await organizer.http.post(f"/organizer/bookings/{held.booking_id}/refunds", json=body, headers=headers)
        if answer.status_code != 409 or answer.json()["code"] != "payment-not-captured":
            return answer
        assert int(answer.headers["Retry-After"]) >= 1
        await asyncio.sleep(0.2)
    raise AssertionError("never captured")


async def test_a_ticket_is_refunded_and_then_the_rest(organizer: Organizer, ada: Buyer) -> None:
    held = await bought(organizer, ada)
    first = held.answer["tickets"][0]

    first_refund = await refund(organizer, held, ticket_ids=[first["ticket_id"]])
    seen = (await ada.read(held)).json()
    rest = await refund(organizer, held)
    listed = await organizer.http.get(f"/organizer/bookings/{held.booking_id}/refunds")

    assert (first_refund.status_code, first_refund.json()["status"]) == (201, "partially_refunded")
    assert first_refund.json()["refund"]["amount"] == first["total"]
    assert seen["status"] == "partially_refunded"
    assert [("barcode_url" in ticket, ticket.get("refunded", False)) for ticket in seen["tickets"]] == [
        (False, True),
        (True, False),
    ]
    assert rest.json()["status"] == "refunded"
    assert len(listed.json()["refunds"]) == 2


@pytest.mark.parametrize("returns", [True, False])
async def test_refunded_seats_return_to_the_sale_if_the_organizer_says_so(
    organizer: Organizer, ada: Buyer, returns: bool
) -> None:
    show = await organizer.show(hall=await organizer.plain_hall(), allow_orphans=True)
    held = await ada.hold(show, seats=list(show.seats[:2]))
    assert (await ada.confirm(held)).status_code == 200

    refunded = await refund(organizer, held, return_seats=returns)
    wanted = "aa" if returns else "bb"
    shown = ""
    for _ in range(100):  # a job publishes it within moments
        answer = await ada.http.get(f"/events/{show.id}/seats", headers={"Cache-Control": "no-cache"})
        shown = answer.json()["states"][:2]
        if shown == wanted:
            break
        await asyncio.sleep(0.1)
    next_one = await ada.checkout(show, seats=[show.seats[0]])

    assert refunded.status_code == 201, refunded.text
    assert shown == wanted
    if returns:
        assert next_one.status_code == 201
        return
    assert refusal(next_one) == (409, "seats-taken")
    path = f"/organizer/events/{show.id}/seats"
    kept = (await organizer.http.patch(path, json={})).json()["held_back"]
    await organizer.http.patch(path, json={"release": list(show.seats[:2])})
    assert kept == list(show.seats[:2])
    assert (await ada.checkout(show, seats=[show.seats[0]])).status_code == 201


async def test_a_refund_requested_twice_is_made_once(organizer: Organizer, ada: Buyer) -> None:
    held = await bought(organizer, ada)

    answers = [await refund(organizer, held, key="once " + held.booking_id, amount=100) for _ in range(2)]
    listed = await organizer.http.get(f"/organizer/bookings/{held.booking_id}/refunds")

    assert [answer.status_code for answer in answers] == [201, 201]
    assert len({answer.json()["refund"]["refund_id"] for answer in answers}) == 1
    assert len(listed.json()["refunds"]) == 1


async def test_refunds_need_an_api_key(organizer: Organizer, ada: Buyer) -> None:
    held = await bought(organizer, ada)
    path = f"/organizer/bookings/{held.booking_id}/refunds"

    answers = [
        await ada.http.post(path, json={}),
        await ada.http.get(path),
        await organizer.http.post("/organizer/bookings/bkg_nobody/refunds", json={}),
        await organizer.http.post(path, json={"amount": -1}),
        await organizer.http.post(path, json={"colour": "red"}),
    ]

    assert [answer.status_code for answer in answers] == [401, 401, 404, 422, 422]


async def test_webhook_events_are_refused_without_a_provider(ada: Buyer) -> None:
    answer = await ada.http.post("/payments/webhooks/stripe", content=b"{}", headers={"Stripe-Signature": "t=1,v1=0"})

    assert (answer.status_code, answer.json()["code"]) == (404, "webhooks-off")


async def test_an_old_link_of_a_place_that_was_sold_again_opens_nothing(organizer: Organizer, ada: Buyer) -> None:
    show = await organizer.show(standing=1)
    place = {"general_admission": [{"section_id": show.floor, "quantity": 1}]}
    held = await ada.hold(show, **place)
    bought = (await ada.confirm(held)).json()
    assert (await refund(organizer, held)).status_code == 201
    again = await organizer.http.post(
        f"/organizer/events/{show.id}/bookings",
        json={"payment": "cash", **place},
        headers={"Idempotency-Key": f"again {show.id}"},
    )
    links = [booking["tickets"][0]["barcode_url"] for booking in (bought, again.json())]

    old, new = [await ada.http.get(link) for link in links]
    signed = (await organizer.http.get("/check-in/manifest", params={"event_id": show.id})).json()
    manifest = json.loads(base64.urlsafe_b64decode(signed["payload"] + "=" * (-len(signed["payload"]) % 4)))

    assert (old.status_code, new.status_code) == (404, 200)
    assert manifest["sold"] == [[0, 0]]
    assert set(manifest["resold"]) == {"0"}
