"""Read the addresses of PostgreSQL and Redis: one server, or several of which one is the primary."""

from collections.abc import Callable, Mapping
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict
from redis.asyncio.connection import parse_url

from admitone.kit.postgres import LAG_SECONDS
from admitone.kit.postgres_pool import names_several_hosts
from admitone.kit.redis_cluster import CLUSTER_SCHEMES, parse_cluster_url
from admitone.kit.redis_sentinel import SENTINEL_SCHEMES, parse_sentinel_url
from admitone.runtime.number_settings import read_number

DATABASE, REDIS = "ADMITONE_DATABASE_URL", "ADMITONE_REDIS_URL"
READ_DATABASE, READ_LAG = "ADMITONE_READ_DATABASE_URL", "ADMITONE_READ_LAG_SECONDS"
READ_LAG_SECONDS_MAX = 60.0
# A replica accepts connections and refuses every sale: the driver must skip it.
_PRIMARY_ONLY = ("read-write", "primary")
# Of several hosts, one that is a replica answers; `prefer-standby` takes the primary while there is none.
_REPLICA_FIRST = ("standby", "prefer-standby")
_POSTGRESQL = ("postgresql", "postgres")
_ONE_SERVER = ("redis", "rediss", "unix")
_SEVERAL_SERVERS: Mapping[str, Callable[[str], object]] = {
    **dict.fromkeys(SENTINEL_SCHEMES, parse_sentinel_url),
    **dict.fromkeys(CLUSTER_SCHEMES, parse_cluster_url),
}


def read_database_url(env: Mapping[str, str], faults: list[str]) -> str:
    """Return the URL; add a fault if it is missing or malformed, or names several hosts and would accept a replica."""
    url = _read_url(env, DATABASE, _POSTGRESQL, faults)
    parameters = _read_parameters(url, DATABASE, faults)
    if parameters and names_several_hosts(url) and parameters.get("target_session_attrs") not in _PRIMARY_ONLY:
        faults.append(
            f"{DATABASE} names several hosts: add ?target_session_attrs=read-write, so that replicas are skipped."
        )
    return url


def read_replica_url(env: Mapping[str, str], faults: list[str]) -> str | None:
    """Return the URL of replicas for reads that only show, or None; add a fault if it is malformed."""
    if not env.get(READ_DATABASE, ""):
        return None
    url = _read_url(env, READ_DATABASE, _POSTGRESQL, faults)
    parameters = _read_parameters(url, READ_DATABASE, faults)
    if parameters and names_several_hosts(url):
        if parameters.get("target_session_attrs") not in _REPLICA_FIRST:
            faults.append(f"{READ_DATABASE} names several hosts: add ?target_session_attrs=prefer-standby.")
        if parameters.get("load_balance_hosts", "disable") != "disable":
            faults.append(f"{READ_DATABASE}: leave load_balance_hosts out; name another host first on each machine.")
    return url


def read_lag_seconds(env: Mapping[str, str], faults: list[str]) -> float:
    """Return how old an answer of a replica may be; add a fault if the number is malformed."""
    text = env.get(READ_LAG, "").strip()
    value = read_number(text, default=LAG_SECONDS, at_least=0.1, at_most=READ_LAG_SECONDS_MAX)
    if value is None:
        faults.append(f"{READ_LAG} must be a number of seconds from 0.1 to {READ_LAG_SECONDS_MAX:.0f}.")
    return value or LAG_SECONDS


def read_redis_url(env: Mapping[str, str], faults: list[str]) -> str:
    """Return the URL; add a fault if it is missing or malformed."""
    url = _read_url(env, REDIS, (*_ONE_SERVER, *SENTINEL_SCHEMES, *CLUSTER_SCHEMES), faults)
    if _scheme_of(url) in _SEVERAL_SERVERS:
        try:
            _SEVERAL_SERVERS[_scheme_of(url)](url)
        except ValueError as error:
            faults.append(f"{REDIS}: {error}.")
    elif _scheme_of(url) in _ONE_SERVER:
        try:
            parse_url(url)
        except ValueError:  # its text repeats parts of the URL, which has a password
            faults.append(f"{REDIS} cannot be read: use redis://user:password@host:port/number.")
    return url


def _read_parameters(url: str, name: str, faults: list[str]) -> dict[str, Any]:
    """Return the parts of a PostgreSQL URL; nothing, and a fault, if it cannot be read."""
    if not _scheme_of(url).startswith("postgres"):
        return {}
    try:
        return conninfo_to_dict(url)
    except psycopg.ProgrammingError:  # its text repeats parts of the URL, which has a password
        faults.append(f"{name} cannot be read: use postgresql://user:password@host:port/database?option=value.")
        return {}


def _read_url(env: Mapping[str, str], name: str, schemes: tuple[str, ...], faults: list[str]) -> str:
    value = env.get(name, "")
    if not value:
        faults.append(f"{name} is missing (for example {schemes[0]}://…).")
    elif _scheme_of(value) not in schemes:
        faults.append(f"{name} must begin with {' or '.join(f'{scheme}://' for scheme in schemes)}.")
    return value


def _scheme_of(url: str) -> str:
    return url.partition("://")[0].lower() if "://" in url else ""
