"""A process dies at each labelled point, and the booking comes to a right end: with the buyer's retry, or without.

The processes are real: `admitone serve booking` and `admitone worker`, started here and killed by themselves at the
point that `ADMITONE_CRASH_AT` names. Right ends: sold, captured once, in the books; or nothing held, nothing taken.
"""

import asyncio
import copy
import hashlib
import hmac
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psycopg
import psycopg.types.json
import pytest
import pytest_asyncio
from psycopg.rows import dict_row
from redis.asyncio import Redis

from admitone.catalogue.contracts import SaleTerms
from admitone.kit.crash_points import EXIT_CODE
from admitone.kit.postgres import Pool, open_pool
from admitone.payments.adapters.simulated import SimulatedProcessor
from admitone.payments.contracts import RefundOrder
from admitone.payments.usecases.deps import Deps as PaymentsDeps
from admitone.payments.usecases.order_refund import order_refund
from admitone.roles.embedded.http_probe import answers_at_socket
from tests.builders import box_office, put_on_sale, terms_of_a_show
from tests.servers import ServerUrls, create_database
from tests.stripe_servers import post, run_localstripe

CONFIRM_POINTS = [
    "booking.begun",
    "payments.authorized",
    "booking.authorized",
    "booking.sold",
    "booking.shown",
]
WORKER_POINTS = ["payments.captured", "payments.voided", "payments.refunded"]
END_SECONDS_MAX = 60.0
PRICE = 2_000
WEBHOOK_SECRET = "whsec_of_the_crash_tests"


class House:
    """A database, a Redis key space, and processes of the product on them."""

    def __init__(self, database_url: str, redis_url: str, folder: Path, pool: Pool, redis: Redis) -> None:
        self.database_url = database_url
        self.folder = folder
        self.pool = pool
        self.box_office = box_office(pool, redis)
        self._environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(sys.path),
            "ADMITONE_DATABASE_URL": database_url,
            "ADMITONE_REDIS_URL": redis_url,
            "ADMITONE_SECRET_KEY": "a secret for processes that are going to die",
            "ADMITONE_DATA_DIR": str(folder),
            "ADMITONE_TESTING": "1",
        }

    def with_stripe(self, address: str) -> "House":
        """The same house, paid through Stripe at `address`."""
        other = copy.copy(self)
        other._environment = {
            **self._environment,
            "ADMITONE_PAYMENTS": "stripe",
            "ADMITONE_STRIPE_SECRET_KEY": "sk_test_1",
            "ADMITONE_STRIPE_PUBLISHABLE_KEY": "pk_test_1",
            "ADMITONE_STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
            "ADMITONE_STRIPE_API_BASE": address,
        }
        return other

    @contextmanager
    def process(self, *arguments: str, crash_at: str | None = None) -> Iterator[subprocess.Popen[bytes]]:
        """Run `admitone …`; ended by its own pid."""
        environment = {**self._environment, **({"ADMITONE_CRASH_AT": crash_at} if crash_at else {})}
        with (self.folder / "output").open("ab") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "admitone", *arguments], env=environment, stdout=output, stderr=output
            )
        try:
            yield process
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait(timeout=15)

    @contextmanager
    def booking(self, *, crash_at: str | None = None) -> Iterator[tuple[httpx.Client, subprocess.Popen[bytes]]]:
        """The booking role on a socket of its own, when it answers."""
        path = self.folder / "booking.sock"
        path.unlink(missing_ok=True)
        with self.process("serve", "booking", "--uds", str(path), crash_at=crash_at) as process:
            transport = httpx.HTTPTransport(uds=str(path))
            with httpx.Client(transport=transport, base_url="http://booking", timeout=20) as client:
                _wait(lambda: answers_at_socket(path), "the booking role")
                yield client, process

    async def show(self, *, hold_seconds: int = 600) -> SaleTerms:
        return await put_on_sale(self.box_office, terms_of_a_show(standing=10, hold_seconds=hold_seconds))

    def rows(self, statement: str, *arguments: object) -> list[dict[str, Any]]:
        with psycopg.connect(self.database_url, row_factory=dict_row) as conn:
            return conn.execute(statement.encode(), arguments).fetchall()

    def state(self, booking_id: str) -> dict[str, Any]:
        """How a booking stands, in the product's books and in the processor's."""
        (row,) = self.rows(
            """
            select b.status,
                (select count(*) from booking.tickets t where t.booking_id = b.id and t.state = 's') as sold,
                (select count(*) from booking.tickets t where t.booking_id = b.id and t.state = 'c') as claimed,
                array(select i.status from simulated_processor.intents i
                    where i.reference = b.id and i.status <> 'requires_payment_method') as intents,
                coalesce((select sum(i.amount - i.amount_refunded) from simulated_processor.intents i
                    where i.reference = b.id and i.status = 'succeeded'), 0)::bigint as taken,
                coalesce((select sum(e.amount) from payments.ledger_entries e
                    join payments.ledger_transactions l on l.id = e.transaction_id
                    where l.booking_id = b.id and e.account = 'provider_clearing'), 0)::bigint as clearing,
                coalesce((select sum(e.amount) from payments.ledger_entries e
                    join payments.ledger_transactions l on l.id = e.transaction_id
                    where l.booking_id = b.id and e.account = 'buyer_receivable'), 0)::bigint as owed
            from booking.bookings b where b.id = %s
            """,
            booking_id,
        )
        return row


