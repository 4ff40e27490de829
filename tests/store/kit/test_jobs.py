"""Jobs are written on the connection of whoever makes them necessary."""

import psycopg
import pytest
from procrastinate import App, PsycopgConnector

from admitone.kit.jobs import defer_with
from admitone.kit.postgres import Pool


async def test_a_connection_that_is_lost_is_said_so_by_its_own_name(pool: Pool, database_url: str) -> None:
    """What answers requests knows the database's errors, and not the queue's names for them."""
    defer = defer_with(App(connector=PsycopgConnector(conninfo=database_url)))
    async with pool.connection() as conn, await psycopg.AsyncConnection.connect(database_url) as killer:
        await killer.execute("select pg_terminate_backend(%s, 10000)", [conn.info.backend_pid])

        with pytest.raises(psycopg.OperationalError):
            await defer(conn, "payments.void", booking_id="bkg_1")
