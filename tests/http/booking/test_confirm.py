"""`POST /booking/confirm`: charged once, tickets issued; the hold stays live after a declined card."""

import asyncio
from typing import Any

import pytest

from admitone.testing.buyer import DECLINED_CARD, Buyer, Held
from admitone.testing.organizer import Organizer, Show
from tests.problems import problem_of, refusal

pytestmark = pytest.mark.xdist_group("stack")


async def a_hold(organizer: Organizer, buyer: Buyer, **fields: Any) -> tuple[Show, Held]:
    show = await organizer.show(standing=10, **fields)
    return show, await buyer.hold(show, general_admission=[{"section_id": show.floor, "quantity": 2}])


async def test_a_good_card_buys_the_tickets(organizer: Organizer, ada: Buyer) -> None:
    _, held = await a_hold(organizer, ada)

    answer = await ada.confirm(held)

    booking = answer.json()
    assert answer.status_code == 200
    assert booking["status"] == "confirmed"
    assert booking["receipt"]["total"] == held.answer["total"]
    assert booking["buyer"] == ada.buyer
    for ticket in booking["tickets"]:
        code = await ada.http.get(ticket["barcode_url"])
        page = await ada.http.get(ticket["pdf_url"])
        assert (code.status_code, code.headers["Content-Type"]) == (200, "image/svg+xml")
        assert page.content.startswith(b"%PDF-")


async def test_confirming_twice_is_the_same_booking(organizer: Organizer, ada: Buyer) -> None:
    _, held = await a_hold(organizer, ada)

    first, second = (await ada.confirm(held)).json(), (await ada.confirm(held, method=None)).json()

    assert first["receipt"] == second["receipt"]
    assert [ticket["ticket_id"] for ticket in first["tickets"]] == [ticket["ticket_id"] for ticket in second["tickets"]]


async def test_after_a_declined_card_another_may_be_tried(organizer: Organizer, ada: Buyer) -> None:
    _, held = await a_hold(organizer, ada)

    declined = await ada.confirm(held, DECLINED_CARD)
    still_held = (await ada.read(held)).json()
    paid = await ada.confirm(held)

    assert refusal(declined) == (402, "payment-declined")
    assert problem_of(declined)["decline_code"] == "insufficient_funds"
    assert problem_of(declined)["expires_at"] == still_held["expires_at"]
    assert still_held["status"] == "in_progress"
    assert paid.json()["status"] == "confirmed"


async def test_bank_authentication_is_one_more_step(organizer: Organizer, ada: Buyer) -> None:
    _, held = await a_hold(organizer, ada)

    asked = await ada.confirm(held, "pm_card_authenticationRequired")
    paid = await ada.confirm(held, "pm_card_authenticationRequired_authenticated")

    assert refusal(asked) == (402, "authentication-required")
    assert problem_of(asked)["next_action"]
    assert paid.json()["status"] == "confirmed"


async def test_a_slow_bank_is_reported_as_pending(organizer: Organizer, ada: Buyer) -> None:
    _, held = await a_hold(organizer, ada)

    waiting = await ada.confirm(held, "pm_slow")
    meanwhile = (await ada.read(held)).json()
    await asyncio.sleep(int(waiting.headers["Retry-After"]))
    paid = await ada.confirm(held, "pm_slow")

    assert waiting.status_code == 202
    assert waiting.json() == {"booking_id": held.booking_id, "status": "payment_processing"}
    assert meanwhile["status"] == "paying"
    assert paid.json()["status"] == "confirmed"


async def test_an_answer_lost_by_the_processor_is_recovered(organizer: Organizer, ada: Buyer) -> None:
    _, held = await a_hold(organizer, ada)

    answer = await ada.confirm(held, "pm_timeout_after")
    for _ in range(20):
        if answer.status_code != 202:
            break
        await asyncio.sleep(0.5)
        answer = await ada.confirm(held, "pm_timeout_after")

    assert answer.json()["status"] == "confirmed"


async def test_free_tickets_need_no_card(organizer: Organizer, ada: Buyer) -> None:
    show = await organizer.show(standing=10, price=0)
    held = await ada.hold(show, general_admission=[{"section_id": show.floor, "quantity": 2}])

    answer = await ada.confirm(held, method=None)

    assert held.answer["payment"] == {"provider": "free"}
    assert answer.json()["status"] == "confirmed"


async def test_a_card_is_needed_and_must_be_known(organizer: Organizer, ada: Buyer) -> None:
    _, held = await a_hold(organizer, ada)

    missing = await ada.confirm(held, method=None)
    unknown = await ada.confirm(held, "pm_card_of_no_one")
    paid = await ada.confirm(held)

    assert refusal(missing) == (422, "payment-method-missing")
    assert unknown.status_code == 402
    assert paid.json()["status"] == "confirmed"


async def test_a_guessed_booking_or_token_is_not_found(organizer: Organizer, ada: Buyer) -> None:
    _, held = await a_hold(organizer, ada)
    forged = Held(held.booking_id, held.token.swapcase(), held.answer)
    unknown = Held("bkg_01jd3x9k7qf0c8v5t2m4n6p8r0", held.token, held.answer)

    answers = [await act(wrong) for wrong in (forged, unknown) for act in (ada.confirm, ada.read, ada.release)]

    assert {refusal(answer) for answer in answers} == {(404, "booking-not-found")}


async def test_a_booking_is_read_only_with_its_token(organizer: Organizer, ada: Buyer) -> None:
    _, held = await a_hold(organizer, ada)

    anonymous = await ada.http.get(f"/booking/{held.booking_id}")
    as_basic = await ada.http.get(f"/booking/{held.booking_id}", headers={"Authorization": f"Basic {held.token}"})
    owner = await ada.read(held)

    assert refusal(anonymous) == refusal(as_basic) == (404, "booking-not-found")
    assert owner.json()["tickets"] == held.answer["tickets"]


async def test_released_seats_are_free_at_once(organizer: Organizer, ada: Buyer) -> None:
    show = await organizer.show(hall=await organizer.plain_hall(1, 2))
    held = await ada.hold(show, seats=list(show.seats))

    released = await ada.release(held)
    twice = await ada.release(held)
    others = await Buyer(ada.http, "bob").checkout(show, seats=list(show.seats))
    too_late = await ada.confirm(held)

    assert released.json()["status"] == twice.json()["status"] == "released"
    assert others.status_code == 201
    assert refusal(too_late) == (410, "booking-released")


async def test_a_bought_booking_cannot_be_released(organizer: Organizer, ada: Buyer) -> None:
    _, held = await a_hold(organizer, ada)
    await ada.confirm(held)

    assert refusal(await ada.release(held)) == (409, "booking-not-releasable")


async def test_a_hold_expires_automatically(organizer: Organizer, ada: Buyer) -> None:
    show = await organizer.show(hall=await organizer.plain_hall(1, 2), hold_seconds=5)
    held = await ada.hold(show, seats=list(show.seats))
    await asyncio.sleep(6)  # the hold's time + 1 s

    taken_over = await Buyer(ada.http, "bob").checkout(show, seats=list(show.seats))
    too_late = await ada.confirm(held)

    assert taken_over.status_code == 201
    assert refusal(too_late) == (410, "hold-expired")
    assert (await ada.read(held)).json()["status"] == "expired"


async def test_a_cancelled_event_cannot_be_paid(organizer: Organizer, ada: Buyer) -> None:
    show, held = await a_hold(organizer, ada)
    await organizer.cancel(show)

    assert refusal(await ada.confirm(held)) == (410, "event-cancelled")
