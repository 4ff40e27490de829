"""Under a service manager (systemd's protocols): its socket outlives a restart, readiness and watchdog are reported."""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from admitone.runtime.migrations import migrate
from tests.races.faults.waiting import until
from tests.servers import ServerUrls, as_app, create_database

# What systemd does between fork and exec: the socket is descriptor 3, and LISTEN_PID names the process.
_LAUNCH = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1")
os.execv(sys.executable, [sys.executable, "-m", "admitone", *sys.argv[2:]])
"""
_WATCHDOG_SECONDS = 1


class Manager:
    """Keeps the listening socket of one unit, and hears what its process reports."""

    def __init__(self, environment: Mapping[str, str], folder: Path) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port: int = self.listener.getsockname()[1]
        self.heard: list[str] = []
        self.log = folder / "unit.log"
        self._reports = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._reports.bind(str(folder / "notify.sock"))
        self._reports.setblocking(False)
        self._environment = {
            **environment,
            "NOTIFY_SOCKET": str(folder / "notify.sock"),
            "WATCHDOG_USEC": str(_WATCHDOG_SECONDS * 1_000_000),
        }

    @asynccontextmanager
    async def running(self, *arguments: str) -> AsyncIterator[subprocess.Popen[bytes]]:
        number = self.listener.fileno()
        command = [sys.executable, "-c", _LAUNCH, str(number), *arguments]
        with self.log.open("ab") as output:
            process = subprocess.Popen(command, env=self._environment, pass_fds=[number], stdout=output, stderr=output)
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            await asyncio.to_thread(process.wait, timeout=30)

    def has_heard(self, message: str) -> bool:
        with suppress(BlockingIOError):
            while True:
                self.heard.append(self._reports.recv(4096).decode())
        return message in self.heard

    def close(self) -> None:
        self.listener.close()
        self._reports.close()


@pytest.fixture
def manager(server_urls: ServerUrls, worker_number: int) -> Iterator[Manager]:
    folder = Path(tempfile.mkdtemp(prefix="admitone-unit-"))
    database_url = create_database(server_urls, f"unit_{worker_number}")
    migrate(database_url)
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(sys.path),
        "ADMITONE_DATABASE_URL": as_app(database_url),
        "ADMITONE_REDIS_URL": server_urls.redis_url(worker_number),
        "ADMITONE_SECRET_KEY": "a secret that these tests sign with",
        "ADMITONE_PAYMENTS": "simulated",
        "ADMITONE_DATA_DIR": str(folder),
    }
    manager = Manager(environment, folder)
    yield manager
    manager.close()
    shutil.rmtree(folder, ignore_errors=True)


async def test_no_request_is_lost_while_a_role_restarts(manager: Manager) -> None:
    answers: list[str] = []
    stop = asyncio.Event()

    async def ask() -> None:
        # A connection a request: one that waits in the accept queue is answered by the next process.
        while not stop.is_set():
            reader, writer = await asyncio.open_connection("127.0.0.1", manager.port)
            writer.write(b"GET /venues HTTP/1.1\r\nHost: unit\r\nConnection: close\r\n\r\n")
            answers.append((await reader.readline()).decode())
            writer.close()
            await writer.wait_closed()

    async with manager.running("serve", "catalogue"):
        await until(lambda: manager.has_heard("READY=1"))
        asking = [asyncio.create_task(ask()) for _ in range(4)]
        await until(lambda: len(answers) > 20)
    before = len(answers)
    manager.heard.clear()
    async with manager.running("serve", "catalogue"):
        await until(lambda: manager.has_heard("READY=1"))
        await until(lambda: len(answers) > before + 20)
        stop.set()
        await asyncio.gather(*asking)

    assert set(answers) == {"HTTP/1.1 200 OK\r\n"}


@pytest.mark.parametrize("command", [("serve", "catalogue"), ("serve", "catalogue", "--workers", "2")])
async def test_the_watchdog_is_fed_while_the_process_is_healthy(manager: Manager, command: tuple[str, ...]) -> None:
    async with manager.running(*command):
        await until(lambda: manager.has_heard("READY=1"))
        await until(lambda: manager.has_heard("WATCHDOG=1"))


async def test_a_stopped_process_feeds_no_watchdog(manager: Manager) -> None:
    async with manager.running("worker") as process:
        await until(lambda: manager.has_heard("WATCHDOG=1"))
        os.kill(process.pid, signal.SIGSTOP)
        try:
            manager.has_heard("")
            manager.heard.clear()
            await asyncio.sleep(_WATCHDOG_SECONDS)  # the manager's clock: it kills after a period without a report
            assert not manager.has_heard("WATCHDOG=1")
        finally:
            os.kill(process.pid, signal.SIGCONT)


async def test_a_socket_that_does_not_listen_is_named(manager: Manager) -> None:
    manager.listener.close()
    manager.listener = socket.socket()
    async with manager.running("serve", "catalogue") as process:
        await until(lambda: process.poll() is not None)

    assert "The socket that the service manager passed does not listen" in manager.log.read_text()
