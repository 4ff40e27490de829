"""A stopped process (SIGSTOP) never exits: the supervisor detects and replaces it and logs one line; sales continue."""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from admitone.embedded.http_probe import answers_at_socket
from admitone.testing.demo_process import Demo, descendants, is_running
from admitone.testing.history import History, Outcome, Racer
from admitone.testing.organizer import Organizer, Show
from tests.races.faults.waiting import SECONDS_MAX, until
from tests.running import SECRET_KEY
from tests.servers import ServerUrls, create_database

pytestmark = pytest.mark.xdist_group("hung parts")

# Name of the process, and its name on the screen.
PARTS = {
    "booking": "booking",
    "catalogue": "catalogue",
    "worker": "worker",
    "host": "the roles' host",
    "nginx": "nginx",
    "valkey-server": "Redis",
    "postgres": "PostgreSQL",
}


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    folder = Path(tempfile.mkdtemp(prefix="admitone-hung-"))
    folder.chmod(0o711)
    demo = Demo(folder / "data", "--port", "0", "--events", "20")
    yield demo
    demo.end()
    shutil.rmtree(folder, ignore_errors=True)


def find(demo: Demo, part: str) -> int:
    if part != "host":
        return demo.find(part)
    return next(pid for pid, _ in descendants(demo.pid) if any(name == "booking" for _, name in descendants(pid)))


@pytest.mark.parametrize("part", PARTS)
async def test_a_stopped_part_is_replaced_and_sales_continue(demo: Demo, part: str) -> None:
    address = await asyncio.to_thread(demo.wait_until_ready)
    key = json.loads((demo.data / "credentials.json").read_text())["organizer_api_key"]
    stopped = find(demo, part)

    os.kill(stopped, signal.SIGSTOP)
    try:
        await until(lambda: any(_says_replaced(line, PARTS[part]) for line in demo.output.splitlines()))
    finally:
        if is_running(stopped):
            os.kill(stopped, signal.SIGCONT)
    await until(lambda: not is_running(stopped))

    async with Organizer(address, key) as organizer, asyncio.timeout(SECONDS_MAX):
        while (await organizer.http.get("/readyz")).status_code != 200:
            await asyncio.sleep(0.1)
        show = await organizer.show(standing=1000)
        buyer = Racer(History(), organizer.http, "ada")
        while not await buys(buyer, show):
            await asyncio.sleep(0.1)


async def buys(buyer: Racer, show: Show) -> bool:
    held = await buyer.checkout(show, general_admission=[{"section_id": show.floor, "quantity": 1}])
    return held.outcome is Outcome.OK and (await buyer.confirm(held)).outcome is Outcome.OK


def test_a_stopped_process_of_serve_is_replaced(server_urls: ServerUrls, worker_number: int) -> None:
    """In production there is no demo: `admitone serve --workers` replaces its own processes."""
    folder = Path(tempfile.mkdtemp(prefix="admitone-serve-"))
    path, log = folder / "s.sock", folder / "serve.log"
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(sys.path),
        "ADMITONE_DATABASE_URL": create_database(server_urls, f"serve_{worker_number}"),
        "ADMITONE_REDIS_URL": server_urls.redis_url(worker_number),
        "ADMITONE_SECRET_KEY": SECRET_KEY,
        "ADMITONE_PAYMENTS": "simulated",
        "ADMITONE_DATA_DIR": str(folder),
        "ADMITONE_HANG_SECONDS": "1",
    }
    arguments = [sys.executable, "-m", "admitone", "serve", "booking", "--workers", "2", "--uds", str(path)]
    with log.open("wb") as output:
        process = subprocess.Popen(arguments, env=environment, stdout=output, stderr=output)
    try:
        asyncio.run(until(lambda: path.exists() and answers_at_socket(path)))
        stopped = next(pid for pid, _ in descendants(process.pid))
        os.kill(stopped, signal.SIGSTOP)
        asyncio.run(until(lambda: "booking 1 was stopped for 1 s; restarting it" in log.read_text()))
        asyncio.run(until(lambda: len([pid for pid, _ in descendants(process.pid) if pid != stopped]) == 2))

        assert not is_running(stopped)
        # Retry: the kernel may route the connection to the process that has only just started.
        asyncio.run(until(lambda: answers_at_socket(path)))
    finally:
        process.terminate()
        process.wait(timeout=30)
        shutil.rmtree(folder, ignore_errors=True)


def _says_replaced(line: str, name: str) -> bool:
    return line.startswith(f"  ! {name} was stopped for ") and "; restarting it in " in line
