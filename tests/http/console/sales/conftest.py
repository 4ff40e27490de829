"""A house that sells, in this process: the console beside the API, its organizer, a buyer, and the payment jobs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from litestar.types import ASGIApp

from admitone.kit.postgres import Pool
from admitone.organizers.contracts import Role
from admitone.payments.usecases.capture import capture_payments
from admitone.payments.usecases.deps import Deps as PaymentsDeps
from admitone.payments.usecases.payment_writes import PaymentWrites
from admitone.payments.usecases.refunds import complete_refund
from admitone.runtime.app import build_app
from admitone.runtime.settings import Settings
from admitone.runtime.wiring import utc_now
from admitone.testing.buyer import Buyer, Held
from admitone.testing.organizer import Organizer, Show
from admitone.testing.processor.processor import SimulatedProcessor
from tests.builders import JobsWritten
from tests.http.console.browsing import ADDRESS, Browser
from tests.http.console.conftest import SECRET_KEY, SignIn


@pytest_asyncio.fixture
async def console(database_url: str, redis_url: str, tmp_path: Path) -> AsyncIterator[ASGIApp]:
    settings = Settings(
        database_url=database_url,
        redis_url=redis_url,
        secret_keys=(SECRET_KEY,),
        public_url=ADDRESS,
        data_folder=tmp_path,
        payments="simulated",
        testing=True,
    )
    app = build_app(settings, ["console", "catalogue", "booking"])
    async with _running(app):
        yield app


@pytest_asyncio.fixture
async def owner(sign_in: SignIn) -> Browser:
    return await sign_in(Role.OWNER)


@pytest_asyncio.fixture
async def organizer(console: ASGIApp, owner: Browser) -> AsyncIterator[Organizer]:
    async with Organizer(ADDRESS, owner.http.cookies["admitone-console"]) as organizer:
        await organizer.http.aclose()
        organizer.http = _client(console, organizer.http.headers)
        yield organizer


@pytest_asyncio.fixture
async def ada(console: ASGIApp) -> AsyncIterator[Buyer]:
    async with _client(console, httpx.Headers()) as http:
        yield Buyer(http, "ada")


@pytest.fixture
def payments(pool: Pool) -> PaymentsDeps:
    """Return what the payment jobs run with: tests capture and refund when they want it."""
    provider = SimulatedProcessor(pool)
    return PaymentsDeps(pool, provider, JobsWritten(), utc_now, PaymentWrites(pool, provider.name))


async def buy(ada: Buyer, payments: PaymentsDeps, show: Show, *, captured: bool = True, **wish: Any) -> Held:
    held = await ada.hold(show, **wish)
    confirmed = await ada.confirm(held)
    assert confirmed.status_code == 200, confirmed.text
    if captured:
        await capture_payments(payments, [held.booking_id])
    return held


async def finish_refunds(payments: PaymentsDeps, booking_id: str) -> None:
    """Do what the refund jobs do."""
    async with payments.pool.connection() as conn:
        rows = await (
            await conn.execute("SELECT id FROM payments.refunds WHERE booking_id = %s", [booking_id])
        ).fetchall()
    for row in rows:
        await complete_refund(payments, row["id"])


@asynccontextmanager
async def _running(app: ASGIApp) -> AsyncIterator[None]:
    """Run the application's lifespan in the tests' own event loop: its connections belong to that loop."""
    received: asyncio.Queue[Any] = asyncio.Queue()
    sent: asyncio.Queue[Any] = asyncio.Queue()
    scope: Any = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": {}}
    task = asyncio.ensure_future(app(scope, received.get, sent.put))
    for event in ("startup", "shutdown"):
        await received.put({"type": f"lifespan.{event}"})
        answer = await sent.get()
        assert answer["type"] == f"lifespan.{event}.complete", answer
        if event == "startup":
            yield
    await task


def _client(app: ASGIApp, headers: httpx.Headers) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app, client=("203.0.113.9", 0))  # type: ignore[arg-type] # two spellings of ASGI
    return httpx.AsyncClient(transport=transport, base_url=ADDRESS, headers=headers)
