"""Processes of production report their own metrics: the worker, and each of the processes behind one socket."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from admitone.embedded.nginx import listen_on
from admitone.kit.postgres import open_pool
from admitone.runtime.migrations import migrate
from tests.free_ports import free_ports
from tests.races.faults.waiting import until
from tests.servers import ServerUrls, as_app, create_database

Environment = Mapping[str, str]


@pytest.fixture(scope="module")
def environment(server_urls: ServerUrls, worker_number: int) -> Iterator[Environment]:
    folder = Path(tempfile.mkdtemp(prefix="admitone-metrics-"))
    database_url = create_database(server_urls, f"metrics_{worker_number}")
    migrate(database_url)
    yield {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(sys.path),
        "ADMITONE_DATABASE_URL": as_app(database_url),
        "ADMITONE_REDIS_URL": server_urls.redis_url(worker_number),
        "ADMITONE_SECRET_KEY": "a secret that these tests sign with",
        "ADMITONE_PAYMENTS": "simulated",
        "ADMITONE_DATA_DIR": str(folder),
    }
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def running(environment: Environment, *arguments: str) -> Iterator[Path]:
    """Run `admitone` with these arguments; yield the file that it writes to."""
    log = Path(environment["ADMITONE_DATA_DIR"]) / f"{arguments[0]}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "admitone", *arguments], env=environment, stdout=output, stderr=output
        )
    try:
        yield log
    finally:
        process.terminate()
        process.wait(timeout=30)


def read_metrics(port: int) -> str:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/metrics", timeout=5).text
    except httpx.HTTPError:
        return ""


async def test_the_worker_reports_its_queue(environment: Environment) -> None:
    (port,) = free_ports(1)
    async with open_pool(environment["ADMITONE_DATABASE_URL"]) as pool, pool.connection() as conn:
        await conn.execute(
            "insert into procrastinate_jobs (queue_name, task_name, status, scheduled_at)"
            " values ('default', 'tests.never', 'todo', now() + interval '1 hour')"
        )

    with running(environment, "worker", "--metrics-port", str(port)):
        wanted = 'admitone_jobs{state="scheduled",task="tests.never"} 1.0'
        await until(lambda: wanted in read_metrics(port))
        metrics = read_metrics(port)

    assert 'admitone_oldest_job_seconds{task="tests.never"} 0.0' in metrics
    assert 'admitone_database_connections{state="limit"}' in metrics


async def test_each_process_behind_one_socket_reports_itself(environment: Environment) -> None:
    (first,) = free_ports(1)
    socket = Path(environment["ADMITONE_DATA_DIR"]) / "search.sock"

    with running(
        environment, "serve", "search", "--workers", "2", "--uds", str(socket), "--metrics-port", f"127.0.0.1:{first}"
    ):
        await until(lambda: all("process_start_time_seconds" in read_metrics(port) for port in (first, first + 1)))


async def test_a_port_that_is_taken_is_named(environment: Environment) -> None:
    with (
        listen_on("127.0.0.1", 0) as listener,
        running(environment, "worker", "--metrics-port", str(listener.getsockname()[1])) as log,
    ):
        port = listener.getsockname()[1]
        await until(lambda: f"Error: Metrics cannot be served on 127.0.0.1:{port}: " in log.read_text())


def test_what_is_no_port_is_refused(environment: Environment) -> None:
    arguments = [sys.executable, "-m", "admitone", "worker", "--metrics-port", "http"]
    ended = subprocess.run(arguments, env=environment, capture_output=True, text=True, timeout=60, check=False)

    assert ended.returncode == 2
    assert "'http' is no port: give 9100, or an address and a port" in ended.stderr
