"""Readiness: each role checks the dependencies it cannot work without, and no others.

Search and pages answer while PostgreSQL is down, so PostgreSQL does not make them unready: a load balancer would remove
roles that still work. A role whose schema is missing cannot work, so it is unready.
"""

from collections.abc import Awaitable, Callable, Sequence

import psycopg
from psycopg import errors

from admitone.runtime.migrations import find_migrations
from admitone.runtime.wiring import Wiring, utc_now
from admitone.search.contracts import SearchQuery

Check = Callable[[Wiring], Awaitable[None]]

NEEDS: dict[str, tuple[str, ...]] = {
    "catalogue": ("postgresql", "schema"),
    "search": ("search_index",),
    "booking": ("postgresql", "schema", "redis"),
    "live": ("redis",),
    "pages": ("search_index",),
    "console": ("postgresql", "schema", "redis"),
}
"""The required dependencies of each role, by the name of their check."""


class SchemaOutdated(Exception):
    """Some migrations of this release were not applied to this database."""


def checks_of(roles: Sequence[str]) -> dict[str, Check]:
    """Return the checks of a process that plays these roles, by name."""
    return {name: _CHECKS[name] for role in roles for name in NEEDS[role]}


async def _ask_postgresql(wiring: Wiring) -> None:
    async with wiring.pool.connection() as conn:
        await conn.execute("select 1")


async def _compare_schema(wiring: Wiring) -> None:
    """Compare the schema. Raises `SchemaOutdated`. A newer schema is compatible: it serves the previous release."""
    try:
        async with wiring.pool.connection() as conn:
            cursor = await conn.execute("select id from public.admitone_migration")
            applied = {row["id"] for row in await cursor.fetchall()}
    except errors.UndefinedTable as error:
        raise SchemaOutdated("the database has no schema") from error
    except psycopg.OperationalError:
        return  # the check of PostgreSQL reports this
    if missing := {migration.name for migration in find_migrations()} - applied:
        raise SchemaOutdated(f"not applied: {', '.join(sorted(missing))}")


async def _ask_redis(wiring: Wiring) -> None:
    await wiring.redis.ping()


async def _search(wiring: Wiring) -> None:
    await wiring.search_engine.index.search(SearchQuery(size=1), now=utc_now())


_CHECKS: dict[str, Check] = {
    "postgresql": _ask_postgresql,
    "schema": _compare_schema,
    "redis": _ask_redis,
    "search_index": _search,
}