SOLD = {
    "status": "confirmed",
    "sold": 2,
    "claimed": 0,
    "intents": ["succeeded"],
    "taken": 2 * PRICE,
    "clearing": 2 * PRICE,
    "owed": 0,
}
BOOKS = {name: SOLD[name] for name in ("status", "sold", "claimed", "clearing", "owed")}
ENDED = {"status": "expired", "sold": 0, "claimed": 0, "intents": [], "taken": 0, "clearing": 0, "owed": 0}


@pytest_asyncio.fixture(scope="module")
async def house(server_urls: ServerUrls, worker_number: int, _open_redis: Redis) -> AsyncIterator[House]:
    url = create_database(server_urls, f"crashing_{worker_number}")
    folder = Path(tempfile.mkdtemp(prefix="admitone-crash-"))
    await _open_redis.flushdb()
    async with open_pool(url) as pool:
        yield House(url, server_urls.redis_url(worker_number), folder, pool, _open_redis)
    shutil.rmtree(folder, ignore_errors=True)


def checkout(client: httpx.Client, show: SaleTerms) -> dict[str, str]:
    answer = client.post(
        "/booking/checkout",
        json={"event_id": show.event_id, "general_admission": [{"section_id": "floor", "quantity": 2}]},
    )
    assert answer.status_code == 201, answer.text
    body = answer.json()
    return {"booking_id": body["booking_id"], "booking_token": body["booking_token"]}


def confirm(client: httpx.Client, key: dict[str, str]) -> httpx.Response:
    return client.post("/booking/confirm", json={**key, "payment": {"payment_method": "pm_card_visa"}})


def crash_while_confirming(house: House, show: SaleTerms, point: str) -> dict[str, str]:
    with house.booking(crash_at=point) as (client, process):
        key = checkout(client, show)
        with pytest.raises(httpx.TransportError):
            confirm(client, key)
        assert process.wait(timeout=10) == EXIT_CODE
    return key


async def test_the_buyer_asks_again_after_each_crash(house: House) -> None:
    show = await house.show()
    keys = {point: crash_while_confirming(house, show, point) for point in CONFIRM_POINTS}

    with house.booking() as (client, _):
        answers = {point: confirm(client, key) for point, key in keys.items()}
    with house.process("worker"):
        await _until(lambda: all(house.state(key["booking_id"]) == SOLD for key in keys.values()), house, keys)

    assert {point: answer.status_code for point, answer in answers.items()} == dict.fromkeys(CONFIRM_POINTS, 200)


async def test_nobody_asks_again_after_a_crash(house: House) -> None:
    """The worker alone takes each to its end: sold where the buyer's money was reserved, over where it was not."""
    show = await house.show(hold_seconds=6)
    keys = {point: crash_while_confirming(house, show, point) for point in CONFIRM_POINTS}
    right = {point: ENDED if point == "booking.begun" else SOLD for point in CONFIRM_POINTS}

    with house.process("worker"):
        await _until(
            lambda: all(house.state(key["booking_id"]) == right[point] for point, key in keys.items()), house, keys
        )

    free = house.rows(
        "select count(*) as count from booking.tickets where event_id = %s and state = 'a'", show.event_id
    )
    assert free == [{"count": 10 - 2 * (len(CONFIRM_POINTS) - 1)}]


@pytest.mark.parametrize("point", WORKER_POINTS)
async def test_a_worker_dies_in_the_middle_of_a_job(house: House, point: str) -> None:
    show = await house.show()
    key = await _make_work_for(house, show, point)

    with house.process("worker", crash_at=point) as process:
        code = await asyncio.to_thread(process.wait, END_SECONDS_MAX)
    with house.process("worker"):
        right = _right_end(point)
        await _until(
            lambda: {name: house.state(key["booking_id"])[name] for name in right} == right, house, {point: key}
        )

    assert code == EXIT_CODE


