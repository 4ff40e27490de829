"""The console with an identity provider, which runs in a process of its own."""

import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
import pytest_asyncio
from litestar.types import ASGIApp
from msgspec import structs

from admitone.runtime.app import build_app
from admitone.runtime.oidc_settings import OidcSettings
from admitone.runtime.settings import Settings
from tests.http.console.browsing import ADDRESS, running
from tests.limits import SECONDS_MAX


class Accounts:
    """The provider's accounts, and its side of a sign-in."""

    def __init__(self, http: httpx.Client) -> None:
        self.issuer = str(http.base_url).rstrip("/")
        self._http = http

    def register(self) -> tuple[str, str]:
        """Return id and secret of a client that comes back to the console."""
        redirect = f"{ADDRESS}/console/sign-in/provider/return"
        client = self._http.post("/oauth2/clients", json={"redirect_uris": [redirect]}).json()
        return client["client_id"], client["client_secret"]

    def save(self, subject: str, **claims: Any) -> None:
        assert self._http.put(f"/users/{subject}", json=claims).status_code == 204

    def sign_in(self, url: str, subject: str) -> str:
        """Sign in at the page of `url`, and return the path where the browser is sent back to."""
        answer = self._http.post(url, data={"sub": subject})
        assert answer.status_code == 302, answer.text
        return answer.headers["Location"].removeprefix(ADDRESS)


@pytest.fixture(scope="session")
def accounts() -> Iterator[Accounts]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address, port = listener.getsockname()
        number = listener.fileno()
        process = subprocess.Popen([sys.executable, "-m", "tests.identity_provider", str(number)], pass_fds=[number])
    try:
        # The socket listens already: the first request waits until the process serves it.
        with httpx.Client(base_url=f"http://{address}:{port}", trust_env=False, timeout=SECONDS_MAX) as http:
            yield Accounts(http)
    finally:
        process.terminate()
        process.wait()


@pytest.fixture(scope="session")
def provider_settings(console_settings: Settings, accounts: Accounts) -> Settings:
    client_id, client_secret = accounts.register()
    oidc = OidcSettings(accounts.issuer, client_id, client_secret, "your Bühnen account")
    return structs.replace(console_settings, oidc=oidc)


@pytest_asyncio.fixture(scope="session")
async def console(console_pool: Any, provider_settings: Settings) -> AsyncIterator[ASGIApp]:
    app = build_app(provider_settings, ["console", "catalogue", "booking"])
    async with running(app):
        yield app
