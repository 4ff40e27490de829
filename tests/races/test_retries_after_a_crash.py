"""A process dies while a request runs: the retry under its key goes on in another process and is not locked out.

The processes are real, and die at a labelled point as after kill -9. A retry may be told to wait (409
`request-in-progress`) only while the lease of the dead process lives.
"""

import secrets
import time
from collections.abc import Callable

import httpx
import pytest

from admitone.catalogue.contracts import SaleTerms
from admitone.kit.crash_points import EXIT_CODE
from tests.builders import put_on_sale, terms_of_a_show
from tests.races.environment import END_SECONDS_MAX, Env, checkout

PLACES = 2


def retry(ask: Callable[[], httpx.Response]) -> httpx.Response:
    """Ask again as told, until the answer is not "still running"."""
    began = time.monotonic()
    while (answer := ask()).status_code == 409 and answer.json()["code"] == "request-in-progress":
        assert time.monotonic() - began < END_SECONDS_MAX, "the retry is locked out"
        time.sleep(int(answer.headers["Retry-After"]))
    return answer


async def small_show(env: Env) -> SaleTerms:
    """All of its places are what one buyer asks for: a lock that a dead process left would take them away."""
    return await put_on_sale(env.box_office, terms_of_a_show(standing=PLACES, hold_seconds=600))


BUYER = {"email": "ada@example.org", "name": "Ada Park"}


@pytest.mark.parametrize("point", ["booking.locked", "booking.claimed"])
async def test_a_checkout_is_tried_again_and_gets_its_own_places(env: Env, point: str) -> None:
    show = await small_show(env)
    wish = {
        "event_id": show.event_id,
        "general_admission": [{"section_id": "floor", "quantity": PLACES}],
        "buyer": BUYER,
    }
    headers = {"Idempotency-Key": secrets.token_hex(16)}

    with env.booking(name="survivor") as (survivor, _), env.booking(crash_at=point) as (client, process):
        with pytest.raises(httpx.TransportError):
            client.post("/booking/checkout", json=wish, headers=headers)
        assert process.wait(timeout=END_SECONDS_MAX) == EXIT_CODE
        answer = retry(lambda: survivor.post("/booking/checkout", json=wish, headers=headers))

    assert answer.status_code == 201, answer.text
    assert len(answer.json()["tickets"]) == PLACES
    bookings = env.rows("select id, status from booking.bookings where event_id = %s", show.event_id)
    assert bookings == [{"id": answer.json()["booking_id"], "status": "in_progress"}]


@pytest.mark.parametrize("point", ["booking.locked", "booking.claimed"])
async def test_a_form_is_sent_again_and_gets_its_own_places(env: Env, point: str) -> None:
    show = await small_show(env)
    path, form = f"/e/{show.event_id}/hold", {"form_key": secrets.token_urlsafe(16), "area-floor": str(PLACES)}

    with env.booking(name="survivor") as (survivor, _), env.booking(crash_at=point) as (client, process):
        cookie = {"Cookie": client.post(path, data=form).headers["set-cookie"].partition(";")[0]}
        with pytest.raises(httpx.TransportError):
            client.post(path, data=form, headers=cookie)
        assert process.wait(timeout=END_SECONDS_MAX) == EXIT_CODE
        answer = survivor.post(path, data=form, headers=cookie)

    assert answer.status_code == 303, answer.text
    bookings = env.rows("select id, status from booking.bookings where event_id = %s", show.event_id)
    assert bookings == [{"id": answer.headers["location"].removeprefix("/checkout/"), "status": "in_progress"}]


@pytest.mark.parametrize("point", ["booking.begun", "booking.authorized", "booking.sold"])
async def test_a_confirm_is_tried_again_and_gets_its_tickets(env: Env, point: str) -> None:
    show = await small_show(env)
    headers = {"Idempotency-Key": secrets.token_hex(16)}

    with env.booking(name="survivor") as (survivor, _):
        key = checkout(survivor, show)
        body = {**key, "payment": {"payment_method": "pm_card_visa"}}
        with env.booking(crash_at=point) as (client, process):
            with pytest.raises(httpx.TransportError):
                client.post("/booking/confirm", json=body, headers=headers)
            assert process.wait(timeout=END_SECONDS_MAX) == EXIT_CODE
            answer = retry(lambda: survivor.post("/booking/confirm", json=body, headers=headers))

    assert answer.status_code == 200, answer.text
    assert answer.json()["status"] == "confirmed"
    assert len(answer.json()["tickets"]) == PLACES
