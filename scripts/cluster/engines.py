"""The engines of the cluster: etcd and Patroni for PostgreSQL, Sentinels for Redis."""

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path

import yaml
from redis import Redis
from redis.exceptions import RedisError
from scripts.cluster.host import SERVICE_USER, Host, Service
from scripts.cluster.namespaces import NETWORK

SERVICE = "seats"
# The shortest that Patroni accepts. A replica takes over when the ttl of a primary's lost host has ended.
TTL_SECONDS, LOOP_SECONDS, RETRY_SECONDS = 20, 2, 3
SENTINEL_DOWN_MS = 500
REDIS_PORT = 6379
CLUSTER_SERVERS = {"redis-1": 6379, "redis-2": 6380}
CLUSTER_NODE_TIMEOUT_MS = 1_000
START_SECONDS_MAX = 60.0
PASSWORD = "cluster"  # noqa: S105 - of servers that no other network reaches

POSTGRESQL_PARAMETERS = {
    "max_connections": 200,
    "shared_buffers": "128MB",
    "wal_compression": "on",
    "jit": "off",
    "max_parallel_workers_per_gather": 0,
    "timezone": "UTC",
    "log_parameter_max_length": 0,
    "log_parameter_max_length_on_error": 0,
    # The connections of a client that is lost end with their locks.
    "tcp_keepalives_idle": 5,
    "tcp_keepalives_interval": 2,
    "tcp_keepalives_count": 3,
    "tcp_user_timeout": 10_000,
    "wal_sender_timeout": "5s",
    "wal_receiver_timeout": "5s",
}


def postgresql_programs() -> Path:
    """Return the newest installed PostgreSQL that has pg_rewind."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_rewind"), key=lambda path: int(path.parts[4]))
    assert found, "pg_rewind is missing: apt-get install postgresql"
    return found[-1].parent


def run_etcd(hosts: Sequence[Host]) -> None:
    members = ",".join(f"{host.name}=http://{host.address}:2380" for host in hosts)
    for host in hosts:
        folder = host.own_folder("etcd", SERVICE_USER)
        client, peer = f"http://{host.address}:2379", f"http://{host.address}:2380"
        options = {
            "name": host.name,
            "data-dir": str(folder),
            "listen-client-urls": client,
            "advertise-client-urls": client,
            "listen-peer-urls": peer,
            "initial-advertise-peer-urls": peer,
            "initial-cluster": members,
            "heartbeat-interval": "100",
            "election-timeout": "1000",
        }
        arguments = ["etcd", *(f"--{name}={value}" for name, value in options.items())]
        host.run(Service("etcd", arguments, user=SERVICE_USER))


def run_patroni(hosts: Sequence[Host]) -> None:
    """Start PostgreSQL under Patroni on each host; the first to come creates the database cluster."""
    for host in hosts:
        folder = host.own_folder("postgresql", SERVICE_USER)
        settings = host.folder / "patroni.yml"
        settings.write_text(yaml.safe_dump(patroni_settings(host, hosts, folder)))
        host.run(Service("patroni", [str(Path(sys.executable).with_name("patroni")), str(settings)], user=SERVICE_USER))


def patroni_settings(host: Host, hosts: Sequence[Host], folder: Path) -> dict[str, object]:
    """Return Patroni's settings of one host. A sale is acknowledged when a replica has it too, or not at all."""
    users = {name: {"username": name, "password": PASSWORD} for name in ("postgres", "replicator", "rewinder")}
    return {
        "scope": "admitone",
        "name": host.name,
        "restapi": {"listen": f"{host.address}:8008", "connect_address": f"{host.address}:8008"},
        "etcd3": {"hosts": [f"{each.address}:2379" for each in hosts]},
        "bootstrap": {
            "dcs": {
                "ttl": TTL_SECONDS,
                "loop_wait": LOOP_SECONDS,
                "retry_timeout": RETRY_SECONDS,
                "maximum_lag_on_failover": 1_048_576,
                # Commits wait for any one replica, and the replica that has most becomes the primary: the other is
                # never ahead. With `on`, the asynchronous replica may be, and no sale is made until it is rewound.
                "synchronous_mode": "quorum",
                "synchronous_mode_strict": True,
                "failsafe_mode": True,
                # A primary that dies is replaced at once; its host does not try to start it again first.
                "primary_start_timeout": 0,
                "postgresql": {"use_pg_rewind": True, "parameters": POSTGRESQL_PARAMETERS},
            },
            "initdb": [{"encoding": "UTF8"}, {"locale": "C.UTF-8"}, "data-checksums"],
        },
        "postgresql": {
            "listen": f"{host.address}:5432",
            "connect_address": f"{host.address}:5432",
            "data_dir": str(folder / "data"),
            "bin_dir": str(postgresql_programs()),
            "pgpass": str(folder / "pgpass"),
            "parameters": {"unix_socket_directories": str(folder)},
            "pg_hba": [
                "local all all trust",
                f"host all all {NETWORK}.0/24 trust",
                f"host replication all {NETWORK}.0/24 trust",
            ],
            "authentication": {
                "superuser": users["postgres"],
                "replication": users["replicator"],
                "rewind": users["rewinder"],
            },
        },
    }


def member_state(host: Host) -> dict[str, object]:
    """Return what Patroni on this host says of its PostgreSQL; empty if it does not answer."""
    try:
        with urllib.request.urlopen(f"http://{host.address}:8008/patroni", timeout=1) as answer:
            return dict(json.load(answer))
    except urllib.error.HTTPError as error:
        return dict(json.load(error))
    except OSError:
        return {}


