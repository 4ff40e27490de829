"""Check that PostgreSQL and Redis are reachable, new enough, and configured to lose no sale and no lock, that the hosts
have the same secret, and that the mail server takes mails.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence, Set
from datetime import UTC, datetime
from typing import Any

import psycopg
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from admitone.kit.keys import key_id
from admitone.kit.postgres import POOL_SIZE_MAX
from admitone.kit.postgres_pool import names_several_hosts
from admitone.kit.redis_cluster import ClusterAddress, is_cluster_url, parse_cluster_url
from admitone.kit.redis_sentinel import SentinelAddress, is_sentinel_url, parse_sentinel_url
from admitone.mail.adapters.dkim import DkimKeyUnusable, dns_record
from admitone.mail.adapters.smtp import SmtpSender
from admitone.mail.domain.delivery import ServerUnavailable
from admitone.mail.drawing.message import Sender
from admitone.runtime.mail_settings import MailSettings
from admitone.runtime.migrations import find_missing
from admitone.runtime.recorded_secrets import compare_secrets

_POSTGRESQL_VERSION_MIN = 150_000
_REDIS_MAJOR_MIN = 7
_CLUSTER_SLOTS = 16_384
_SECONDS_MAX = 5
# Signed links, sessions and second factors compare the host's clock with moments that the database wrote.
_CLOCK_SECONDS_MAX = 5.0
FAULTS = (psycopg.Error, redis.RedisError, OSError)
"""Errors that the checks raise if a server does not answer, in addition to `ServerCheckError`."""


class ServerCheckError(Exception):
    """A server answers but its configuration is unsuitable; the text says what to change."""


class ServerCheckImpossible(Exception):
    """This host cannot make the check; the text says why."""


def _host_now() -> datetime:
    return datetime.now(UTC)


def check_postgresql(url: str, *, now: Callable[[], datetime] = _host_now) -> str:
    """Return a description of the server. `now` is this host's clock. Raises `ServerCheckError`, `psycopg.Error`."""
    with psycopg.connect(url, connect_timeout=_SECONDS_MAX) as conn:
        if conn.info.server_version < _POSTGRESQL_VERSION_MIN:
            raise ServerCheckError(f"version {conn.info.server_version // 10_000} is too old: 15 or newer is needed")
        row = conn.execute(
            "select current_setting('server_version'), current_setting('fsync'), current_setting('full_page_writes'),"
            " current_setting('synchronous_commit'), current_setting('synchronous_standby_names'),"
            " clock_timestamp(),"
            " (select sum(numbackends) from pg_stat_database)::int,"
            " current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int"
        ).fetchone()
        read_at = now()
        assert row is not None
        version, *switches, standbys, clock, used, connections_max = row
        # Other values of synchronous_commit differ in what they require of replicas; all of them flush the commit here.
        for name, value in zip(("fsync", "full_page_writes", "synchronous_commit"), switches, strict=True):
            if value == "off":
                raise ServerCheckError(
                    f"{name} is off: a crash could lose a sale. Set {name} = on and reload PostgreSQL"
                )
        if (difference := abs((clock - read_at).total_seconds())) > _CLOCK_SECONDS_MAX:
            raise ServerCheckError(f"its clock and this host's differ by {difference:.0f} s: run NTP on every host")
        if connections_max - used < POOL_SIZE_MAX:
            raise ServerCheckError(
                f"{used} of {connections_max} connections are in use: another process needs up to {POOL_SIZE_MAX}."
                " Raise max_connections"
            )
        described = f"version {version}, {used} of {connections_max} connections in use"
        if not names_several_hosts(url):
            return described
        primary = f"{conn.info.host}:{conn.info.port}"
        return f"{described}; primary {primary}; {_describe_replication(conn, standbys, switches[-1])}"


def _describe_replication(conn: psycopg.Connection, standbys: str, commit: str) -> str:
    """Return how many replicas follow. Raises `ServerCheckError` if a failover may lose a sale that was answered."""
    # Programs that only receive WAL for a backup name themselves so; other names are of servers that can take over.
    # Without the rights of pg_monitor, everything but the number of rows is null.
    row = conn.execute(
        """
        select count(*) filter (where state is null), count(*), count(*) filter (where sync_state in ('sync', 'quorum'))
          from pg_stat_replication
         where application_name is null or application_name !~ '^(barman|pg_receivewal|pg_basebackup)'
        """
    ).fetchone()
    assert row is not None
    unknown, replicas, synchronous = row
    if unknown:
        user = conn.info.user
        raise ServerCheckError(f"replicas cannot be examined as {user}: run grant pg_monitor to {user}")
    counted = _count_replicas(replicas)
    if not standbys or not synchronous or commit == "local":
        raise ServerCheckError(
            "no commit waits for a replica: a failover may lose sales that buyers were told of. Set"
            " synchronous_standby_names and synchronous_commit = on (Patroni: synchronous_mode: true)"
        )
    return f"{counted}, {synchronous} of them synchronous"


