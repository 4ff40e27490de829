"""A house that sells, in this process: the console beside the API, its organizer, a buyer, and the payment jobs."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio
from litestar.types import ASGIApp

from admitone.booking.usecases.organizer_deps import OrganizerDeps
from admitone.kit.postgres import Pool
from admitone.kit.redis import open_redis
from admitone.organizers.contracts import Role
from admitone.payments.usecases.capture import capture_payments
from admitone.payments.usecases.deps import Deps as PaymentsDeps
from admitone.payments.usecases.payment_writes import PaymentWrites
from admitone.payments.usecases.refunds import complete_refund
from admitone.runtime.settings import Settings
from admitone.runtime.wiring import open_wiring, utc_now
from admitone.testing.buyer import Buyer, Held
from admitone.testing.organizer import Organizer, Show
from admitone.testing.processor.processor import SimulatedProcessor
from tests.builders import JobsWritten
from tests.http.console.browsing import ADDRESS, Browser
from tests.http.console.conftest import SignIn
from tests.http.console.sales.seat_acts import DUE_DAYS


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
def payments(console_pool: Pool) -> PaymentsDeps:
    """Return what the payment jobs run with: tests capture and refund when they want it."""
    provider = SimulatedProcessor(console_pool)
    return PaymentsDeps(console_pool, provider, JobsWritten(), utc_now, PaymentWrites(console_pool, provider.name))


@pytest_asyncio.fixture
async def desk(console_settings: Settings) -> AsyncIterator[OrganizerDeps]:
    """Return what the worker makes scheduled changes with, on a day on which they are due."""
    async with open_redis(console_settings.redis_url) as redis, open_wiring(console_settings, redis) as wiring:
        deps = wiring.organizer_booking
        later = timedelta(days=DUE_DAYS, hours=1)
        yield replace(deps, booking=replace(deps.booking, now=lambda: utc_now() + later))


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


def _client(app: ASGIApp, headers: httpx.Headers) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app, client=("203.0.113.9", 0))  # type: ignore[arg-type] # two spellings of ASGI
    return httpx.AsyncClient(transport=transport, base_url=ADDRESS, headers=headers)
