"""Jobs are written on the connection of whoever makes them necessary."""

from datetime import timedelta

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


async def test_a_job_that_can_wait_is_written_now_and_due_later(database_url: str, pool: Pool) -> None:
    defer = defer_with(App(connector=PsycopgConnector(conninfo=database_url)))

    async with pool.connection() as conn, conn.transaction():
        await defer(conn, "payments.capture", wait_seconds=120.0, booking_ids=["bkg_1"])
        await defer(conn, "booking.publish_sales", booking_ids=["bkg_1"])
        written = await conn.execute(
            "select task_name, scheduled_at - now() as due from procrastinate_jobs where args = %s",
            ['{"booking_ids": ["bkg_1"]}'],
        )
        due = {row["task_name"]: row["due"] for row in await written.fetchall()}

    assert due["booking.publish_sales"] is None
    assert timedelta(seconds=60) < due["payments.capture"] < timedelta(seconds=180)
