"""A process dies between PostgreSQL and Redis, or while it takes over what another left: no seat stays stuck."""

import asyncio
import secrets
from collections.abc import Callable

import httpx
import msgspec
import pytest

from admitone.catalogue.contracts import EventStatus, SaleTerms
from admitone.kit.crash_points import EXIT_CODE
from admitone.organizers.contracts import Role
from admitone.organizers.usecases.api_keys import create_api_key
from admitone.organizers.usecases.deps import Deps as OrganizersDeps
from admitone.organizers.usecases.organizations import create_organization
from tests.builders import put_on_sale, terms_of_a_show
from tests.races.environment import (
    END_SECONDS_MAX,
    ENDED,
    PRICE,
    SOLD,
    Env,
    checkout,
    confirm,
    crash_while_confirming,
    until,
    wish_of_two,
)

PLACES = 10
HOLD_SECONDS = 5
OVERDUE_POINTS = ["booking.taken_over", "booking.settled", "booking.ended"]


async def test_it_dies_while_places_are_taken_or_given_back(env: Env) -> None:
    """Whatever a hold has in Redis or in PostgreSQL ends with its time, though its process and its sweeper died."""
    show = await env.show(hold_seconds=HOLD_SECONDS)
    wish = wish_of_two(show)
    key = {"Idempotency-Key": secrets.token_hex(16)}
    for point in ("booking.locked", "booking.claimed"):
        with env.booking(crash_at=point) as (client, process), pytest.raises(httpx.TransportError):
            client.post("/booking/checkout", json=wish, headers=key)
        assert process.returncode == EXIT_CODE
        env.forget_requests()
    with env.booking(crash_at="booking.released") as (client, process):
        given_back = checkout(client, show)
        with pytest.raises(httpx.TransportError):
            client.post("/booking/release", json=given_back)
        assert process.wait(timeout=120) == EXIT_CODE
    with env.booking() as (client, _):
        again = client.post("/booking/checkout", json=wish, headers=key)
    with env.process("worker", crash_at="booking.expired") as process:
        assert await asyncio.to_thread(process.wait, END_SECONDS_MAX) == EXIT_CODE
    with env.process("worker"):
        await until(_all_are_free(env, show), env, {"released": given_back})
    bookings = env.rows("select status from booking.bookings where event_id = %s order by 1", show.event_id)

    assert (again.status_code, again.json()["status"]) == (201, "in_progress")
    assert [row["status"] for row in bookings] == ["expired", "released"]


async def test_it_dies_again_and_again_while_it_ends_an_overdue_payment(env: Env) -> None:
    show = await env.show(hold_seconds=HOLD_SECONDS)
    key = crash_while_confirming(env, show, "booking.begun")
    # Before its time is over, the worker would go on with the payment.
    is_over = "select expires_at < clock_timestamp() as is_over from booking.bookings where id = %s"
    await until(lambda: env.rows(is_over, key["booking_id"]) == [{"is_over": True}], env, {"overdue": key})
    long_ago = "update booking.bookings set paying_since = paying_since - interval '1 min' where id = %s"
    for point in OVERDUE_POINTS:
        env.run(long_ago, key["booking_id"])
        with env.process("worker", crash_at=point) as process:
            assert await asyncio.to_thread(process.wait, END_SECONDS_MAX) == EXIT_CODE
    with env.process("worker"):
        await until(lambda: env.state(key["booking_id"]) == ENDED, env, {"overdue": key})
        await until(_all_are_free(env, show), env, {"overdue": key})


async def test_it_dies_when_a_sale_found_its_places_gone(env: Env) -> None:
    """What no rule of ours allows: somebody else has them. The booking has failed, and the money is let go."""
    show = await env.show()
    with env.booking(crash_at="booking.sale_lost") as (client, process):
        key = checkout(client, show)
        env.run("update booking.tickets set booking_id = 'bkg_stranger' where booking_id = %s", key["booking_id"])
        with pytest.raises(httpx.TransportError):
            confirm(client, key)
        assert process.wait(timeout=120) == EXIT_CODE
    right = {"status": "failed", "sold": 0, "intents": ["canceled"], "taken": 0, "clearing": 0, "owed": 0}
    with env.process("worker"):
        await until(lambda: right.items() <= env.state(key["booking_id"]).items(), env, {"lost": key})


async def test_it_dies_when_a_refund_was_ordered(env: Env) -> None:
    """The organizer asks again under the same key: one refund, and the seats are for sale."""
    show, api_key = await _show_of_an_organizer(env)
    with env.booking() as (client, _):
        key = checkout(client, show)
        assert confirm(client, key).status_code == 200
    with env.process("worker"):
        await until(lambda: env.state(key["booking_id"]) == SOLD, env, {"sold": key})
    headers = {"Authorization": f"Bearer {api_key}", "Idempotency-Key": secrets.token_hex(16)}
    path = f"/organizer/bookings/{key['booking_id']}/refunds"
    with env.booking(crash_at="booking.refunded") as (client, process), pytest.raises(httpx.TransportError):
        client.post(path, json={}, headers=headers)
    env.forget_requests()
    with env.booking() as (client, _), env.process("worker"):
        again = client.post(path, json={}, headers=headers)
        await until(_all_are_free(env, show), env, {"refunded": key})
        await until(lambda: env.state(key["booking_id"])["taken"] == 0, env, {"refunded": key})

    assert process.returncode == EXIT_CODE
    assert (again.status_code, again.json()["status"]) == (201, "refunded")
    assert again.json()["refund"]["amount"]["amount"] == 2 * PRICE
    refunds = env.rows("select amount from payments.refunds where booking_id = %s", key["booking_id"])
    assert refunds == [{"amount": 2 * PRICE}]


