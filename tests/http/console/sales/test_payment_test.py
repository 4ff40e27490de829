"""Test the payment keys on a screen, at a server that imitates Stripe, until the webhook arrives."""

import hashlib
import hmac
import time
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio
from litestar.types import ASGIApp

from admitone.kit.postgres import Pool
from admitone.organizers.contracts import Role
from admitone.organizers.usecases.deps import Deps
from admitone.runtime.app import build_app
from admitone.runtime.settings import Settings, StripeSettings
from tests.http.console.browsing import Browser, running, text_of
from tests.http.console.conftest import SignIn
from tests.stripe_servers import run_localstripe

SECRET = "whsec_1"
TESTS = "/console/settings/payment-tests"


@pytest_asyncio.fixture
async def stripe_console(console_settings: Settings, tmp_path: Path) -> AsyncIterator[ASGIApp]:
    with run_localstripe(tmp_path / "log") as address:
        stripe = StripeSettings("sk_test_1", "pk_test_1", (SECRET,), address)
        app = build_app(
            msgspec.structs.replace(console_settings, payments="stripe", stripe=stripe),
            ["console", "catalogue", "booking"],
        )
        async with running(app):
            yield app


async def test_the_steps_and_the_arrival_of_the_webhook_are_shown(
    sign_in: SignIn, stripe_console: ASGIApp, console_pool: Pool
) -> None:
    signed_in = await sign_in(Role.MANAGER)
    browser = Browser(stripe_console, email=signed_in.email)
    browser.http.cookies = signed_in.http.cookies
    browser.csrf = signed_in.csrf
    refused = await browser.send(TESTS, currency="euros")
    answer = await browser.send(TESTS, currency="eur")
    shown = answer.headers["Location"]
    awaited = text_of(await browser.get(shown))
    async with console_pool.connection() as conn:
        rows = await conn.execute(
            "SELECT provider_ref FROM payments.payment_tests WHERE id = %s", [shown.rsplit("/", 1)[1]]
        )
        ((intent_id,),) = [tuple(row.values()) for row in await rows.fetchall()]
    about = {"id": intent_id, "object": "payment_intent"}
    body = msgspec.json.encode({"id": f"evt_{intent_id}", "type": "payment_intent.canceled", "data": {"object": about}})
    at = int(time.time())
    digest = hmac.new(SECRET.encode(), b"%d.%s" % (at, body), hashlib.sha256).hexdigest()
    headers = {"Stripe-Signature": f"t={at},v1={digest}", "Content-Type": "application/json"}
    heard = await browser.http.post("/payments/webhooks/stripe", content=body, headers=headers)
    arrived = text_of(await browser.get(shown))
    trail = text_of(await browser.get("/console/audit?q=testPaymentKeys"))

    assert (refused.status_code, "three capital letters" in text_of(refused)) == (422, True)
    assert answer.status_code == 303
    assert "These are test keys: no money moved." in awaited
    assert "The payment processor accepts the keys." in awaited
    assert "Not yet" in awaited
    assert heard.status_code == 200, heard.text
    assert "Arrived ( payment_intent.canceled )" in arrived
    assert "Check again" not in arrived
    assert "Test payment keys" in trail


@pytest.mark.parametrize("role", [Role.FINANCE, Role.BOX_OFFICE])
async def test_others_do_not_try_the_keys(sign_in: SignIn, organizers: Deps, role: Role) -> None:
    browser = await sign_in(role)

    assert (await browser.send(TESTS, currency="EUR")).status_code == 403
