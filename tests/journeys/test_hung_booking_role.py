"""Two booking processes behind the gateway, one of them stopped: buyers continue at the other."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from admitone.embedded.gateway import HTTP_ROLES
from admitone.embedded.http_probe import answers_at_socket
from admitone.testing.buyer import Buyer, Held
from admitone.testing.organizer import Organizer
from tests.gateway_process import UNLIMITED, Echo, run_gateway
from tests.running import SECRET_KEY, Stack
from tests.socket_servers import serve_connections

pytestmark = pytest.mark.xdist_group("stack")

BUYERS = 12
READ_SECONDS = 2
KEYLESS = 8
START_SECONDS_MAX = 60.0


@pytest_asyncio.fixture
async def hung(stack: Stack) -> AsyncIterator[httpx.AsyncClient]:
    """Return a client of a gateway whose second booking process accepts connections and never answers."""
    path = stack.folder / "run" / "booking-2.sock"
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(sys.path),
        "ADMITONE_DATABASE_URL": stack.database_url,
        "ADMITONE_REDIS_URL": stack.redis_url,
        "ADMITONE_SECRET_KEY": SECRET_KEY,
        "ADMITONE_DATA_DIR": str(stack.folder),
        "ADMITONE_PAYMENTS": "simulated",
        "ADMITONE_TESTING": "1",
    }
    arguments = [sys.executable, "-m", "admitone", "serve", "booking", "--uds", str(path)]
    with (stack.folder / "logs" / "booking-2.log").open("ab") as log:
        second = subprocess.Popen(arguments, env=environment, stdout=log, stderr=log)
    try:
        async with asyncio.timeout(START_SECONDS_MAX):
            while not answers_at_socket(path):
                assert second.poll() is None
                await asyncio.sleep(0.05)
        second.send_signal(signal.SIGSTOP)
        upstreams = {role: [stack.folder / "run" / f"{role}.sock"] for role in HTTP_ROLES}
        upstreams["booking"].append(path)
        options = replace(UNLIMITED, booking_read_seconds=READ_SECONDS)
        with run_gateway(options, upstreams=upstreams) as gateway:
            async with httpx.AsyncClient(base_url=gateway.address, timeout=60) as http:
                yield http
    finally:
        second.kill()
        second.wait()


async def test_buyers_continue_while_one_of_two_booking_roles_hangs(
    hung: httpx.AsyncClient, organizer: Organizer
) -> None:
    show = await organizer.show(hall=await organizer.plain_hall(), standing=0)
    buyers = [Buyer(hung, f"buyer{number}") for number in range(BUYERS)]

    wish = {"best_available": {"quantity": 2}}
    answers = await asyncio.gather(*(buyer.checkout(show, key=f"hung-{buyer.name}", **wish) for buyer in buyers))
    held = [Held.of(answer) for answer in answers]
    confirms = await asyncio.gather(
        *(buyer.confirm(booking, key=f"pay-{buyer.name}") for buyer, booking in zip(buyers, held, strict=True))
    )
    seen = [await buyer.read(booking) for buyer, booking in zip(buyers, held, strict=True)]

    assert {answer.status_code for answer in confirms} <= {200, 202}
    assert {answer.status_code for answer in seen} == {200}
    assert len({seat for booking in held for seat in booking.seat_ids}) == 2 * BUYERS


async def test_a_post_without_a_key_is_sent_once() -> None:
    """Send to two servers that count their requests; one of them never answers."""
    folder = Path(tempfile.mkdtemp(prefix="admitone-hung-"))
    folder.chmod(0o755)
    upstreams = {role: [folder / f"{role}.sock"] for role in HTTP_ROLES}
    upstreams["booking"].append(folder / "booking-2.sock")
    hanging, answering = Echo("booking"), Echo("booking")
    hanging.doors.clear()
    async with AsyncExitStack() as stack:
        stack.callback(shutil.rmtree, folder)
        for path, echo in zip(upstreams["booking"], (hanging, answering), strict=True):
            await stack.enter_async_context(serve_connections(echo.serve, path=path))
            path.chmod(0o666)
        options = replace(UNLIMITED, booking_read_seconds=1)
        gateway = stack.enter_context(run_gateway(options, upstreams=upstreams))
        http = await stack.enter_async_context(httpx.AsyncClient(base_url=gateway.address, timeout=30))

        answers = await asyncio.gather(*(http.post("/booking/checkout", json={}) for _ in range(KEYLESS)))

        assert hanging.count > 0
        assert hanging.count + answering.count == KEYLESS
        assert {answer.status_code for answer in answers} == {200, 504}
        unanswered = next(answer for answer in answers if answer.status_code == 504)
        assert unanswered.json()["code"] == "timeout"

        hanging.count = answering.count = 0
        keyed = await asyncio.gather(
            *(http.post("/booking/release", headers={"Idempotency-Key": str(key)}) for key in range(KEYLESS))
        )
        assert {answer.status_code for answer in keyed} == {200}
        assert answering.count == KEYLESS
