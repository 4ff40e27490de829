"""The console in this process, on an empty database: people with a role who are signed in."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from litestar.testing import AsyncTestClient
from litestar.types import ASGIApp

from admitone.kit.postgres import Pool
from admitone.organizers.contracts import LinkPurpose, Role
from admitone.organizers.usecases.deps import Deps
from admitone.organizers.usecases.one_time_links import create_link
from admitone.organizers.usecases.organizations import create_organization
from admitone.runtime.app import build_app
from admitone.runtime.settings import Settings
from admitone.runtime.wiring import utc_now
from tests.http.console.browsing import Browser, field_of_page

SECRET_KEY = "a secret that the console's tests sign with"
HOUSE = "Kölner Bühnen"


@pytest.fixture
def organizers(pool: Pool) -> Deps:
    return Deps(pool, utc_now)


@pytest_asyncio.fixture
async def house(organizers: Deps) -> str:
    """Return the id of an organization without members."""
    return await create_organization(organizers, name=HOUSE)


@pytest.fixture
def settings(database_url: str, redis_url: str, tmp_path: Path) -> Settings:
    return Settings(
        database_url=database_url,
        redis_url=redis_url,
        secret_keys=(SECRET_KEY,),
        public_url="http://testserver.local",
        data_folder=tmp_path,
        payments="simulated",
        testing=True,
    )


@pytest_asyncio.fixture
async def console(settings: Settings) -> AsyncIterator[ASGIApp]:
    app = build_app(settings, ["console"])
    async with AsyncTestClient(app):
        yield app


SignIn = Callable[[Role], Awaitable[Browser]]


@pytest.fixture
def sign_in(console: ASGIApp, organizers: Deps, house: str) -> SignIn:
    """Return a function that makes a person with a role and returns their browser, signed in."""

    async def enter(role: Role) -> Browser:
        browser = Browser(console)
        token = await create_link(organizers, organization_id=house, purpose=LinkPurpose.INVITATION, role=role)
        form = {"name": f"Ada {role.value}", "email": f"{role.value}@house.example"}
        answer = await browser.post(f"/console/welcome/{token}", data=form)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/console"), answer.text
        page = await browser.get("/console")
        browser.csrf = field_of_page(page, "csrf_token")
        return browser

    return enter