async def test_it_dies_when_the_box_office_has_sold(env: Env) -> None:
    """Asked again under the same key it is the same sale, though Redis has forgotten the request; the map shows it."""
    show, api_key = await _show_of_an_organizer(env)
    headers = {"Authorization": f"Bearer {api_key}", "Idempotency-Key": secrets.token_hex(16)}
    wish = {"payment": "cash", "general_admission": [{"section_id": "floor", "quantity": 2}]}
    path = f"/organizer/events/{show.event_id}/bookings"

    def available(client: httpx.Client) -> int:
        return int(client.get(f"/events/{show.event_id}/seats").json()["areas"]["floor"]["available"])

    with env.booking() as (client, _):
        assert available(client) == PLACES
    with env.booking(crash_at="booking.sold_at_box_office") as (client, process), pytest.raises(httpx.TransportError):
        client.post(path, json=wish, headers=headers)
    env.forget_requests()
    with env.booking() as (client, _), env.process("worker"):
        await until(lambda: available(client) == PLACES - 2, env, {})
        again = client.post(path, json=wish, headers=headers)

    assert process.returncode == EXIT_CODE
    assert (again.status_code, again.json()["total"]["amount"]) == (201, 2 * PRICE)
    bookings = env.rows("select id, status from booking.bookings where event_id = %s", show.event_id)
    assert bookings == [{"id": again.json()["booking_id"], "status": "confirmed"}]


async def test_it_dies_in_the_sweep_that_refunds_a_cancelled_event(env: Env) -> None:
    """The next worker goes on where it stopped: everybody gets all of it back, once."""
    show, api_key = await _show_of_an_organizer(env)
    with env.booking() as (client, _), env.process("worker"):
        keys = {str(number): checkout(client, show) for number in range(3)}
        assert {confirm(client, key).status_code for key in keys.values()} == {200}
        await until(lambda: all(env.state(key["booking_id"]) == SOLD for key in keys.values()), env, keys)
    path, headers = f"/organizer/events/{show.event_id}/refunds", {"Authorization": f"Bearer {api_key}"}
    with env.booking() as (client, _):
        too_early = client.post(path, headers=headers)
        await put_on_sale(env.box_office, msgspec.structs.replace(show, status=EventStatus.CANCELLED, revision=2))
        ordered = [client.post(path, headers=headers) for _ in range(2)]
    with env.process("worker", crash_at="booking.refund_swept") as process:
        assert await asyncio.to_thread(process.wait, END_SECONDS_MAX) == EXIT_CODE
    count = "select count(*) as count from booking.bookings where status = 'confirmed' and event_id = %s"
    left = env.rows(count, show.event_id)
    right = {"status": "refunded", "sold": 0, "intents": ["succeeded"], "taken": 0, "clearing": 0, "owed": 0}
    with env.process("worker"):
        await until(
            lambda: all(right.items() <= env.state(key["booking_id"]).items() for key in keys.values()), env, keys
        )

    assert (too_early.status_code, too_early.json()["code"]) == (409, "event-not-cancelled")
    assert [(answer.status_code, answer.json()["bookings"]) for answer in ordered] == [(202, 3), (202, 3)]
    assert left[0]["count"] in (1, 2)
    mine = [key["booking_id"] for key in keys.values()]
    refunds = env.rows("select amount from payments.refunds where booking_id = any(%s)", mine)
    assert refunds == [{"amount": 2 * PRICE}] * 3


async def _show_of_an_organizer(env: Env) -> tuple[SaleTerms, str]:
    """A show, and an API key of whoever puts it on."""
    organizers = OrganizersDeps(env.pool, env.box_office.now)
    organization_id = await create_organization(organizers, name="Kölner Bühnen")
    api_key = (await create_api_key(organizers, organization_id=organization_id, role=Role.OWNER, label="tests")).key
    terms = msgspec.structs.replace(terms_of_a_show(standing=PLACES), organization_id=organization_id)
    return await put_on_sale(env.box_office, terms), api_key


def _all_are_free(env: Env, show: SaleTerms) -> Callable[[], bool]:
    """In PostgreSQL and on the map."""
    count = "select count(*) as count from booking.tickets where event_id = %s and state = 'a'"

    def are_free() -> bool:
        return env.rows(count, show.event_id) == [{"count": PLACES}] and env.shown(show.event_id) == PLACES

    return are_free
