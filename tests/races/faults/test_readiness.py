"""`/readyz` of each role checks the servers that role needs; the gateway's checks every role and names what is down."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from psycopg import sql
from redis.asyncio import Redis

from admitone.embedded.gateway import HTTP_ROLES
from tests.program import run_program
from tests.races.faults.fragile import Fragile
from tests.races.faults.waiting import SECONDS_MAX, until
from tests.running import SECRET_KEY
from tests.servers import drop_database

pytestmark = pytest.mark.xdist_group("faults")


@asynccontextmanager
async def at(path: Path) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.AsyncHTTPTransport(uds=str(path))
    async with httpx.AsyncClient(transport=transport, base_url="http://role", timeout=30) as http:
        yield http


async def failing(fragile: Fragile) -> dict[str, Any]:
    """Return the failing servers that each role reports."""
    answers = {}
    for role in HTTP_ROLES:
        async with at(fragile.stack.folder / "run" / f"{role}.sock") as http:
            answers[role] = (await http.get("/readyz")).json()["failing"]
    return answers


async def until_failing(fragile: Fragile, expected: dict[str, Any]) -> None:
    async with asyncio.timeout(SECONDS_MAX):
        while await failing(fragile) != expected:
            await asyncio.sleep(0.1)


BEGAN, OVER = "outage began", "outage over"
# One line, or two if a request in flight ends after the outage: not one for each of a dozen tasks.
LINES_MAX = 3
# A role that cannot use its database stops all the same, without waiting for it.
STOP_SECONDS_MAX = 15.0
NOTHING: dict[str, Any] = {role: [] for role in HTTP_ROLES}


async def test_without_postgresql_only_the_roles_that_need_it_are_unready(
    fragile: Fragile, http: httpx.AsyncClient
) -> None:
    logged = len(fragile.stack.log("worker"))
    with fragile.proxy.silent():
        await until_failing(fragile, NOTHING | {role: ["postgresql"] for role in ("catalogue", "booking", "console")})
        all_roles = await http.get("/readyz")
        found = await http.get("/events/search", params={"q": "a"})
    await until_failing(fragile, NOTHING)

    assert (all_roles.status_code, all_roles.json()) == (
        503,
        {"status": "unavailable", "roles": ["catalogue"], "failing": ["postgresql"]},
    )
    told = fragile.stack.log("worker")[logged:]
    assert told.count(BEGAN) <= LINES_MAX, told
    assert found.status_code == 200
    assert (await http.get("/readyz")).status_code == 200


async def test_the_worker_logs_an_outage_and_its_end(fragile: Fragile) -> None:
    logged = len(fragile.stack.log("worker"))
    with fragile.proxy.cutting(fragile.stack.find("worker"), every=1):
        await until(lambda: BEGAN in fragile.stack.log("worker")[logged:])
    await until(lambda: OVER in fragile.stack.log("worker")[logged:])

    assert "never retrieved" not in fragile.stack.log("worker")[logged:]


async def test_without_redis_only_the_roles_that_need_it_are_unready(fragile: Fragile, http: httpx.AsyncClient) -> None:
    async with Redis.from_url(fragile.stack.redis_url) as redis:
        pid = int((await redis.info("server"))["process_id"])
    os.kill(pid, signal.SIGSTOP)
    try:
        await until_failing(fragile, NOTHING | {role: ["redis"] for role in ("booking", "live", "console")})
        all_roles = await http.get("/readyz")
    finally:
        os.kill(pid, signal.SIGCONT)
    await until_failing(fragile, NOTHING)

    assert (all_roles.status_code, all_roles.json()["roles"]) == (503, ["booking"])


async def test_a_role_that_hangs_is_named(fragile: Fragile, http: httpx.AsyncClient) -> None:
    pid = fragile.stack.find("live")
    os.kill(pid, signal.SIGSTOP)
    try:
        all_roles = await http.get("/readyz", timeout=30)
    finally:
        os.kill(pid, signal.SIGCONT)

    assert (all_roles.status_code, all_roles.json()) == (
        503,
        {"status": "unavailable", "roles": ["live"], "failing": ["role"]},
    )


async def test_a_database_without_a_schema_does_not_make_a_role_ready(fragile: Fragile, tmp_path: Path) -> None:
    with empty_database(fragile) as url, catalogue_on(url, fragile, tmp_path) as path:
        async with at(path) as http, asyncio.timeout(SECONDS_MAX):
            while True:
                try:
                    ready = await http.get("/readyz")
                    break
                except httpx.ConnectError:  # it has not bound its socket, or does not listen on it yet
                    await asyncio.sleep(0.05)

    assert (ready.status_code, ready.json()["failing"]) == (503, ["schema"])


@contextmanager
def empty_database(fragile: Fragile) -> Iterator[str]:
    name = "without_schema"
    with psycopg.connect(fragile.direct_url, autocommit=True) as conn:
        drop_database(conn, name)
        conn.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        try:
            yield fragile.direct_url.replace("/stack_0?", f"/{name}?", 1)
        finally:
            drop_database(conn, name)


@contextmanager
def catalogue_on(database_url: str, fragile: Fragile, folder: Path) -> Iterator[Path]:
    path = folder / "catalogue.sock"
    environment = {
        **os.environ,
        "ADMITONE_DATABASE_URL": database_url,
        "ADMITONE_REDIS_URL": fragile.stack.redis_url,
        "ADMITONE_SECRET_KEY": SECRET_KEY,
        "ADMITONE_PAYMENTS": "simulated",
        "ADMITONE_DATA_DIR": str(folder),
    }
    arguments, log = ["serve", "catalogue", "--uds", str(path)], folder / "catalogue.log"
    with run_program(arguments, environment, log, stop_seconds_max=STOP_SECONDS_MAX):
        yield path
