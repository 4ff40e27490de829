"""The faults of `./run bench cluster`: what happens to a host, and how an operator repairs it."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import psycopg
from scripts.cluster import engines
from scripts.cluster.cluster import Cluster
from scripts.cluster.host import Host
from scripts.cluster.namespaces import call_in, filter_packets
from scripts.cluster.product import PROCESSES, reload_gateway

from bench import cluster_hosts, cluster_replicas, cluster_search

PRIMARY_SECONDS_MAX, OTHER_SECONDS_MAX = 10.0, 2.0
HOST_OF_PRIMARY_SECONDS_MAX = engines.TTL_SECONDS + PRIMARY_SECONDS_MAX
"""The other hosts cannot know that a silent host is lost before the lease of its primary has ended."""
DEMOTED_SECONDS_MAX = 30.0
LOSSY_SECONDS = 10.0

Noticed = dict[str, Any] | None


def nothing(_cluster: Cluster) -> None:
    """No repair is needed."""


@dataclass(frozen=True)
class Fault:
    """`strike` returns what it noticed itself, if anything. `is_planned`: no request may fail.

    `streams`: live streams that are open meanwhile. `searchers`: people who search meanwhile; only a cluster with
    OpenSearch has the fault.
    """

    name: str
    seconds_max: float
    strike: Callable[[Cluster], Noticed]
    repair: Callable[[Cluster], None] = nothing
    is_planned: bool = False
    streams: int = 0
    searchers: int = 0


class Lost:
    """A host that a fault chose, until it is repaired."""

    def __init__(self, choose: Callable[[Cluster], Host]) -> None:
        self._choose = choose
        self._host: Host | None = None

    def host(self, cluster: Cluster) -> Host:
        if self._host is None:
            self._host = self._choose(cluster)
        return self._host

    def kill(self, cluster: Cluster) -> None:
        self.host(cluster).kill()

    def kill_postgresql(self, cluster: Cluster) -> None:
        """Kill PostgreSQL alone; its Patroni lives."""
        self.host(cluster).kill_programs("postgres")

    def forget(self, _cluster: Cluster) -> None:
        self._host = None

    def cut_power(self, cluster: Cluster) -> None:
        """End the host without a last packet: its peers notice nothing."""
        self.host(cluster).unplug()
        self.host(cluster).kill()

    def boot(self, cluster: Cluster) -> None:
        self.host(cluster).plug_in()
        self.host(cluster).start_all()
        self._host = None

    def freeze(self, cluster: Cluster) -> None:
        self.host(cluster).freeze()

    def thaw(self, cluster: Cluster) -> None:
        self.host(cluster).thaw()
        self._host = None

    def unplug(self, cluster: Cluster) -> Noticed:
        host = self.host(cluster)
        host.unplug()
        return {"seconds_until_the_old_primary_steps_down": seconds_until_it_steps_down(host)}

    def cut_off(self, cluster: Cluster) -> None:
        """Pull the cable: both sides live on."""
        self.host(cluster).unplug()

    def plug_in(self, cluster: Cluster) -> None:
        self.host(cluster).plug_in()
        self._host = None

    def lose_packets(self, cluster: Cluster, rule: str) -> None:
        filter_packets(self.host(cluster).name, [rule])
        time.sleep(LOSSY_SECONDS)

    def do(self, change: Callable[[Host], None]) -> Callable[[Cluster], None]:
        return lambda cluster: change(self.host(cluster))

    def undo(self, change: Callable[[Host], None]) -> Callable[[Cluster], None]:
        def repair(cluster: Cluster) -> None:
            change(self.host(cluster))
            self._host = None

        return repair

    def receive_all(self, cluster: Cluster) -> None:
        filter_packets(self.host(cluster).name, [])
        self._host = None


def primary(cluster: Cluster) -> Host:
    host = engines.primary_of(cluster.databases)
    assert host is not None
    return host


def primary_of_redis(cluster: Cluster) -> Host:
    host = engines.primary_of_redis(cluster.caches)
    assert host is not None
    return host


def seconds_until_it_steps_down(host: Host) -> float:
    """Ask the cut-off primary on its own host to commit until it is a primary no more; return how long that took.

    Its last commits must not have been acknowledged: they would be lost.
    """
    began = time.monotonic()

    def commits() -> bool:
        url = f"postgresql://postgres@{host.address}/admitone"
        try:
            with psycopg.connect(url, connect_timeout=2, options="-c statement_timeout=2000") as conn:
                conn.execute("create table if not exists public.cut_off ()")
        except psycopg.Error:
            return False
        return True

    while time.monotonic() < began + DEMOTED_SECONDS_MAX:
        assert not call_in(host.name, commits), "a primary without a replica acknowledged a commit"
        if call_in(host.name, lambda: not engines.is_primary(engines.member_state(host))):
            return round(time.monotonic() - began, 1)
        time.sleep(0.2)
    return DEMOTED_SECONDS_MAX


def replace_roles(cluster: Cluster) -> None:
    """Restart every role and worker of every host, one after the other, as a release does; then reload both nginx."""
    for host in cluster.applications:
        for name in host.services:
            host.restart(name)
            if name in PROCESSES:
                port = PROCESSES[name][1]
                cluster.wait_until(f"{name} of {host.name} is ready", lambda: cluster.is_ready(host, port))  # noqa: B023
    for host in cluster.gateways:
        reload_gateway(host)


_app, _gateway = Lost(lambda cluster: cluster.applications[0]), Lost(lambda cluster: cluster.active_gateway())
_primary, _redis = Lost(primary), Lost(primary_of_redis)
_lag = cluster_replicas.Lag()
_events, _manager = Lost(cluster_search.with_events), Lost(cluster_search.manager)
STREAMS, SEARCHERS = 2_000, 6


def of_search(
    name: str, lost: Lost, strike: Callable[[Host], None], repair: Callable[[Host], None], *, no_failure: bool = True
) -> Fault:
    """Return a fault of OpenSearch. `no_failure`: no buyer may notice it."""
    return Fault(
        name, OTHER_SECONDS_MAX, lost.do(strike), lost.undo(repair), is_planned=no_failure, searchers=SEARCHERS
    )


FAULTS = (
    Fault("application host: kill -9 of all", OTHER_SECONDS_MAX, _app.kill, _app.boot),
    Fault("application host: power cut", OTHER_SECONDS_MAX, _app.cut_power, _app.boot),
    Fault("application host: frozen", OTHER_SECONDS_MAX, _app.freeze, _app.thaw),
    Fault("active gateway: kill -9 of all", OTHER_SECONDS_MAX, _gateway.kill, _gateway.boot),
    Fault("active gateway: power cut", OTHER_SECONDS_MAX, _gateway.cut_power, _gateway.boot),
    Fault("PostgreSQL primary: kill -9 of PostgreSQL", PRIMARY_SECONDS_MAX, _primary.kill_postgresql, _primary.forget),
    Fault("host of the primary: kill -9 of all", HOST_OF_PRIMARY_SECONDS_MAX, _primary.kill, _primary.boot),
    Fault("host of the primary: power cut", HOST_OF_PRIMARY_SECONDS_MAX, _primary.cut_power, _primary.boot),
    Fault("host of the primary: frozen", HOST_OF_PRIMARY_SECONDS_MAX, _primary.freeze, _primary.thaw),
    Fault(
        "host of the primary: cut off from all others", HOST_OF_PRIMARY_SECONDS_MAX, _primary.unplug, _primary.plug_in
    ),
    Fault("Redis primary: kill -9 of all", OTHER_SECONDS_MAX, _redis.kill, _redis.boot),
    Fault("Redis primary: power cut", OTHER_SECONDS_MAX, _redis.cut_power, _redis.boot),
    Fault("every role replaced, one by one", OTHER_SECONDS_MAX, replace_roles, is_planned=True),
    Fault(
        "application host: 5 % of packets lost",
        OTHER_SECONDS_MAX,
        lambda cluster: _app.lose_packets(cluster, "numgen random mod 100 < 5 drop"),
        _app.receive_all,
    ),
    Fault(
        "application host: receives nothing, sends on",
        OTHER_SECONDS_MAX,
        lambda cluster: _app.lose_packets(cluster, "iifname eth0 drop"),
        _app.receive_all,
    ),
    Fault(
        "certificate replaced, gateways reloaded", OTHER_SECONDS_MAX, cluster_hosts.replace_certificate, is_planned=True
    ),
    Fault(
        "application host: clock an hour fast",
        OTHER_SECONDS_MAX,
        lambda cluster: cluster_hosts.set_clock_off(cluster, "+3600s"),
        cluster_hosts.set_clock_right,
    ),
    Fault(
        "application host: clock an hour slow",
        OTHER_SECONDS_MAX,
        lambda cluster: cluster_hosts.set_clock_off(cluster, "-3600s"),
        cluster_hosts.set_clock_right,
    ),
    Fault(
        "application host: packets delayed by 100 ms each way",
        OTHER_SECONDS_MAX,
        cluster_hosts.slow_down,
        cluster_hosts.speed_up,
    ),
    Fault("Redis primary: cut off from all others", OTHER_SECONDS_MAX, _redis.cut_off, _redis.plug_in),
    Fault(
        "Redis split in two, applications on both sides",
        OTHER_SECONDS_MAX,
        cluster_replicas.split_redis,
        cluster_replicas.join_redis,
    ),
    Fault("Redis primary: killed while its replica lags", OTHER_SECONDS_MAX, _lag.redis, _lag.boot),
    Fault("PostgreSQL primary: killed while a replica lags", PRIMARY_SECONDS_MAX, _lag.postgresql),
    Fault(
        "etcd: two of three lost",
        OTHER_SECONDS_MAX,
        cluster_replicas.kill_majority_of_etcd,
        cluster_replicas.start_etcd,
    ),
    Fault("live streams: active gateway killed", OTHER_SECONDS_MAX, _gateway.kill, _gateway.boot, streams=STREAMS),
    of_search("OpenSearch node: kill -9", _events, cluster_search.kill_node, cluster_search.start_node),
    of_search("OpenSearch manager: kill -9", _manager, cluster_search.kill_node, cluster_search.start_node),
    of_search("OpenSearch node: frozen", _events, cluster_search.freeze_node, cluster_search.thaw_node),
    of_search(
        "OpenSearch node: receives nothing, sends on", _events, cluster_search.deafen_node, cluster_search.hear_node
    ),
    of_search(
        "application host with an OpenSearch node: power cut",
        _events,
        cluster_search.cut_power,
        cluster_search.boot,
        no_failure=False,
    ),
)