def _count_replicas(replicas: int) -> str:
    """Raises `ServerCheckError` if there is none."""
    if not replicas:
        raise ServerCheckError("no replica follows the primary: another host cannot take over now")
    return "1 replica follows" if replicas == 1 else f"{replicas} replicas follow"


def check_schema(url: str) -> str:
    """Return a description of the schema. Raises `ServerCheckError`, `psycopg.Error`."""
    missing = find_missing(url)
    if missing:
        raise ServerCheckError(f"{len(missing)} migrations are missing (first: {missing[0]}): run admitone migrate")
    return "up to date"


def check_secrets(url: str, secrets: Sequence[str], *, adopt: bool) -> str:
    """Return the ids of this host's secrets, the signing one first. Raises `ServerCheckError`, `psycopg.Error`."""
    ids = ", ".join(key_id(secret) for secret in secrets)
    try:
        recorded = compare_secrets(url, secrets, adopt=adopt)
    except psycopg.errors.UndefinedTable as error:
        raise ServerCheckError("the database has no record of the secret yet: run admitone migrate") from error
    if recorded is not None:
        raise ServerCheckError(
            "this host lacks the secret that signs on another host"
            f" (keys here: {ids}; recorded: {', '.join(recorded)}): use the same ADMITONE_SECRET_KEY on every host."
            " If this host has the right one, run admitone doctor --adopt-secret"
        )
    return f"the hosts agree, keys {ids}"


def check_redis(url: str) -> str:
    """Return a description of the server. Raises `ServerCheckError`, `redis.RedisError`, `OSError`."""
    if is_cluster_url(url):
        return _describe_cluster(parse_cluster_url(url))
    if not is_sentinel_url(url):
        with redis.Redis.from_url(url, socket_timeout=_SECONDS_MAX, socket_connect_timeout=_SECONDS_MAX) as client:
            return _describe_redis(client)
    address = parse_sentinel_url(url)
    with _primary_of(address) as client:
        described = _describe_redis(client)
        replicas = _count_living_replicas(client)
        counted = _count_replicas(replicas)
        if _replicas_needed(client) >= replicas:
            raise ServerCheckError(
                f"min-replicas-to-write is {replicas} or more, and {counted}: after a failover, no seat could be"
                " locked. Set it to 0, or add a replica"
            )
    return f"{described}; {_describe_sentinels(address)}; {counted}"


def _describe_cluster(address: ClusterAddress) -> str:
    """Raises `ServerCheckError` if a primary has no replica, or the cluster stops as a whole without one host."""
    options: dict[str, Any] = {
        "username": address.username,
        "password": address.password,
        "ssl": address.is_tls,
        "retry": _once(),
        "socket_timeout": _SECONDS_MAX,
        "socket_connect_timeout": _SECONDS_MAX,
    }
    host, shards = _ask_for_shards(address, options)
    described = ""
    primaries = {(each[2][0] or host.encode(), int(each[2][1])): len(each) - 3 for each in shards}
    for (name, port), replicas in primaries.items():
        with redis.Redis(host=name.decode(), port=port, **options) as client:
            described = _describe_redis(client)
            if not _count_living_replicas(client):
                raise ServerCheckError(f"no replica follows {name.decode()}:{port} ({replicas} known): add one")
            if _stops_without_a_shard(client):
                raise ServerCheckError(
                    f"cluster-require-full-coverage is yes on {name.decode()}:{port}: without one primary no event is"
                    " sold. Set it to no"
                )
    if sum(last - first + 1 for first, last, *_ in shards) < _CLUSTER_SLOTS:
        raise ServerCheckError("a part of the cluster's slots has no primary")
    check_majority_without(
        [name.decode() for name, _ in primaries],
        hosts={(server[0] or host.encode()).decode() for each in shards for server in each[2:]},
    )
    return f"{described}; {len(primaries)} primaries, each with a replica"


def check_majority_without(primaries: Sequence[str], hosts: Set[str]) -> None:
    """Raise `ServerCheckError` if the primaries that are left elect nothing when a host is lost.

    `primaries` has the host of each, `hosts` those of all servers. As after a failover: the lost host's replica, on
    the host of another primary, is a primary now. A cluster on one host has nothing to lose.
    """
    host, count = Counter(primaries).most_common(1)[0]
    if len(hosts) > 1 and len(primaries) - count <= len(primaries) // 2:
        raise ServerCheckError(
            f"{count} of {len(primaries)} primaries are on {host}: if it is lost, the others are no majority, and no"
            " replica takes over. Send CLUSTER FAILOVER to a replica that follows one of them from another host"
        )


