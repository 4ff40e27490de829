"""Run processes of the product on a database and a key space; a test chooses where they crash."""

import asyncio
import copy
import os
import shutil
import tempfile
import time
import uuid
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from psycopg.rows import dict_row
from redis import Redis
from redis.asyncio import Redis as AsyncRedis

from admitone.catalogue.contracts import SaleTerms
from admitone.embedded.http_probe import answers_at_socket
from admitone.kit.crash_points import EXIT_CODE
from admitone.kit.postgres import Pool, open_pool
from tests.builders import box_office, put_on_sale, terms_of_a_show
from tests.program import ProgramProcess, run_program
from tests.servers import ServerUrls, create_database

END_SECONDS_MAX = 180.0
PRICE = 2_000
WEBHOOK_SECRET = "whsec_of_the_crash_tests"


class Env:
    """A database, a Redis key space, and processes of the product on them."""

    def __init__(self, database_url: str, redis_url: str, folder: Path, pool: Pool, redis: AsyncRedis) -> None:
        self.database_url = database_url
        self.folder = folder
        self.pool = pool
        self.box_office = box_office(pool, redis)
        self._environment = {
            **os.environ,
            "ADMITONE_DATABASE_URL": database_url,
            "ADMITONE_REDIS_URL": redis_url,
            "ADMITONE_SECRET_KEY": "a secret for processes that are going to die",
            "ADMITONE_DATA_DIR": str(folder),
            "ADMITONE_PAYMENTS": "simulated",
            "ADMITONE_TESTING": "1",
        }

    def with_stripe(self, address: str) -> "Env":
        """Return the same environment with payments through Stripe at `address`."""
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
    def process(self, *arguments: str, crash_at: str | None = None) -> Iterator[ProgramProcess]:
        """Run `admitone …`; stop it by its pid."""
        environment = {**self._environment, **({"ADMITONE_CRASH_AT": crash_at} if crash_at else {})}
        with run_program(arguments, environment, self.folder / "output") as process:
            yield process

    @contextmanager
    def booking(
        self, *, crash_at: str | None = None, name: str = "booking", beside: tuple[str, ...] = ()
    ) -> Iterator[tuple[httpx.Client, ProgramProcess]]:
        """Start the booking role on a socket of its own (`name`, if several run at once), with the roles `beside` it in
        its process; yield when it answers."""
        path = self.folder / f"{name}.sock"
        path.unlink(missing_ok=True)
        with self.process("serve", "booking", *beside, "--uds", str(path), crash_at=crash_at) as process:
            transport = httpx.HTTPTransport(uds=str(path))
            with httpx.Client(transport=transport, base_url="http://booking", timeout=120) as client:
                _wait(lambda: answers_at_socket(path), "the booking role")
                yield client, process

    async def show(self, *, hold_seconds: int = 600) -> SaleTerms:
        return await put_on_sale(self.box_office, terms_of_a_show(standing=10, hold_seconds=hold_seconds))

    def rows(self, statement: str, *arguments: object) -> list[dict[str, Any]]:
        with psycopg.connect(self.database_url, row_factory=dict_row) as conn:
            return conn.execute(statement.encode(), arguments).fetchall()

    def run(self, statement: str, *arguments: object) -> None:
        with psycopg.connect(self.database_url, autocommit=True) as conn:
            conn.execute(statement.encode(), arguments)

    def forget_requests(self) -> None:
        """Forget the requests, as after the time in which a request with the same key counts as running."""
        with Redis.from_url(self._environment["ADMITONE_REDIS_URL"]) as redis:
            for name in redis.scan_iter("idempotency:*"):
                redis.delete(name)

    def shown(self, event_id: str) -> int:
        """Return how many places of general admission Redis shows as free."""
        with Redis.from_url(self._environment["ADMITONE_REDIS_URL"]) as redis:
            return int(redis.llen(f"free:{{{event_id}}}:floor"))

    def state(self, booking_id: str) -> dict[str, Any]:
        """Return the state of a booking in the product's books and in the processor's."""
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
# The attempt is recorded, so the processor cancels what might still be on its way.
ENDED = {"status": "expired", "sold": 0, "claimed": 0, "intents": ["canceled"], "taken": 0, "clearing": 0, "owed": 0}


@asynccontextmanager
async def open_env(server_urls: ServerUrls, worker_number: int, redis: AsyncRedis) -> AsyncIterator[Env]:
    url = create_database(server_urls, f"crashing_{worker_number}")
    folder = Path(tempfile.mkdtemp(prefix="admitone-crash-"))
    await redis.flushdb()
    async with open_pool(url) as pool:
        yield Env(url, server_urls.redis_url(worker_number), folder, pool, redis)
    shutil.rmtree(folder, ignore_errors=True)


def wish_of_two(show: SaleTerms) -> dict[str, Any]:
    """Return the body of a checkout of two places by a new buyer."""
    places = [{"section_id": "floor", "quantity": 2}]
    buyer = {"email": f"person-{uuid.uuid4().hex}@example.org", "name": "A Person"}
    return {"event_id": show.event_id, "general_admission": places, "buyer": buyer}


def checkout(client: httpx.Client, show: SaleTerms) -> dict[str, str]:
    answer = client.post(
        "/booking/checkout",
        json=wish_of_two(show),
    )
    assert answer.status_code == 201, answer.text
    body = answer.json()
    return {"booking_id": body["booking_id"], "booking_token": body["booking_token"]}


def confirm(client: httpx.Client, key: dict[str, str]) -> httpx.Response:
    return client.post("/booking/confirm", json={**key, "payment": {"payment_method": "pm_card_visa"}})


def crash_while_confirming(env: Env, show: SaleTerms, point: str) -> dict[str, str]:
    with env.booking(crash_at=point) as (client, process):
        key = checkout(client, show)
        with pytest.raises(httpx.TransportError):
            confirm(client, key)
        assert process.wait(timeout=120) == EXIT_CODE
    return key


async def until(is_so: Callable[[], bool], env: Env, keys: Mapping[str, dict[str, str]]) -> None:
    deadline = time.monotonic() + END_SECONDS_MAX
    while not await asyncio.to_thread(is_so):
        if time.monotonic() > deadline:
            states = {point: env.state(key["booking_id"]) for point, key in keys.items()}
            raise AssertionError(f"{states}\n{(env.folder / 'output').read_text()[-4000:]}")
        await asyncio.sleep(0.3)


def _wait(is_so: Any, what: str) -> None:
    deadline = time.monotonic() + END_SECONDS_MAX
    while not is_so():
        assert time.monotonic() < deadline, f"{what} is not ready"
        time.sleep(0.05)
