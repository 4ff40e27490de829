"""HAProxy behind nginx: a server that hangs goes out of use, and its requests continue at another one."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest

from admitone.embedded.balancer import HealthCheck, balancer_sockets, render_balancer
from admitone.embedded.child import Child, Program
from admitone.embedded.gateway import HTTP_ROLES
from admitone.embedded.privileges import choose_identity
from admitone.embedded.readiness import wait_until_ready
from tests.gateway_process import UNLIMITED, Echo, run_gateway
from tests.socket_servers import port_of, serve_connections

pytestmark = pytest.mark.haproxy

REQUESTS = 8
# nginx waits 30 s for a server: these clients would give up before it.
CLIENT_SECONDS = 28.0
# The servers are in the process of the test: none looks lost where it stalls for less than 2 s.
QUICK = HealthCheck(interval_ms=500, timeout_ms=2_000, fall=2)
# No server is lost, however busy this machine is.
PATIENT = HealthCheck(interval_ms=5_000, timeout_ms=60_000, fall=2)


class Server(Echo):
    """A role whose process can stand still: it accepts connections and answers nothing, checks included."""

    def __init__(self) -> None:
        super().__init__("booking")
        self.runs = asyncio.Event()
        self.runs.set()
        self.waiting = 0
        self.sales: list[str] = []
        self.breaks_off = False

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.waiting += 1
        await self.runs.wait()
        self.waiting -= 1
        await super().serve(reader, writer)

    async def _answer(self, head: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if head.startswith(("POST ", "PUT ")):
            self.sales.append(head)
            if self.breaks_off:
                writer.close()
                return
        await super()._answer(head, reader, writer)


@dataclass(frozen=True)
class Balanced:
    """Two booking servers, and a client of nginx."""

    http: httpx.AsyncClient
    servers: tuple[Server, Server]


@asynccontextmanager
async def run_balanced(check: HealthCheck = QUICK, *, routes_by_event: bool = False) -> AsyncIterator[Balanced]:
    servers = (Server(), Server())
    async with AsyncExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="admitone-balancer-"))
        stack.callback(shutil.rmtree, folder)
        folder.chmod(0o755)
        sockets = balancer_sockets(folder, HTTP_ROLES)  # no other role runs
        # First: its start blocks the loop of the servers, and the checks would miss their answers.
        options = replace(UNLIMITED, routes_by_event=routes_by_event)
        gateway = stack.enter_context(run_gateway(options, upstreams={role: [path] for role, path in sockets.items()}))
        listening = [await stack.enter_async_context(serve_connections(server.serve)) for server in servers]
        booking = [f"127.0.0.1:{port_of(server)}" for server in listening]
        config = folder / "haproxy.cfg"
        config.write_text(
            render_balancer(
                folder=folder,
                upstreams={"booking": booking},
                user=None,
                check=check,
                routes_by_event=routes_by_event,
            )
        )
        identity = choose_identity(folder)
        os.chown(folder, *identity.owner)
        program = shutil.which("haproxy", path=f"{os.environ['PATH']}:/usr/sbin")
        assert program is not None
        child = Child(Program("HAProxy", [program, "-f", str(config)], folder / "haproxy.log", identity))
        stack.callback(child.stop)
        wait_until_ready(child, sockets["booking"].exists)
        http = httpx.AsyncClient(base_url=gateway.address, timeout=CLIENT_SECONDS)
        yield Balanced(await stack.enter_async_context(http), servers)


async def test_requests_of_a_server_that_hangs_continue_at_the_other_one() -> None:
    async with run_balanced() as balanced:
        http, (hanging, answering) = balanced.http, balanced.servers
        hanging.runs.clear()
        keyed = [http.post("/booking/release", headers={"Idempotency-Key": str(number)}) for number in range(REQUESTS)]
        keyless = [http.post("/booking/release") for _ in range(REQUESTS)]
        reads = [http.get("/booking/mine") for _ in range(REQUESTS)]

        answers = await asyncio.gather(*keyed, *keyless, *reads)

        assert hanging.waiting > 0
        assert [answer.status_code for answer in (*answers[:REQUESTS], *answers[-REQUESTS:])] == [200] * 2 * REQUESTS
        # It is unknown whether the server has done it: the client decides.
        unknown = [answer for answer in answers[REQUESTS:-REQUESTS] if answer.status_code != 200]
        assert {(answer.status_code, answer.json()["code"]) for answer in unknown} <= {(503, "busy")}

        # Out of use: nothing waits for it any more, not even a request without a key.
        assert [(await http.post("/booking/release")).status_code for _ in range(REQUESTS)] == [200] * REQUESTS
        assert hanging.count == 0
        assert answering.count >= 2 * REQUESTS


async def test_only_a_post_with_a_key_is_repeated() -> None:
    """The roles remember keys of POST alone."""
    async with run_balanced(PATIENT) as balanced:
        http, servers = balanced.http, balanced.servers
        for server in servers:
            server.breaks_off = True
        sent = []
        for method, headers in (("POST", {"Idempotency-Key": "1"}), ("POST", {}), ("PUT", {"Idempotency-Key": "1"})):
            before = sum(len(server.sales) for server in servers)
            assert (await http.request(method, "/booking/release", headers=headers)).status_code == 503
            sent.append(sum(len(server.sales) for server in servers) - before)

    assert sent[0] > 1
    assert sent[1:] == [1, 1]


async def test_headers_that_nginx_accepts_arrive() -> None:
    async with run_balanced(PATIENT) as balanced:
        large = {f"X-Large-{number}": "x" * 7_500 for number in range(3)}
        answer = await balanced.http.get("/booking/mine", headers=large)

    assert answer.status_code == 200, answer.text
    assert answer.json()["headers"]["x-large-2"] == large["X-Large-2"]


async def test_servers_that_all_look_lost_stay_in_use() -> None:
    async with run_balanced() as balanced:
        http, servers = balanced.http, balanced.servers
        for server in servers:
            server.runs.clear()
        waiting = asyncio.create_task(http.post("/booking/release", headers={"Idempotency-Key": "1"}))
        # The checks of both fail; their machine was only busy.
        async with asyncio.timeout(CLIENT_SECONDS):
            while min(server.waiting for server in servers) < 4:
                await asyncio.sleep(0.02)
        for server in servers:
            server.runs.set()

        assert (await http.post("/booking/release", headers={"Idempotency-Key": "2"})).status_code == 200
        assert (await waiting).status_code in (200, 503)


async def test_requests_of_one_event_meet_in_one_server_and_events_spread() -> None:
    async with run_balanced(PATIENT, routes_by_event=True) as balanced:
        http, (first, second) = balanced.http, balanced.servers
        of_first = []
        for event in (f"evt_{number}" for number in range(20)):
            before = len(first.sales), len(second.sales)
            for path in ("/booking/checkout", "/booking/confirm", f"/e/a-show-{event}/hold"):
                assert (await http.post(path, headers={"Event-Id": event})).status_code == 200
            more = (len(first.sales) - before[0], len(second.sales) - before[1])
            assert sorted(more) == [0, 3], event
            of_first.append(more == (3, 0))

        assert set(of_first) == {True, False}
