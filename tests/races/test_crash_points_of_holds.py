"""A process crashes between PostgreSQL and Redis, or while it continues another's work: no seat stays stuck."""

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


async def test_a_process_crashes_while_places_are_locked_or_released(env: Env) -> None:
    """Everything that a hold has in Redis or PostgreSQL ends when it expires, though process and sweeper crashed."""
    show = await env.show(hold_seconds=HOLD_SECONDS)
    wish = wish_of_two(show)
    key = {"Idempotency-Key": secrets.token_hex(16)}
    for point in ("booking.locked", "booking.claimed"):
        with env.booking(crash_at=point) as (client, process), pytest.raises(httpx.TransportError):
            client.post("/booking/checkout", json=wish, headers=key)
        assert process.poll() == EXIT_CODE
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


async def test_processes_crash_between_freeing_places_and_offering_them(env: Env) -> None:
    """The freed place is kept for the first who waits, whichever process dies, and is shown as held in the end."""
    show = await env.show()

    def state() -> str:
        (row,) = env.rows("select state from booking.waiting_entries where event_id = %s", show.event_id)
        return str(row["state"])

    with env.booking() as (client, _):
        buyers = [checkout(client, show) for _ in range(PLACES // 2)]
        wish = {"buyer": {"email": "ada@example.org"}, "quantity": 2}
        joined = client.post(f"/events/{show.event_id}/waiting-list", json=wish)
        assert joined.status_code == 201, joined.text
        token = {"Authorization": f"Bearer {joined.json()['entry_token']}"}
    with env.booking(crash_at="booking.released") as (client, process):
        with pytest.raises(httpx.TransportError):
            client.post("/booking/release", json=buyers[0])
        assert process.wait(timeout=120) == EXIT_CODE
    withheld = env.rows("select index from booking.tickets where event_id = %s and state = 'w'", show.event_id)
    with env.process("worker", crash_at="booking.offered") as process:
        assert await asyncio.to_thread(process.wait, END_SECONDS_MAX) == EXIT_CODE
    offered = state()
    with env.process("worker"):
        settled = "select id from procrastinate_jobs where status in ('todo', 'doing')"
        await until(lambda: not env.rows(settled), env, {})
    with env.booking() as (client, _):
        path = f"/events/{show.event_id}/waiting-list"
        offer = client.get(path, headers=token).json()["offer"]
        shown = client.get(f"/events/{show.event_id}/seats").json()["areas"]["floor"]["available"]
        paid = confirm(client, {name: offer[name] for name in ("booking_id", "booking_token")})

    assert (len(withheld), offered, shown) == (2, "offered", 0)
    assert (paid.status_code, len(paid.json()["tickets"])) == (200, 2)


async def test_processes_crash_while_a_ticket_goes_from_one_buyer_to_the_next(env: Env) -> None:
    """After the offer, and after the sale, the process dies: the next buyer has the ticket, the first one the money."""
    show, api_key = await _show_of_an_organizer(env)
    organizer = {"Authorization": f"Bearer {api_key}"}
    terms = f"/organizer/events/{show.event_id}/resale-terms"
    with env.booking() as (client, _), env.process("worker"):
        assert client.put(terms, json={"returns": "when_sold"}, headers=organizer).status_code == 200
        buyers = [checkout(client, show) for _ in range(PLACES // 2)]
        bought = [confirm(client, key).json() for key in buyers]
        wish = {"buyer": {"email": "ben@example.org"}, "quantity": 1}
        joined = client.post(f"/events/{show.event_id}/waiting-list", json=wish)
        assert joined.status_code == 201, joined.text
        await until(lambda: env.state(buyers[0]["booking_id"]) == SOLD, env, {"sold": buyers[0]})
    # A ticket is offered once its sale is a second old (SALES_APART): a fast machine would be refused.
    is_apart = "select confirmed_at < clock_timestamp() - interval '1 second' as so from booking.bookings where id = %s"
    await until(lambda: env.rows(is_apart, buyers[0]["booking_id"]) == [{"so": True}], env, {"sold": buyers[0]})
    token = {"Authorization": f"Bearer {buyers[0]['booking_token']}"}
    path, body = f"/booking/{buyers[0]['booking_id']}/returns", {"ticket_ids": [bought[0]["tickets"][0]["ticket_id"]]}
    with env.booking(crash_at="booking.resale_offered") as (client, process):
        with pytest.raises(httpx.TransportError):
            client.post(path, json=body, headers=token)
        assert process.wait(timeout=120) == EXIT_CODE

    claimed = "select claimed_by from booking.resales where event_id = %s and claimed_by is not null"
    with env.process("worker"):
        await until(lambda: bool(env.rows(claimed, show.event_id)), env, {"offered": buyers[0]})
    with env.booking() as (client, _):
        mine = {"Authorization": f"Bearer {joined.json()['entry_token']}"}
        offer = client.get(f"/events/{show.event_id}/waiting-list", headers=mine).json()["offer"]
        again = client.post(path, json=body, headers=token)
    key = {name: offer[name] for name in ("booking_id", "booking_token")}
    with env.booking(crash_at="booking.sold") as (client, process):
        with pytest.raises(httpx.TransportError):
            confirm(client, key)
        assert process.wait(timeout=120) == EXIT_CODE
    with env.process("worker"):
        await until(lambda: env.state(key["booking_id"])["taken"] == PRICE, env, {"next": key})
        await until(lambda: env.state(buyers[0]["booking_id"])["taken"] == PRICE, env, {"first": buyers[0]})

    assert (again.status_code, again.json()["offered"]) == (201, body["ticket_ids"])
    rows = env.rows("select status from booking.bookings where id = any(%s) order by 1", _ids(key, buyers[0]))
    assert [row["status"] for row in rows] == ["confirmed", "partially_refunded"]
    refunds = env.rows("select amount, status from payments.refunds where booking_id = %s", buyers[0]["booking_id"])
    assert refunds == [{"amount": PRICE, "status": "succeeded"}]


def _ids(*keys: dict[str, str]) -> list[str]:
    return [key["booking_id"] for key in keys]


async def test_a_process_crashes_repeatedly_while_it_ends_an_overdue_payment(env: Env) -> None:
    show = await env.show(hold_seconds=HOLD_SECONDS)
    key = crash_while_confirming(env, show, "booking.begun")
    # Before the hold expires, the worker would continue the payment.
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


async def test_a_process_crashes_after_a_sale_found_its_places_taken(env: Env) -> None:
    """Another booking has the seats, which no rule allows: this booking fails, and its authorization is voided."""
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


async def test_a_process_crashes_after_a_refund_was_ordered(env: Env) -> None:
    """The organizer retries with the same key: one refund, and the seats are for sale."""
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

    assert process.poll() == EXIT_CODE
    assert (again.status_code, again.json()["status"]) == (201, "refunded")
    assert again.json()["refund"]["amount"]["amount"] == 2 * PRICE
    refunds = env.rows("select amount from payments.refunds where booking_id = %s", key["booking_id"])
    assert refunds == [{"amount": 2 * PRICE}]


async def test_a_process_crashes_after_the_box_office_has_sold(env: Env) -> None:
    """A retry with the same key returns the same sale, though Redis has lost the request; the map shows the sale."""
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

    assert process.poll() == EXIT_CODE
    assert (again.status_code, again.json()["total"]["amount"]) == (201, 2 * PRICE)
    bookings = env.rows("select id, status from booking.bookings where event_id = %s", show.event_id)
    assert bookings == [{"id": again.json()["booking_id"], "status": "confirmed"}]


async def test_a_process_crashes_in_the_sweep_that_refunds_a_cancelled_event(env: Env) -> None:
    """The next worker continues where the first one stopped: every buyer gets a full refund, once."""
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
    """Create a show; return it and an API key of its organizer."""
    organizers = OrganizersDeps(env.pool, env.box_office.now)
    organization_id = await create_organization(organizers, name="Kölner Bühnen")
    api_key = (await create_api_key(organizers, organization_id=organization_id, role=Role.OWNER, label="tests")).key
    terms = msgspec.structs.replace(terms_of_a_show(standing=PLACES), organization_id=organization_id)
    return await put_on_sale(env.box_office, terms), api_key


def _all_are_free(env: Env, show: SaleTerms) -> Callable[[], bool]:
    """Check that all places are free in PostgreSQL and on the map."""
    count = "select count(*) as count from booking.tickets where event_id = %s and state = 'a'"

    def are_free() -> bool:
        return env.rows(count, show.event_id) == [{"count": PLACES}] and env.shown(show.event_id) == PLACES

    return are_free
