"""Run the whole product as real processes: every role and the worker on the run's PostgreSQL and Redis,
behind the real gateway on a free port. One `Stack` per pytest worker; tests create their own events on it.
"""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx

from admitone.demo.roles import DemoRoles
from admitone.embedded.http_probe import answers_at, answers_at_socket
from admitone.embedded.nginx import Nginx, listen_on
from admitone.embedded.readiness import wait_until_ready
from admitone.kit.postgres import open_pool
from admitone.organizers.contracts import Role
from admitone.organizers.usecases.api_keys import create_api_key
from admitone.organizers.usecases.deps import Deps as OrganizersDeps
from admitone.organizers.usecases.organizations import create_organization
from admitone.testing.demo_process import descendants
from tests.gateway_process import UNLIMITED
from tests.program import run_program
from tests.server_folder import open_server_folder
from tests.servers import ServerUrls, as_app, create_database

SECRET_KEY = "a secret that the tests' stack signs with"
# The `redis` fixtures of the workers use the key spaces below this one.
FIRST_KEY_SPACE = 32
START_SECONDS_MAX = 180.0


@dataclass(frozen=True)
class Stack:
    """The stack's addresses (each role's behind the gateway too), its servers, and an organizer's API key (owner)."""

    address: str
    database_url: str
    redis_url: str
    api_key: str
    folder: Path
    host_pid: int
    sockets: Mapping[str, Path]

    def find(self, role: str) -> int:
        """Return the process id of a role (`booking`, `worker`, …)."""
        found = [pid for pid, name in descendants(self.host_pid) if name == role]
        assert found, f"there is no {role} now"
        return found[0]

    async def read_metrics(self, role: str) -> httpx.Response:
        """Read metrics from the role itself: the gateway does not publish them."""
        transport = httpx.AsyncHTTPTransport(uds=str(self.folder / "run" / f"{role}.sock"))
        async with httpx.AsyncClient(transport=transport, base_url="http://role") as http:
            return await http.get("/metrics")

    def log(self, role: str) -> str:
        return (self.folder / "logs" / f"{role}.log").read_text("utf-8", "replace")


@asynccontextmanager
async def run_stack(
    urls: ServerUrls, number: int, settings: Mapping[str, str] | None = None, *, has_mailbox: bool = False
) -> AsyncIterator[Stack]:
    """Start everything on an empty database of its own, yield it when all roles answer, stop its processes by pid.

    `settings` are added to the roles' environment. `has_mailbox`: mails are sent, and shown at `/demo/mail`.
    Stacks with other numbers may run beside it.
    """
    with ExitStack() as stack:
        folder, identity, binaries = stack.enter_context(open_server_folder("stack"))
        listener = stack.enter_context(listen_on("127.0.0.1", 0))
        port = listener.getsockname()[1]
        database_url = create_database(urls, f"stack_{number}")
        redis_url = urls.redis_url(FIRST_KEY_SPACE + number)
        address = f"http://127.0.0.1:{port}"
        roles = DemoRoles(
            folder,
            {
                "ADMITONE_DATABASE_URL": as_app(database_url),
                "ADMITONE_REDIS_URL": redis_url,
                "ADMITONE_SECRET_KEY": SECRET_KEY,
                "ADMITONE_DATA_DIR": str(folder.path),
                "ADMITONE_PUBLIC_URL": address,
                "ADMITONE_PAYMENTS": "simulated",
                "ADMITONE_TESTING": "1",
                "ADMITONE_DEFER_IN_RUSH": "0",  # a crowd of one test would put off the captures of the next
                "PYTHONPATH": os.pathsep.join(sys.path),
                **(settings or {}),
            },
            has_mailbox=has_mailbox,
        )
        stack.callback(roles.close)
        host = roles.spawn()
        stack.callback(host.stop)
        roles.go()
        api_key = await make_owner_key(database_url, "Kölner Bühnen")
        gateway = Nginx(binaries.nginx, folder, identity, listener, roles.sockets, options=UNLIMITED).spawn()
        stack.callback(gateway.stop)
        roles.wait_until_ready()
        wait_until_ready(gateway, lambda: answers_at("127.0.0.1", port))
        yield Stack(address, database_url, redis_url, api_key, folder.path, host.pid, roles.sockets)


@asynccontextmanager
async def run_another_booking_role(stack: Stack, database_url: str, folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    """Run a second booking role beside the stack's, as on another machine. Its socket and its log are in `folder`."""
    path = folder / "another.sock"
    environment = {
        **os.environ,
        "ADMITONE_DATABASE_URL": database_url,
        "ADMITONE_REDIS_URL": stack.redis_url,
        "ADMITONE_SECRET_KEY": SECRET_KEY,
        "ADMITONE_DATA_DIR": str(stack.folder),
        "ADMITONE_PAYMENTS": "simulated",
        "ADMITONE_TESTING": "1",
    }
    with run_program(["serve", "booking", "--uds", str(path)], environment, folder / "another.log"):
        deadline = time.monotonic() + START_SECONDS_MAX
        while not await asyncio.to_thread(answers_at_socket, path):
            assert time.monotonic() < deadline, (folder / "another.log").read_text()
            await asyncio.sleep(0.05)
        transport = httpx.AsyncHTTPTransport(uds=str(path))
        async with httpx.AsyncClient(transport=transport, base_url="http://another", timeout=30) as http:
            yield http


async def make_owner_key(database_url: str, name: str) -> str:
    """Create an organization of this name, and return an API key of its owner."""
    async with open_pool(database_url) as pool:
        deps = OrganizersDeps(pool, lambda: datetime.now(UTC))
        organization_id = await create_organization(deps, name=name)
        return (await create_api_key(deps, organization_id=organization_id, role=Role.OWNER, label="tests")).key
