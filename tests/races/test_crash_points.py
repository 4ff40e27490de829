"""A process dies at each labelled point, and the booking comes to a right end: with the buyer's retry, or without.

The processes are real: `admitone serve booking` and `admitone worker`, started here and killed by themselves at the
point that `ADMITONE_CRASH_AT` names. Right ends: sold, captured once, in the books; or nothing held, nothing taken.
"""

import asyncio
import hashlib
import hmac
import json
import time
from typing import Any

import httpx
import psycopg
import psycopg.types.json
import pytest

from admitone.catalogue.contracts import SaleTerms
from admitone.kit.crash_points import EXIT_CODE
from admitone.payments.contracts import RefundOrder
from admitone.payments.usecases.deps import Deps as PaymentsDeps
from admitone.payments.usecases.payment_writes import PaymentWrites
from admitone.payments.usecases.refunds import order_refund
from admitone.testing.processor.processor import SimulatedProcessor
from tests.races.environment import (
    BOOKS,
    END_SECONDS_MAX,
    ENDED,
    PRICE,
    SOLD,
    WEBHOOK_SECRET,
    Env,
    checkout,
    confirm,
    crash_while_confirming,
    until,
)
from tests.stripe_servers import post, run_localstripe

CONFIRM_POINTS = [
    "booking.begun",
    "payments.authorized",
    "booking.authorized",
    "booking.sold",
    "booking.shown",
]
WORKER_POINTS = ["payments.captured", "payments.booked", "payments.voided", "payments.refunded", "payments.compared"]


async def test_the_buyer_asks_again_after_each_crash(env: Env) -> None:
    show = await env.show()
    keys = {point: crash_while_confirming(env, show, point) for point in CONFIRM_POINTS}

    with env.booking() as (client, _):
        answers = {point: confirm(client, key) for point, key in keys.items()}
    with env.process("worker"):
        await until(lambda: all(env.state(key["booking_id"]) == SOLD for key in keys.values()), env, keys)

    assert {point: answer.status_code for point, answer in answers.items()} == dict.fromkeys(CONFIRM_POINTS, 200)


async def test_nobody_asks_again_after_a_crash(env: Env) -> None:
    """The worker alone takes each to its end: sold where the buyer's money was reserved, over where it was not."""
    show = await env.show(hold_seconds=6)
    keys = {point: crash_while_confirming(env, show, point) for point in CONFIRM_POINTS}
    right = {point: ENDED if point == "booking.begun" else SOLD for point in CONFIRM_POINTS}

    with env.process("worker"):
        await until(lambda: all(env.state(key["booking_id"]) == right[point] for point, key in keys.items()), env, keys)

    free = env.rows("select count(*) as count from booking.tickets where event_id = %s and state = 'a'", show.event_id)
    assert free == [{"count": 10 - 2 * (len(CONFIRM_POINTS) - 1)}]


@pytest.mark.parametrize("point", WORKER_POINTS)
async def test_a_worker_dies_in_the_middle_of_a_job(env: Env, point: str) -> None:
    show = await env.show()
    key = await _make_work_for(env, show, point)

    with env.process("worker", crash_at=point) as process:
        code = await asyncio.to_thread(process.wait, END_SECONDS_MAX)
    with env.process("worker"):
        right = _right_end(point)
        await until(lambda: {name: env.state(key["booking_id"])[name] for name in right} == right, env, {point: key})

    assert code == EXIT_CODE


async def test_it_dies_between_the_steps_of_paying_with_stripe(env: Env) -> None:
    """The intent is created, its id is stored, then it is confirmed: a crash between leaves nothing that pays twice."""
    points = ["payments.created", "payments.stored"]
    show = await env.show()
    with run_localstripe(env.folder / "localstripe") as address:
        stripe = env.with_stripe(address)
        keys = {point: crash_while_confirming(stripe, show, point) for point in points}
        with stripe.booking() as (client, _):
            answers = [confirm(client, key).status_code for key in keys.values()]
        with stripe.process("worker"):
            await until(lambda: all(_books(env, key) == BOOKS for key in keys.values()), env, keys)

    assert answers == [200, 200]


