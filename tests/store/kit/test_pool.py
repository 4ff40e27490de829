"""Connections are lent whatever number the system gave them: a crowd at the door holds the low ones."""

import os
import resource
from collections.abc import Iterator

import psycopg
import pytest

from admitone.kit.postgres import check_connection, open_pool

# What select() can watch at most (FD_SETSIZE).
SELECTABLE_MAX = 1024


@pytest.fixture
def crowd() -> Iterator[None]:
    """Hold so many files open that the next one is beyond what select() can watch."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < 2 * SELECTABLE_MAX:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(2 * SELECTABLE_MAX, hard), hard))
    held = [os.open(os.devnull, os.O_RDONLY)]
    while held[-1] < SELECTABLE_MAX:
        held.append(os.dup(held[0]))
    yield
    for descriptor in held:
        os.close(descriptor)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


async def test_a_connection_with_a_high_number_is_as_good_as_any(crowd: None, database_url: str) -> None:
    async with open_pool(database_url, size_max=1) as pool, pool.connection() as conn:
        assert conn.fileno() > SELECTABLE_MAX
        await check_connection(conn)


async def test_a_connection_that_the_server_has_closed_is_not_lent(database_url: str) -> None:
    async with open_pool(database_url, size_max=2) as pool, pool.connection() as conn:
        async with pool.connection() as other:
            await other.execute("select pg_terminate_backend(%s, 5000)", [conn.info.backend_pid])

        with pytest.raises(psycopg.OperationalError):
            await check_connection(conn)
