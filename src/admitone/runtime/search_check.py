"""Check the search engine of this installation: which nodes of OpenSearch answer, and how their cluster is."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from admitone.runtime.server_checks import ServerCheckError

if TYPE_CHECKING:
    from admitone.search.adapters.opensearch_health import ClusterHealth, NodeHealth, NodeSilent

_MAJOR_MIN = 2


def check_search(urls: Sequence[str], folder: Path) -> str:
    """Return a description of the engine. Raises `ServerCheckError` if searches fail, or would without a node."""
    if not urls:
        return f"embedded, in {folder}"
    try:
        from admitone.search.adapters.opensearch_health import (
            NodeHealth,
            NodeRefusal,
            ask_nodes,
        )
    except ImportError as error:
        raise ServerCheckError("the client of OpenSearch is missing: pip install 'admitone[opensearch]'") from error
    try:
        found = asyncio.run(ask_nodes(urls))
    except NodeRefusal as error:
        raise ServerCheckError(str(error)) from error
    answered = [each for each in found if isinstance(each, NodeHealth)]
    silent = [each for each in found if not isinstance(each, NodeHealth)]
    return _describe(answered, silent)


def _describe(answered: Sequence["NodeHealth"], silent: Sequence["NodeSilent"]) -> str:
    counted = f"{len(answered)} of {len(answered) + len(silent)} nodes answer"
    if not answered:
        raise ServerCheckError(f"no node answers ({silent[0].reason}): searches answer 503. Sales go on without them")
    if old := next((each for each in answered if int(each.version.partition(".")[0]) < _MAJOR_MIN), None):
        raise ServerCheckError(f"version {old.version} is too old: {_MAJOR_MIN}.0 or newer is needed")
    joined = {each.url: each.health for each in answered if each.health is not None}
    if not joined:
        raise ServerCheckError(f"{counted}, and elect no manager: no change is indexed. Start the other nodes")
    if len({each.cluster for each in answered if each.health is not None}) > 1:
        raise ServerCheckError(f"{counted}, of several clusters: name the nodes of one")
    described = f"{counted}; {_in_words(next(iter(joined.values())))}"
    if silent:
        raise ServerCheckError(f"{described}. Start those that do not: {_names([each.url for each in silent])}")
    if alone := [each.url for each in answered if each.health is None]:
        raise ServerCheckError(f"{described}. Cut off from the others: {_names(alone)}")
    if any(health.status != "green" for health in joined.values()):
        raise ServerCheckError(described)
    return f"OpenSearch {answered[0].version}; {described}"


def _in_words(health: "ClusterHealth") -> str:
    if health.status == "green":
        return f"green: every shard has its copies, on {health.nodes} {'node' if health.nodes == 1 else 'nodes'}"
    if health.status == "yellow":
        missing = health.copies_missing
        counted = "1 copy of a shard is missing" if missing == 1 else f"{missing} copies of shards are missing"
        return (
            f"yellow: every event is found, and {counted}: the loss of another node may end searches. Nodes that"
            " lack a copy make one; if it stays yellow, start the lost node"
        )
    return (
        "red: a part of the index is on no node, and searches answer 503. Start the node that has it, or build the"
        " index again: admitone search rebuild"
    )


def _names(urls: Sequence[str]) -> str:
    """Return the addresses without credentials."""
    return ", ".join(urlsplit(url).netloc.rpartition("@")[2] for url in urls)