def primary_of(hosts: Sequence[Host]) -> Host | None:
    """Return the host of PostgreSQL's primary, or None while there is none."""
    states = {host: member_state(host) for host in hosts}
    return next((host for host in hosts if is_primary(states[host])), None)


def is_primary(state: dict[str, object]) -> bool:
    return state.get("role") in ("primary", "master") and state.get("state") == "running"


def followers_of(primary: Host) -> dict[str, str]:
    """Return the replicas that stream from this primary, with `sync` or `async`."""
    listed = member_state(primary).get("replication", [])
    assert isinstance(listed, list)
    return {each["application_name"]: each["sync_state"] for each in listed if each["state"] == "streaming"}


def run_redis(hosts: Sequence[Host]) -> None:
    """Start Redis on the first two hosts, the second as the replica, and a Sentinel on each."""
    for at, host in enumerate(hosts):
        folder = host.own_folder("redis", SERVICE_USER)
        if at < 2:
            options = f'bind {host.address}\nport 6379\ndir {folder}\nprotected-mode no\nsave ""\n'
            options += "maxmemory-policy noeviction\nrepl-diskless-sync yes\nrepl-diskless-sync-delay 0\n"
            follow = f"replicaof {hosts[0].address} 6379\n" if at else ""
            _run_redis(host, "redis", folder, options + follow)
        options = (
            f"bind {host.address}\nport 26379\ndir {folder}\nprotected-mode no\n"
            f"sentinel monitor {SERVICE} {hosts[0].address} 6379 2\n"
            f"sentinel down-after-milliseconds {SERVICE} {SENTINEL_DOWN_MS}\n"
            f"sentinel failover-timeout {SERVICE} 6000\n"
        )
        _run_redis(host, "sentinel", folder, options, "--sentinel")


def run_redis_cluster(hosts: Sequence[Host]) -> None:
    """Start a Redis Cluster: two servers on each host, and the replica of each primary on another host."""
    for host in hosts:
        for name, port in CLUSTER_SERVERS.items():
            folder = host.own_folder(name, SERVICE_USER)
            options = f'bind {host.address}\nport {port}\ndir {folder}\nprotected-mode no\nsave ""\n'
            options += f"cluster-enabled yes\ncluster-node-timeout {CLUSTER_NODE_TIMEOUT_MS}\n"
            options += "cluster-require-full-coverage no\nrepl-diskless-sync yes\nrepl-diskless-sync-delay 0\n"
            _run_redis(host, name, folder, options)
    deadline = time.monotonic() + START_SECONDS_MAX
    while not all(_answers(host, port) for host in hosts for port in CLUSTER_SERVERS.values()):
        assert time.monotonic() < deadline, "Redis does not start"
        time.sleep(0.1)
    servers = [f"{host.address}:{port}" for port in CLUSTER_SERVERS.values() for host in hosts]
    create = ["redis-cli", "--cluster", "create", *servers, "--cluster-replicas", "1", "--cluster-yes"]
    subprocess.run(create, check=True, stdout=subprocess.DEVNULL)


def spread_redis_primaries(hosts: Sequence[Host]) -> None:
    """Give each host a primary again, as an operator does after a failover.

    A host with two of three primaries would leave no majority behind.
    """
    for host in hosts:
        own = {port: redis_replication(host, port) for port in CLUSTER_SERVERS.values()}
        if any(each.get("role") == "master" for each in own.values()):
            continue
        crowded = {each.address for each in hosts if _count_primaries(each) > 1}
        for port, state in own.items():
            if state.get("master_host") in crowded:
                with Redis(host=host.address, port=port, socket_timeout=5) as client:
                    client.execute_command("CLUSTER", "FAILOVER")
                break


def _count_primaries(host: Host) -> int:
    return sum(redis_replication(host, port).get("role") == "master" for port in CLUSTER_SERVERS.values())


def redis_cluster_is_spread(hosts: Sequence[Host]) -> bool:
    return redis_cluster_is_whole(hosts) and all(_count_primaries(host) == 1 for host in hosts)


def redis_cluster_is_whole(hosts: Sequence[Host]) -> bool:
    """Return whether every slot has a primary, and every primary a replica that follows."""
    roles = [redis_replication(host, port) for host in hosts for port in CLUSTER_SERVERS.values()]
    primaries = [each for each in roles if each.get("role") == "master"]
    return len(primaries) == len(hosts) and all(each.get("connected_slaves") == 1 for each in primaries)


def _answers(host: Host, port: int) -> bool:
    return bool(redis_replication(host, port))


def _run_redis(host: Host, name: str, folder: Path, settings: str, *options: str) -> None:
    path = folder / f"{name}.conf"  # Redis and the Sentinels write what they learn into their files
    path.write_text(settings)
    path.chmod(0o666)
    host.run(Service(name, ["redis-server", str(path), *options], user=SERVICE_USER))


def primary_of_redis(hosts: Sequence[Host]) -> Host | None:
    """Return the host of a primary; in a cluster, of one of several."""
    ports = CLUSTER_SERVERS.values() if "redis-1" in hosts[0].services else (REDIS_PORT,)
    found = (host for host in hosts for port in ports if redis_replication(host, port).get("role") == "master")
    return next(found, None)


def redis_replication(host: Host, port: int = REDIS_PORT) -> dict[str, object]:
    """Return what Redis on this host says of its replication; empty if it does not answer."""
    try:
        with Redis(host=host.address, port=port, socket_timeout=1, socket_connect_timeout=1) as client:
            return dict(client.info("replication"))
    except RedisError:
        return {}