def _ask_for_shards(address: ClusterAddress, options: Mapping[str, Any]) -> tuple[str, Any]:
    """Return the first of the named servers that answers, and what it says. Raises the error of the last one."""
    for host, port in address.nodes:
        try:
            with redis.Redis(host=host, port=port, **options) as client:
                if int(client.info("cluster")["cluster_enabled"]) != 1:
                    raise ServerCheckError(
                        f"{host}:{port} is no server of a cluster: use redis:// or redis+sentinel://"
                    )
                client.response_callbacks.clear()
                return host, client.execute_command("CLUSTER", "SLOTS")
        except (redis.ConnectionError, redis.TimeoutError):
            if (host, port) == address.nodes[-1]:
                raise
    raise AssertionError("an address names a server")


def _count_living_replicas(client: redis.Redis) -> int:
    return int(client.info("replication")["connected_slaves"])


def _stops_without_a_shard(client: redis.Redis) -> bool:
    try:
        settings: Mapping[Any, Any] = client.config_get("cluster-require-full-coverage")
    except redis.ResponseError:
        return False
    return bool(settings["cluster-require-full-coverage"] == "yes")


def _replicas_needed(client: redis.Redis) -> int:
    """Return how many replicas must follow for a write; 0 where the server does not report it."""
    try:
        settings: Mapping[Any, Any] = client.config_get("min-replicas-to-write")
    except redis.ResponseError:
        return 0
    return int(settings["min-replicas-to-write"])


def _primary_of(address: SentinelAddress) -> redis.Redis:
    asked = {**address.sentinel_options, "retry": _once()}
    found = redis.Sentinel(list(address.sentinels), sentinel_kwargs=asked)  # type: ignore[no-untyped-call]
    host, port = found.discover_master(address.service)  # type: ignore[no-untyped-call]
    options: dict[str, Any] = {"socket_timeout": _SECONDS_MAX, "socket_connect_timeout": _SECONDS_MAX}
    return redis.Redis(host=host, port=port, ssl=address.is_tls, **address.server_options, **options)


def _once() -> Retry:
    return Retry(NoBackoff(), 0)


def _describe_sentinels(address: SentinelAddress) -> str:
    """Return how many Sentinels answer. Raises `ServerCheckError` if they could not elect another primary."""
    silent = []
    quorum: list[str] = []
    for host, port in address.sentinels:
        with redis.Redis(host=host, port=port, retry=_once(), **address.sentinel_options) as sentinel:
            try:
                quorum.append(str(sentinel.sentinel_ckquorum(address.service)))
            except redis.ResponseError as error:
                raise ServerCheckError(f"the Sentinels cannot elect another primary: {error}") from error
            except (redis.ConnectionError, redis.TimeoutError):
                silent.append(f"{host}:{port}")
    if silent:
        raise ServerCheckError(f"Sentinels that do not answer: {', '.join(silent)}")
    return f"{len(quorum)} Sentinels agree"


def _describe_redis(client: redis.Redis) -> str:
    version = str(client.info("server")["redis_version"])
    if int(version.partition(".")[0]) < _REDIS_MAJOR_MIN:
        raise ServerCheckError(f"version {version} is too old: {_REDIS_MAJOR_MIN}.0 or newer is needed")
    try:
        settings: Mapping[Any, Any] = client.config_get("maxmemory*")
    except redis.ResponseError:
        return f"version {version}; it does not report maxmemory-policy, which must be noeviction or volatile-lru"
    policy, limit = settings["maxmemory-policy"], int(settings["maxmemory"])
    if policy.startswith("allkeys"):
        raise ServerCheckError(f"maxmemory-policy is {policy}: Redis may drop locks of seats. Set it to volatile-lru")
    if policy == "noeviction" and limit:
        return f"version {version}; when maxmemory is full, checkouts stop: volatile-lru drops cached responses first"
    return f"version {version}, maxmemory-policy {policy}"


def check_mail_server(mail: MailSettings) -> str:
    """Read the key that signs, connect, secure the connection and sign in; send nothing. Raises `ServerCheckError`."""
    domain = Sender(mail.from_address).domain
    signs = "not signed here (DKIM)" if mail.dkim is None else f"signed as {mail.dkim.selector}._domainkey.{domain}"

    async def check() -> str:
        sender = SmtpSender(mail.server, rate=mail.rate, timeout=_SECONDS_MAX, host_name=domain)
        try:
            return await sender.check()
        finally:
            await sender.close()

    try:
        if mail.dkim is not None:
            dns_record(mail.dkim, domain)
        return f"{asyncio.run(check())}; mails are {signs}"
    except (ServerUnavailable, DkimKeyUnusable) as error:
        raise ServerCheckError(str(error)) from error