async def test_it_dies_when_an_event_was_kept(env: Env) -> None:
    """The buyer confirmed with Stripe and went away; the event is kept, and the process dies before it says so."""
    show = await env.show()
    with run_localstripe(env.folder / "localstripe") as address:
        stripe = env.with_stripe(address)
        with stripe.booking(crash_at="payments.event_stored") as (client, process):
            key = checkout(client, show)
            intent = env.rows(
                "select provider_ref from payments.payments where booking_id = %s and attempt = 0", key["booking_id"]
            )[0]["provider_ref"]
            post(address, f"/v1/payment_intents/{intent}", {"payment_method": "pm_card_visa"})
            post(address, f"/v1/payment_intents/{intent}/confirm", {})
            with pytest.raises(httpx.TransportError):
                client.post("/payments/webhooks/stripe", **signed_event("evt_1", intent))
            code = process.wait(timeout=120)
        with stripe.booking() as (client, _):
            again = client.post("/payments/webhooks/stripe", **signed_event("evt_1", intent))
        with stripe.process("worker"):
            await until(lambda: _books(env, key) == BOOKS, env, {"payments.event_stored": key})

    assert code == EXIT_CODE
    assert (again.status_code, again.json()) == (200, {"received": True, "duplicate": True})


def signed_event(event_id: str, intent: str) -> dict[str, Any]:
    about = {"id": intent, "object": "payment_intent"}
    event = {"id": event_id, "type": "payment_intent.amount_capturable_updated", "data": {"object": about}}
    body, at = json.dumps(event).encode(), int(time.time())
    digest = hmac.new(WEBHOOK_SECRET.encode(), b"%d.%s" % (at, body), hashlib.sha256).hexdigest()
    return {"content": body, "headers": {"Stripe-Signature": f"t={at},v1={digest}"}}


def _books(env: Env, key: dict[str, str]) -> dict[str, Any]:
    """Our side alone: what localstripe has, no query of ours can see."""
    state = env.state(key["booking_id"])
    return {name: state[name] for name in BOOKS}


async def _make_work_for(env: Env, show: SaleTerms, point: str) -> dict[str, str]:
    with env.booking() as (client, _):
        key = checkout(client, show)
        if point == "payments.voided":
            asks = {"payment": {"payment_method": "pm_card_authenticationRequired"}}
            assert client.post("/booking/confirm", json={**key, **asks}).status_code == 402
            assert client.post("/booking/release", json=key).status_code == 200
            return key
        assert confirm(client, key).status_code == 200
    if point == "payments.refunded":
        with env.process("worker"):
            await until(lambda: env.state(key["booking_id"]) == SOLD, env, {point: key})
        await _order_refund(env, key["booking_id"])
    return key


async def _order_refund(env: Env, booking_id: str) -> None:
    async def defer(conn: Any, name: str, /, **arguments: Any) -> None:
        await conn.execute(
            "insert into procrastinate_jobs (queue_name, task_name, args) values ('default', %s, %s)",
            [name, psycopg.types.json.Jsonb(arguments)],
        )

    provider = SimulatedProcessor(env.pool)
    writes = PaymentWrites(env.pool, provider.name)
    deps = PaymentsDeps(env.pool, provider, defer, env.box_office.now, writes)
    async with env.pool.connection() as conn, conn.transaction():
        await order_refund(deps, conn, RefundOrder("rfd_1", booking_id, PRICE, 0))


def _right_end(point: str) -> dict[str, Any]:
    return {
        "payments.captured": SOLD,
        "payments.booked": SOLD,
        "payments.compared": SOLD,
        "payments.voided": {"status": "released", "intents": ["canceled"], "taken": 0, "clearing": 0},
        "payments.refunded": {"status": "confirmed", "taken": PRICE, "clearing": PRICE, "owed": 0},
    }[point]
