"""`admitone doctor`: look at settings and servers, say what is wrong and what to do."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import psycopg
import redis

from admitone.roles.embedded.binaries import find_binaries
from admitone.roles.embedded.trouble import Trouble
from admitone.roles.migrations import find_missing
from admitone.roles.settings import Settings

_POSTGRESQL_VERSION_MIN = 150_000
_SECONDS_MAX = 5


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    name: str
    good: bool
    detail: str


class _Wrong(Exception):
    """Found, and it says what to do."""


def examine() -> Iterator[Finding]:
    """Look at one thing after the other, each on its own: one fault does not hide the next."""
    yield _look("embedded servers", _embedded)
    settings = _settings()
    if isinstance(settings, Finding):
        yield settings
        return
    yield Finding("settings", True, "complete")
    yield _look("payments", lambda: _payments(settings))
    yield _look("PostgreSQL", lambda: _postgresql(settings))
    yield _look("schema", lambda: _schema(settings))
    yield _look("Redis", lambda: _redis(settings))
    yield _look("data folder", lambda: _data_folder(settings))


def _look(name: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(name, True, look())
    except (_Wrong, Trouble, psycopg.Error, redis.RedisError, OSError) as error:
        return Finding(name, False, str(error).strip() or type(error).__name__)


def _settings() -> Settings | Finding:
    try:
        return Settings.from_environment()
    except Trouble as trouble:
        return Finding("settings", False, str(trouble))


def _embedded() -> str:
    found = find_binaries(os.environ)
    return f"{found.postgres_folder}, {found.redis}, {found.nginx}"


def _payments(settings: Settings) -> str:
    if settings.payments == "simulated":
        raise _Wrong("tickets are sold for test cards, no real money moves: set ADMITONE_PAYMENTS=stripe")
    return settings.payments


def _postgresql(settings: Settings) -> str:
    with psycopg.connect(settings.database_url, connect_timeout=_SECONDS_MAX) as conn:
        if conn.info.server_version < _POSTGRESQL_VERSION_MIN:
            raise _Wrong(f"version {conn.info.server_version} is too old: 15 or newer is needed")
        row = conn.execute("select current_setting('fsync'), current_setting('server_version')").fetchone()
        assert row is not None
        if row[0] != "on":
            raise _Wrong("fsync is off: a sale could be lost in a crash; set fsync = on")
        return f"version {row[1]}"


def _schema(settings: Settings) -> str:
    missing = find_missing(settings.database_url)
    if missing:
        raise _Wrong(f"{len(missing)} migrations are missing ({missing[0]}, …): run admitone migrate")
    return "up to date"


def _redis(settings: Settings) -> str:
    with redis.Redis.from_url(settings.redis_url, socket_timeout=_SECONDS_MAX) as client:
        policy = client.config_get("maxmemory-policy")["maxmemory-policy"]
        if policy.startswith("allkeys"):
            raise _Wrong(f"maxmemory-policy is {policy}: locks could vanish; set it to volatile-lru")
        return f"version {client.info('server')['redis_version']}"


def _data_folder(settings: Settings) -> str:
    folder = settings.data_folder
    existing = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())
    if not os.access(existing, os.W_OK):
        raise _Wrong(f"{folder} cannot be written: set ADMITONE_DATA_DIR to a folder of this user")
    return str(folder)
