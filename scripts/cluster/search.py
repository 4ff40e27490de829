"""OpenSearch on three hosts of the cluster, instead of the index that each host embeds."""

import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import httpx
from scripts.cluster.host import SERVICE_USER, Host, Service
from scripts.opensearch_server import QUICK_CHECKS, Node, fetch, missing_programs, node_command

FORMS = ("embedded", "opensearch")
SERVICE = "opensearch"
HTTP_PORT, TRANSPORT_PORT = 9200, 9300
HEAP = "512m"
# Compiling for the last percent of speed costs a core for the first minute of each node, of two that all hosts share.
OPTIONS = ("-XX:TieredStopAtLevel=1",)


def nodes(hosts: Sequence[Host]) -> list[Node]:
    return [
        Node(host.name, host.folder / SERVICE / "home", host.address, HTTP_PORT, TRANSPORT_PORT, QUICK_CHECKS)
        for host in hosts
    ]


def url(hosts: Sequence[Host]) -> str:
    """Return the value of `ADMITONE_SEARCH_URL`."""
    return ",".join(node.url for node in nodes(hosts))


def fetch_program() -> None:
    """Fetch OpenSearch while this process still sees the network of the machine. Exits if a program is missing."""
    if missing := missing_programs():
        sys.exit(f"error: OpenSearch needs {' and '.join(missing)}: not found on this machine.")
    fetch()


def run_opensearch(hosts: Sequence[Host]) -> None:
    """Start a node on each host; they form one cluster, and any two of them elect its manager."""
    program, members = fetch(), nodes(hosts)
    for host, node in zip(hosts, members, strict=True):
        host.own_folder(SERVICE, SERVICE_USER)
        command = node_command(program, node, members, heap=HEAP, options=OPTIONS)
        host.run(Service(SERVICE, command, user=SERVICE_USER, ends_with_input=True))


def is_whole(hosts: Sequence[Host]) -> bool:
    """Return whether all nodes agree that all are in the cluster and every shard has its copies.

    A node that was lost for a while still believes what it knew before.
    """
    healths = [ask([host], "/_cluster/health") for host in hosts]
    return all(each and each["status"] == "green" and each["number_of_nodes"] == len(hosts) for each in healths)


def manager(hosts: Sequence[Host]) -> Host:
    """Return the host of the node that manages the cluster."""
    listed = ask(hosts, "/_cat/cluster_manager?format=json")
    return next(host for host in hosts if host.name == listed[0]["node"])


def host_of_events(hosts: Sequence[Host]) -> Host:
    """Return the host that has the primary shard of the events."""
    listed = ask(hosts, "/_cat/shards/admitone-*-events?format=json")
    return next(host for host in hosts for shard in listed if shard["prirep"] == "p" and shard["node"] == host.name)


def ask(hosts: Sequence[Host], path: str) -> Any:
    """Return the answer of the first node that gives one; None if none does."""
    for node in nodes(hosts):
        with suppress(httpx.HTTPError):
            answer = httpx.get(node.url + path, timeout=2.0)
            if answer.status_code == 200:
                return answer.json()
    return None
