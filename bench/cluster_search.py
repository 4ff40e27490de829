"""Faults of OpenSearch in the cluster, while people search: a node of it, or its host."""

import signal
import time
from contextlib import suppress
from os import kill
from pathlib import Path

from scripts.cluster import search
from scripts.cluster.cluster import Cluster
from scripts.cluster.host import Host
from scripts.cluster.namespaces import filter_packets

FAULT_SECONDS = 15.0
"""Long enough for the cluster to notice a silent node and to drop it."""
_PORTS = f"{{ {search.HTTP_PORT}, {search.TRANSPORT_PORT} }}"


def with_events(cluster: Cluster) -> Host:
    """Return the host that has the primary shard of the events."""
    return search.host_of_events(cluster.search_hosts)


def manager(cluster: Cluster) -> Host:
    return search.manager(cluster.search_hosts)


def kill_node(host: Host) -> None:
    host.kill_programs("java")
    time.sleep(FAULT_SECONDS)


def start_node(host: Host) -> None:
    host.run(host.services[search.SERVICE])


def freeze_node(host: Host) -> None:
    _signal(host, signal.SIGSTOP)
    time.sleep(FAULT_SECONDS)


def thaw_node(host: Host) -> None:
    _signal(host, signal.SIGCONT)


def deafen_node(host: Host) -> None:
    """Let nothing of OpenSearch in, and all out; the search role on the same host still reaches its own node."""
    rules = [f"iifname eth0 tcp {end} {_PORTS} drop" for end in ("dport", "sport")]
    filter_packets(host.name, rules)
    time.sleep(FAULT_SECONDS)


def hear_node(host: Host) -> None:
    filter_packets(host.name, [])


def cut_power(host: Host) -> None:
    """End the host without a last packet: with the node, a host of applications is lost."""
    host.unplug()
    host.kill()
    time.sleep(FAULT_SECONDS)


def boot(host: Host) -> None:
    host.plug_in()
    host.start_all()


def _signal(host: Host, number: signal.Signals) -> None:
    for pid in host.processes():
        with suppress(OSError):
            if Path(f"/proc/{pid}/comm").read_text().strip() == "java":
                kill(pid, number)
