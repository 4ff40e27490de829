"""Explain expected failures of a command, an outage or a missing migration, in one sentence."""

import psycopg
import redis

from admitone.kit.postgres_pool import PostgresUnavailable


def explain_outage(error: Exception) -> str | None:
    """Return the text to print instead of a traceback, or None if the error is a defect."""
    cause = error.__cause__ if isinstance(error, PostgresUnavailable) else error
    words = str(cause or error).strip().partition("\n")[0]
    match error:
        case psycopg.errors.UndefinedTable() | psycopg.errors.InvalidSchemaName() | psycopg.errors.UndefinedColumn():
            return f"The database schema is outdated ({words}): run admitone migrate."
        case psycopg.errors.InsufficientPrivilege():
            return f"The database user of ADMITONE_DATABASE_URL lacks a right: {words}."
        case PostgresUnavailable() | psycopg.OperationalError():
            return f"PostgreSQL does not answer at ADMITONE_DATABASE_URL: {words}."
        case redis.ConnectionError() | redis.TimeoutError():
            return f"Redis does not answer at ADMITONE_REDIS_URL: {words}"
        case _:
            return None
