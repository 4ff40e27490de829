"""Check that the replica of ADMITONE_READ_DATABASE_URL follows the primary, and how far behind it is."""

import time
from datetime import timedelta

import psycopg

from admitone.runtime.server_checks import ServerCheckError

_SECONDS_MAX = 5
_PAUSE_SECONDS = 0.02


def check_replica(primary_url: str, replica_url: str | None, *, lag_seconds_max: float) -> str:
    """Return how far the replica is behind. Raises `ServerCheckError`, `psycopg.Error`."""
    if replica_url is None:
        return "none: the primary answers what is only shown (ADMITONE_READ_DATABASE_URL names one)"
    with (
        psycopg.connect(primary_url, connect_timeout=_SECONDS_MAX, autocommit=True) as primary,
        psycopg.connect(replica_url, connect_timeout=_SECONDS_MAX, autocommit=True) as replica,
    ):
        name = f"{replica.info.host}:{replica.info.port}"
        if not _read(replica, "select pg_is_in_recovery()"):
            raise ServerCheckError(f"{name} is a primary: what is only shown takes its time from sales")
        same = "select system_identifier, current_database() from pg_control_system()"
        if _read_row(primary, same) != _read_row(replica, same):
            raise ServerCheckError(f"{name} is no replica of this primary's database: correct the address")
        position = _read(primary, "select pg_current_wal_flush_lsn()")
        began = time.monotonic()
        while not _read(replica, "select pg_last_wal_replay_lsn() >= %s::pg_lsn", position):
            if time.monotonic() - began > lag_seconds_max:
                raise ServerCheckError(f"{name} is {_age(replica)} behind: the primary answers what is only shown")
            time.sleep(_PAUSE_SECONDS)
        behind_ms = (time.monotonic() - began) * 1000
        return f"{name} follows, {behind_ms:.0f} ms behind; up to {lag_seconds_max:g} s it answers what is only shown"


def _age(replica: psycopg.Connection) -> str:
    """Return for how long the replica has replayed no commit, in words."""
    age = _read(replica, "select clock_timestamp() - pg_last_xact_replay_timestamp()")
    return f"{age.total_seconds():.0f} s" if isinstance(age, timedelta) else "an unknown time"


def _read(conn: psycopg.Connection, statement: str, *values: object) -> object:
    return _read_row(conn, statement, *values)[0]


def _read_row(conn: psycopg.Connection, statement: str, *values: object) -> tuple[object, ...]:
    row = conn.execute(statement.encode(), values).fetchone()
    assert row is not None
    return row
