"""`Idempotency-Key`: a repeated request runs once and gets the same bytes."""

import asyncio
import secrets

import pytest

from admitone.testing.buyer import DECLINED_CARD, Buyer
from admitone.testing.organizer import Organizer
from tests.problems import problem_of, refusal

pytestmark = pytest.mark.xdist_group("stack")

BEST = {"best_available": {"quantity": 2}}


def a_key() -> str:
    return secrets.token_hex(16)


async def test_the_same_checkout_is_answered_with_the_same_bytes(organizer: Organizer, ada: Buyer) -> None:
    show, key = await organizer.show(standing=10), a_key()

    first = await ada.checkout(show, key=key, **BEST)
    again = await ada.checkout(show, key=key, **BEST)

    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["Content-Type"] == first.headers["Content-Type"]
    assert again.headers["Idempotent-Replayed"] == "true"
    assert (await ada.seats(show)).json()["areas"][show.floor]["available"] == 8


async def test_another_body_under_the_same_key_is_refused(organizer: Organizer, ada: Buyer) -> None:
    show, key = await organizer.show(standing=10), a_key()
    await ada.checkout(show, key=key, **BEST)

    answer = await ada.checkout(show, key=key, best_available={"quantity": 3})

    assert refusal(answer) == (422, "idempotency-key-reused")


async def test_a_key_belongs_to_one_address(organizer: Organizer, ada: Buyer) -> None:
    show, key = await organizer.show(standing=10), a_key()
    held = await ada.hold(show, key=key, **BEST)

    paid = await ada.confirm(held, key=key)

    assert paid.json()["status"] == "confirmed"


async def test_a_refusal_is_replayed_too(organizer: Organizer, ada: Buyer) -> None:
    show, key = await organizer.show(hall=await organizer.plain_hall(1, 2)), a_key()
    bob = Buyer(ada.http, "bob")
    held = await ada.hold(show, seats=list(show.seats))
    refused = await bob.checkout(show, key=key, seats=list(show.seats))
    await ada.release(held)

    replayed = await bob.checkout(show, key=key, seats=list(show.seats))
    fresh = await bob.checkout(show, key=a_key(), seats=list(show.seats))

    assert replayed.content == refused.content
    assert fresh.status_code == 201


async def test_concurrent_duplicates_make_one_booking(organizer: Organizer, ada: Buyer) -> None:
    show, key = await organizer.show(standing=100), a_key()

    answers = await asyncio.gather(*(ada.checkout(show, key=key, **BEST) for _ in range(16)))

    made = [answer for answer in answers if answer.status_code == 201]
    running = [answer for answer in answers if answer.status_code != 201]
    assert {answer.content for answer in made} == {made[0].content}
    assert {refusal(answer) for answer in running} <= {(409, "request-in-progress")}
    assert (await ada.seats(show)).json()["areas"][show.floor]["available"] == 98


async def test_a_duplicate_of_a_running_payment_gets_409(organizer: Organizer, ada: Buyer) -> None:
    show, key = await organizer.show(standing=10), a_key()
    held = await ada.hold(show, **BEST)
    running = asyncio.create_task(ada.confirm(held, "pm_slow", key=key))
    await asyncio.sleep(0.5)

    twin = await ada.confirm(held, "pm_slow", key=key)

    assert refusal(twin) == (409, "request-in-progress")
    assert int(twin.headers["Retry-After"]) >= 1
    assert (await running).status_code == 202


async def test_a_declined_card_is_replayed_and_a_new_key_pays(organizer: Organizer, ada: Buyer) -> None:
    show, key = await organizer.show(standing=10), a_key()
    held = await ada.hold(show, **BEST)

    declined = await ada.confirm(held, DECLINED_CARD, key=key)
    replayed = await ada.confirm(held, DECLINED_CARD, key=key)
    paid = await ada.confirm(held, key=a_key())
    paid_replayed = await ada.confirm(held, DECLINED_CARD, key=key)

    assert replayed.content == declined.content == paid_replayed.content
    assert problem_of(declined)["code"] == "payment-declined"
    assert paid.json()["status"] == "confirmed"


@pytest.mark.parametrize("key", ["", "x" * 256, "tab\there", "naïve"])
async def test_a_key_must_be_short_printable_ascii(organizer: Organizer, ada: Buyer, key: str) -> None:
    headers = {b"Idempotency-Key": key.encode("utf-8")}
    body = {"event_id": "evt_01jd3x9k7qf0c8v5t2m4n6p8r0", "best_available": {"quantity": 1}}

    answer = await ada.http.post("/booking/checkout", json=body, headers=headers)

    assert refusal(answer) == (400, "invalid-parameter")
    assert problem_of(answer)["parameter"] == "Idempotency-Key"
