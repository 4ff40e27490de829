"""Ask each node of an OpenSearch cluster for itself how it and the cluster are, for `admitone doctor`."""

import asyncio
from collections.abc import Sequence

from msgspec import Struct
from opensearchpy import AsyncOpenSearch
from opensearchpy.exceptions import ConnectionError as NoConnection
from opensearchpy.exceptions import TransportError

from admitone.search.adapters.opensearch_client import open_client

ANSWER_SECONDS_MAX = 5.0
_WITHOUT_MANAGER = 503
_MANAGER_SECONDS = "2s"


class ClusterHealth(Struct, frozen=True):
    """`status` is green, yellow or red. `copies_missing`: shards and copies that no node has, or not yet."""

    status: str
    nodes: int
    copies_missing: int


class NodeHealth(Struct, frozen=True):
    """`health` is None where the node answers and is in no cluster: it is cut off from the others."""

    url: str
    version: str
    cluster: str
    health: ClusterHealth | None


class NodeSilent(Struct, frozen=True):
    """`reason` is in the words of the client."""

    url: str
    reason: str


class NodeRefusal(Exception):
    """A node answers, and refuses the question, as without the right password."""


async def ask_nodes(urls: Sequence[str]) -> list[NodeHealth | NodeSilent]:
    """Ask all nodes at the same time; one that is silent costs `ANSWER_SECONDS_MAX`. Raises `NodeRefusal`."""
    return list(await asyncio.gather(*map(_ask, urls)))


async def _ask(url: str) -> NodeHealth | NodeSilent:
    async with open_client([url], read_seconds_max=ANSWER_SECONDS_MAX) as client:
        try:
            about = await client.info()
            health = await _cluster_health(client)
        except NoConnection as error:
            return NodeSilent(url, str(error.error))
        except TransportError as error:
            raise NodeRefusal(f"{error.status_code} {error.error}") from error
    return NodeHealth(url, about["version"]["number"], about["cluster_uuid"], health)


async def _cluster_health(client: AsyncOpenSearch) -> ClusterHealth | None:
    try:
        answer = await client.cluster.health(params={"cluster_manager_timeout": _MANAGER_SECONDS})
    except TransportError as error:
        if error.status_code == _WITHOUT_MANAGER:
            return None
        raise
    missing = answer["unassigned_shards"] + answer["initializing_shards"]
    return ClusterHealth(answer["status"], answer["number_of_nodes"], missing)
