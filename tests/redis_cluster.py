"""A real Redis Cluster: three primaries, each with a replica, on free ports of this machine."""

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from redis import Redis
from redis.crc import key_slot
from redis.exceptions import RedisError

from admitone.embedded.child import Child, Program
from admitone.embedded.readiness import wait_until_ready
from tests.free_ports import free_ports
from tests.server_folder import open_server_folder

KILL_SECONDS_MAX = 30.0
PRIMARIES = 3
SLOTS = 16_384
NODE_TIMEOUT_MS = 2_000
START_SECONDS_MAX = 60.0


@dataclass(frozen=True)
class RunningCluster:
    """The servers by port: the first three are primaries at the start."""

    servers: dict[int, Child]

    @property
    def ports(self) -> list[int]:
        return list(self.servers)

    @property
    def url(self) -> str:
        return f"redis+cluster://{','.join(f'127.0.0.1:{port}' for port in self.servers)}"

    def primary_of(self, key: str) -> int:
        """Return the port of the primary that has the key, as a living server sees it."""
        for port, child in self.servers.items():
            if child.exit_code is None:
                slot = key_slot(key.encode())
                slots: Any = ask(port, "CLUSTER", "SLOTS")
                return next(int(servers[0][1]) for first, last, *servers in slots if first <= slot <= last)
        raise AssertionError("no server lives")

    def flush(self) -> None:
        """Empty every primary, however busy the machine is: the product's client does not wait long for a server."""
        for port in self.servers:
            if ask(port, "ROLE")[0] == b"master":
                ask(port, "FLUSHDB")

    def kill(self, port: int) -> None:
        """Return when the process has ended: a living server is asked from then on."""
        self.servers[port].kill()
        assert self.servers[port].wait(KILL_SECONDS_MAX) is not None, f"{port} is still there"


def ask(port: int, *words: str | int) -> Any:
    with Redis(port=port, socket_timeout=5, socket_connect_timeout=5) as client:
        client.response_callbacks.clear()
        return client.execute_command(*words)


@contextmanager
def run_redis_cluster() -> Iterator[RunningCluster]:
    with _run_servers(2 * PRIMARIES) as (servers, buses):
        _join(list(servers), buses)
        yield RunningCluster(servers)


@contextmanager
def run_split_cluster() -> Iterator[RunningCluster]:
    """Yield two servers that do not reach each other; the first has all slots."""
    with _run_servers(2) as (servers, _):
        cluster = RunningCluster(servers)
        ask(cluster.ports[0], "CLUSTER", "ADDSLOTSRANGE", 0, SLOTS - 1)
        _until(lambda: b"cluster_state:ok" in ask(cluster.ports[0], "CLUSTER", "INFO"))
        yield cluster


@contextmanager
def _run_servers(count: int) -> Iterator[tuple[dict[int, Child], dict[int, int]]]:
    """Yield servers by port, and the port at which each speaks to the others: otherwise it is 10,000 higher."""
    with ExitStack() as closing:
        folder, identity, binaries = closing.enter_context(open_server_folder("redis-cluster"))
        ports = free_ports(2 * count)
        buses = dict(zip(ports[:count], ports[count:], strict=True))
        servers = {}
        for port, bus in buses.items():
            home = folder.path / f"redis-{port}"
            home.mkdir()
            os.chown(home, *identity.owner)
            options = {
                "bind": "127.0.0.1",
                "port": port,
                "cluster-port": bus,
                "dir": home,
                "save": "",
                "cluster-enabled": "yes",
                "cluster-node-timeout": NODE_TIMEOUT_MS,
                "cluster-require-full-coverage": "no",
                "repl-diskless-sync-delay": 0,
            }
            arguments = [
                str(binaries.redis),
                *(str(word) for name, value in options.items() for word in (f"--{name}", value)),
            ]
            child = Child(Program(f"Redis {port}", arguments, folder.path / "logs" / f"redis-{port}.log", identity))
            closing.callback(child.stop)
            wait_until_ready(child, lambda port=port: _answers(port))  # type: ignore[misc]
            servers[port] = child
        yield servers, buses


def _answers(port: int) -> bool:
    try:
        return ask(port, "PING") is not None
    except RedisError:
        return False


def _join(ports: Sequence[int], buses: dict[int, int]) -> None:
    """Give each of the first three a third of the slots, and the others one primary each."""
    first, *others = ports
    for other in others:
        ask(first, "CLUSTER", "MEET", "127.0.0.1", other, buses[other])
    bounds = [SLOTS * at // PRIMARIES for at in range(PRIMARIES + 1)]
    for at in range(PRIMARIES):
        ask(ports[at], "CLUSTER", "ADDSLOTSRANGE", bounds[at], bounds[at + 1] - 1)
    _until(lambda: all(len(_nodes(port)) == len(ports) for port in ports))
    for at in range(PRIMARIES):
        ask(ports[PRIMARIES + at], "CLUSTER", "REPLICATE", ask(ports[at], "CLUSTER", "MYID").decode())
    _until(lambda: all(_is_whole(port) for port in ports))


def _nodes(port: int) -> list[str]:
    lines: list[str] = ask(port, "CLUSTER", "NODES").decode().splitlines()
    return [line for line in lines if "handshake" not in line]


def _is_whole(port: int) -> bool:
    slots: Any = ask(port, "CLUSTER", "SLOTS")
    return b"cluster_state:ok" in ask(port, "CLUSTER", "INFO") and [len(entry) for entry in slots] == [4] * PRIMARIES


def _until(is_so: Any) -> None:
    deadline = time.monotonic() + START_SECONDS_MAX
    while not is_so():
        assert time.monotonic() < deadline, "the cluster did not form"
        time.sleep(0.05)
