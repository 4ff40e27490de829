"""The console and the organizer API in this process; people with a role who are signed in.

One application and one database a test session: each test makes an organization of its own.
"""

from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest
import pytest_asyncio
from argon2 import PasswordHasher
from litestar.types import ASGIApp

from admitone.kit.postgres import Pool, open_pool
from admitone.mail.adapters.smtp import SmtpServer
from admitone.organizers.contracts import LinkPurpose, Role
from admitone.organizers.usecases.credentials import password_hashes
from admitone.organizers.usecases.deps import Deps
from admitone.organizers.usecases.one_time_links import create_link
from admitone.organizers.usecases.organizations import create_organization
from admitone.runtime.app import build_app
from admitone.runtime.mail_settings import MailSettings
from admitone.runtime.settings import Settings
from admitone.runtime.wiring import utc_now
from tests.http.console.browsing import ADDRESS, Browser, domain_of, running
from tests.running import FIRST_KEY_SPACE
from tests.servers import ServerUrls, create_database

SECRET_KEY = "a secret that the console's tests sign with"
HOUSE = "Kölner Bühnen"
PASSWORD = "four quiet bassoons"
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
REPORTS_SECRET = "a secret for the reports of a mail provider"


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash passwords at the lowest cost: most tests sign people in (tests/unit/organizers has the real cost)."""
    monkeypatch.setattr(password_hashes, "_HASHER", QUICK)
    monkeypatch.setattr(password_hashes, "_NOBODYS", QUICK.hash("of no account"))


@pytest.fixture(scope="session")
def console_settings(server_urls: ServerUrls, worker_number: int, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(
        database_url=create_database(server_urls, f"console_{worker_number}"),
        redis_url=server_urls.redis_url(FIRST_KEY_SPACE - 1 - worker_number),
        secret_keys=(SECRET_KEY,),
        public_url=ADDRESS,
        data_folder=tmp_path_factory.mktemp("console"),
        payments="simulated",
        testing=True,
        # Mails are written; the worker, which sends them, does not run.
        mail=MailSettings(SmtpServer("127.0.0.1", 1, "none"), "tickets@venue.example", reports_secret=REPORTS_SECRET),
    )


@pytest_asyncio.fixture(scope="session")
async def console(console_settings: Settings) -> AsyncIterator[ASGIApp]:
    app = build_app(console_settings, ["console", "catalogue", "booking"])
    async with running(app):
        yield app


@pytest_asyncio.fixture(scope="session")
async def console_pool(console_settings: Settings) -> AsyncIterator[Pool]:
    async with open_pool(console_settings.database_url) as pool:
        yield pool


@pytest.fixture(scope="session")
def organizers(console_pool: Pool) -> Deps:
    return Deps(console_pool, utc_now, public_url=ADDRESS)


@pytest_asyncio.fixture
async def house(organizers: Deps) -> str:
    """Return the id of an organization of this test, without members."""
    return await create_organization(organizers, name=HOUSE)


ApiOf = Callable[[str], httpx.AsyncClient]


@pytest.fixture
def api_of(console: ASGIApp) -> ApiOf:
    """Return a function that opens the organizer API, from outside, with a credential."""

    def connect(credential: str) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(console, client=("203.0.113.9", 0))  # type: ignore[arg-type] # two spellings
        headers = {"Authorization": f"Bearer {credential}"}
        return httpx.AsyncClient(transport=transport, base_url=ADDRESS, headers=headers)

    return connect


SignIn = Callable[..., Awaitable[Browser]]


@pytest.fixture
def sign_in(console: ASGIApp, organizers: Deps, house: str) -> SignIn:
    """Return a function that makes a person with a role and returns their browser, signed in.

    Their address is in `Browser.email`, their password is `PASSWORD`.
    """

    async def enter(role: Role, organization_id: str = house) -> Browser:
        browser = Browser(console, email=f"{role.value}@{domain_of(organization_id)}")
        _, token = await create_link(
            organizers, organization_id=organization_id, purpose=LinkPurpose.INVITATION, role=role
        )
        form = {"name": f"Ada {role.value}", "email": browser.email, "password": PASSWORD}
        answer = await browser.post(f"/console/welcome/{token}", data=form)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/console"), answer.text
        await browser.read_csrf()
        return browser

    return enter