async def test_it_dies_between_the_steps_of_paying_with_stripe(house: House) -> None:
    """The intent is created, its id is stored, then it is confirmed: a crash between leaves nothing that pays twice."""
    points = ["payments.created", "payments.stored"]
    show = await house.show()
    with run_localstripe(house.folder / "localstripe") as address:
        stripe = house.with_stripe(address)
        keys = {point: crash_while_confirming(stripe, show, point) for point in points}
        with stripe.booking() as (client, _):
            answers = [confirm(client, key).status_code for key in keys.values()]
        with stripe.process("worker"):
            await _until(lambda: all(_books(house, key) == BOOKS for key in keys.values()), house, keys)

    assert answers == [200, 200]


async def test_it_dies_when_an_event_was_kept(house: House) -> None:
    """The buyer confirmed with Stripe and went away; the event is kept, and the process dies before it says so."""
    show = await house.show()
    with run_localstripe(house.folder / "localstripe") as address:
        stripe = house.with_stripe(address)
        with stripe.booking(crash_at="payments.event_stored") as (client, process):
            key = checkout(client, show)
            intent = house.rows(
                "select provider_ref from payments.payments where booking_id = %s and attempt = 0", key["booking_id"]
            )[0]["provider_ref"]
            post(address, f"/v1/payment_intents/{intent}", {"payment_method": "pm_card_visa"})
            post(address, f"/v1/payment_intents/{intent}/confirm", {})
            with pytest.raises(httpx.TransportError):
                client.post("/payments/webhooks/stripe", **signed_event("evt_1", intent))
            code = process.wait(timeout=10)
        with stripe.booking() as (client, _):
            again = client.post("/payments/webhooks/stripe", **signed_event("evt_1", intent))
        with stripe.process("worker"):
            await _until(lambda: _books(house, key) == BOOKS, house, {"payments.event_stored": key})

    assert code == EXIT_CODE
    assert (again.status_code, again.json()) == (200, {"received": True, "duplicate": True})


def signed_event(event_id: str, intent: str) -> dict[str, Any]:
    about = {"id": intent, "object": "payment_intent"}
    event = {"id": event_id, "type": "payment_intent.amount_capturable_updated", "data": {"object": about}}
    body, at = json.dumps(event).encode(), int(time.time())
    digest = hmac.new(WEBHOOK_SECRET.encode(), b"%d.%s" % (at, body), hashlib.sha256).hexdigest()
    return {"content": body, "headers": {"Stripe-Signature": f"t={at},v1={digest}"}}


def _books(house: House, key: dict[str, str]) -> dict[str, Any]:
    """Our side alone: what localstripe has, no query of ours can see."""
    state = house.state(key["booking_id"])
    return {name: state[name] for name in BOOKS}


async def _make_work_for(house: House, show: SaleTerms, point: str) -> dict[str, str]:
    with house.booking() as (client, _):
        key = checkout(client, show)
        if point == "payments.voided":
            asks = {"payment": {"payment_method": "pm_card_authenticationRequired"}}
            assert client.post("/booking/confirm", json={**key, **asks}).status_code == 402
            assert client.post("/booking/release", json=key).status_code == 200
            return key
        assert confirm(client, key).status_code == 200
    if point == "payments.refunded":
        with house.process("worker"):
            await _until(lambda: house.state(key["booking_id"]) == SOLD, house, {point: key})
        await _order_refund(house, key["booking_id"])
    return key


async def _order_refund(house: House, booking_id: str) -> None:
    async def defer(conn: Any, name: str, /, **arguments: Any) -> None:
        await conn.execute(
            "insert into procrastinate_jobs (queue_name, task_name, args) values ('default', %s, %s)",
            [name, psycopg.types.json.Jsonb(arguments)],
        )

    deps = PaymentsDeps(house.pool, SimulatedProcessor(house.pool), defer, house.box_office.now)
    async with house.pool.connection() as conn, conn.transaction():
        await order_refund(deps, conn, RefundOrder("rfd_1", booking_id, PRICE, 0))


def _right_end(point: str) -> dict[str, Any]:
    return {
        "payments.captured": SOLD,
        "payments.voided": {"status": "released", "intents": ["canceled"], "taken": 0, "clearing": 0},
        "payments.refunded": {"status": "confirmed", "taken": PRICE, "clearing": PRICE, "owed": 0},
    }[point]


async def _until(is_so: Any, house: House, keys: dict[str, dict[str, str]]) -> None:
    deadline = time.monotonic() + END_SECONDS_MAX
    while not await asyncio.to_thread(is_so):
        if time.monotonic() > deadline:
            states = {point: house.state(key["booking_id"]) for point, key in keys.items()}
            raise AssertionError(f"{states}\n{(house.folder / 'output').read_text()[-4000:]}")
        await asyncio.sleep(0.3)


def _wait(is_so: Any, what: str) -> None:
    deadline = time.monotonic() + END_SECONDS_MAX
    while not is_so():
        assert time.monotonic() < deadline, f"{what} is not ready"
        time.sleep(0.05)
