"""Faults of the cluster's engines: a replica that lags and takes over, Redis split in two, etcd without a majority."""

import time
from typing import Any

import psycopg
from redis import Redis
from scripts.cluster import engines
from scripts.cluster.cluster import Cluster
from scripts.cluster.host import Host
from scripts.cluster.namespaces import filter_packets

LAG_SECONDS, SPLIT_SECONDS = 3.0, 15.0
_POSTGRESQL_PORT, _REDIS_PORT = 5432, 6379


class Lag:
    """A replica that receives nothing from its primary for a while, before the primary dies."""

    def __init__(self) -> None:
        self._lost: list[Host] = []

    def postgresql(self, cluster: Cluster) -> dict[str, Any]:
        """One of two replicas lags; PostgreSQL on the primary dies. The other replica must take over."""
        primary = engines.primary_of(cluster.databases)
        assert primary is not None
        lagging = next(host for host in cluster.databases if host is not primary)
        filter_packets(lagging.name, [f"ip saddr {primary.address} tcp sport {_POSTGRESQL_PORT} drop"])
        time.sleep(LAG_SECONDS)
        behind = _position(primary, "pg_current_wal_lsn()") - _position(lagging, "pg_last_wal_receive_lsn()")
        primary.kill_programs("postgres")
        filter_packets(lagging.name, [])
        cluster.wait_until("another host is the primary", lambda: _is_other(cluster, primary))
        promoted = engines.primary_of(cluster.databases)
        assert promoted is not lagging, "the replica that lags was promoted"
        return {"bytes_behind": behind, "promoted": "the other replica"}

    def redis(self, cluster: Cluster) -> dict[str, Any]:
        """The only replica lags, the primary dies: Redis forgets the last seconds, and PostgreSQL decides."""
        primary = engines.primary_of_redis(cluster.caches)
        assert primary is not None
        replica = next(host for host in cluster.caches[:2] if host is not primary)
        filter_packets(replica.name, [f"ip saddr {primary.address} tcp sport {_REDIS_PORT} drop"])
        time.sleep(LAG_SECONDS)
        behind = _offset(primary) - _offset(replica)
        primary.kill()
        filter_packets(replica.name, [])
        self._lost.append(primary)
        return {"bytes_behind": behind}

    def boot(self, _cluster: Cluster) -> None:
        while self._lost:
            self._lost.pop().start_all()


def split_redis(cluster: Cluster) -> dict[str, Any]:
    """Leave the primary of Redis with one application host: the others get a primary of their own.

    All reach PostgreSQL, which alone knows what is sold.
    """
    primary = engines.primary_of_redis(cluster.caches)
    assert primary is not None
    halves = _halves(cluster, primary)
    for half, other in (halves, halves[::-1]):
        for host in half:
            filter_packets(host.name, [f"ip saddr {each.address} drop" for each in other])
    time.sleep(SPLIT_SECONDS)
    primaries = [host.name for host in cluster.caches[:2] if engines.redis_replication(host).get("role") == "master"]
    return {"primaries": len(primaries)}


def join_redis(cluster: Cluster) -> None:
    for host in (*cluster.applications, *cluster.caches):
        filter_packets(host.name, [])


def _halves(cluster: Cluster, primary: Host) -> tuple[list[Host], list[Host]]:
    """Divide the hosts of Redis and of applications; the smaller half has the primary."""
    first, *others = cluster.applications
    return [primary, first], [*others, *(host for host in cluster.caches if host is not primary)]


def kill_majority_of_etcd(cluster: Cluster) -> None:
    """Leave etcd on the primary's host alone: Patroni's failsafe mode keeps a primary that all members reach."""
    primary = engines.primary_of(cluster.databases)
    for host in cluster.databases:
        if host is not primary:
            host.kill_programs("etcd")
    time.sleep(engines.TTL_SECONDS)


def start_etcd(cluster: Cluster) -> None:
    for host in cluster.databases:
        service = host.services["etcd"]
        if service.process is None or service.process.poll() is not None:
            host.run(service)


def _is_other(cluster: Cluster, former: Host) -> bool:
    return engines.primary_of(cluster.databases) not in (None, former)


def _position(host: Host, function: str) -> int:
    """Return a position in the write-ahead log, in bytes."""
    with psycopg.connect(f"postgresql://postgres@{host.address}/admitone", connect_timeout=5) as conn:
        row = conn.execute(f"select ({function} - '0/0')::bigint").fetchone()  # two constants
    assert row is not None
    return int(row[0])


def _offset(host: Host) -> int:
    with Redis(host=host.address, socket_timeout=5) as client:
        known: dict[str, Any] = dict(client.info("replication"))
    return int(known["master_repl_offset" if known["role"] == "master" else "slave_repl_offset"])
