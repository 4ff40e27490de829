"""A person adds a passkey in a real browser, signs out, and signs in by it; the console runs as a real server."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import uvicorn
from playwright.async_api import Browser, Page, expect

from admitone.kit.postgres import open_pool
from admitone.organizers.contracts import LinkPurpose
from admitone.organizers.usecases.deps import Deps
from admitone.organizers.usecases.one_time_links import create_link
from admitone.organizers.usecases.organizations import create_organization
from admitone.runtime.app import build_app
from admitone.runtime.settings import Settings
from admitone.runtime.wiring import utc_now
from tests.browser import visit
from tests.journeys.test_accessibility import grave_findings
from tests.running import FIRST_KEY_SPACE
from tests.servers import ServerUrls, create_database

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

# It touches nothing but what a page asks for, and its person is always there.
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@asynccontextmanager
async def run_console(settings: Settings, listener: socket.socket) -> AsyncIterator[None]:
    app = build_app(settings, ["console", "catalogue", "booking", "pages"])
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="on"))
    running = asyncio.create_task(server.serve([listener]))
    try:
        while not server.started and not running.done():
            await asyncio.wait({running}, timeout=0.02)
        yield
    finally:
        server.should_exit = True
        await running


async def add_authenticator(page: Page) -> None:
    session = await page.context.new_cdp_session(page)
    await session.send("WebAuthn.enable")
    await session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})


async def test_a_passkey_signs_in(
    server_urls: ServerUrls, worker_number: int, tmp_path: Path, chromium: Browser
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        # Passkeys belong to a domain: an IP address has none.
        address = f"http://localhost:{listener.getsockname()[1]}"
        settings = Settings(
            database_url=create_database(server_urls, f"passkeys_{worker_number}"),
            redis_url=server_urls.redis_url(FIRST_KEY_SPACE - 1 - worker_number),
            secret_keys=("a secret that the passkeys' tests sign with",),
            public_url=address,
            data_folder=tmp_path,
            payments="simulated",
            testing=True,
        )
        async with run_console(settings, listener), visit(chromium, address, "phone", bypass_csp=True) as page:
            async with open_pool(settings.database_url) as pool:
                deps = Deps(pool, utc_now)
                house = await create_organization(deps, name="Kölner Bühnen")
                _, token = await create_link(deps, organization_id=house, purpose=LinkPurpose.OWNER)
            await add_authenticator(page)
            await page.goto(f"/console/welcome/{token}")
            await page.get_by_label("Your name").fill("Ada")
            await page.get_by_label("Email address").fill("ada@stranger.example")
            await page.get_by_label("Password").fill("four quiet bassoons")
            await page.get_by_role("button", name="Open the console").click()

            await page.goto("/console/account")
            await page.get_by_role("link", name="Add a passkey").click()
            await page.get_by_label("Name").fill("my phone")
            found = await grave_findings(page, "add a passkey")
            await page.get_by_role("button", name="Add it").click()
            await expect(page.get_by_role("status")).to_have_text("From now on you can sign in with this passkey.")
            await expect(page.get_by_role("row", name="my phone")).to_be_visible()
            found += await grave_findings(page, "the account with a passkey")

            await page.goto("/console/confirm?next=/console/team")
            await page.get_by_role("button", name="Use a passkey").click()
            await expect(page.get_by_role("heading", level=1)).to_have_text("Team")
            await page.locator("summary").first.click()
            await page.get_by_role("button", name="Sign out").click()
            await page.get_by_role("button", name="Sign in with a passkey").click()
            await expect(page.get_by_role("heading", level=1)).to_have_text("Kölner Bühnen")

    assert found == []
