"""Connect to an OpenSearch cluster, and translate its errors to those of the port."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import msgspec
from opensearchpy import AsyncOpenSearch
from opensearchpy.exceptions import ConnectionError as NoConnection
from opensearchpy.exceptions import NotFoundError, TransportError
from opensearchpy.serializer import Serializer

from admitone.kit.refusal import Busy
from admitone.search.adapters.opensearch_nodes import DEAD_SECONDS, NodesPool, NodesTransport, WatchedConnection
from admitone.search.ports import IndexAbsent

READ_SECONDS_MAX = 2.0
"""Seconds after which a search is cancelled, here and in the cluster."""
WRITE_SECONDS_MAX = 60.0
MERGE_SECONDS_MAX = 1_800.0
_CONNECTIONS_MAX = 32
ON_THIS_NODE = {"preference": "_local"}
"""Search the copy of the node that is asked: asking another node, it would wait for one that is lost."""
_OVERLOADED = frozenset({429, 502, 503, 504})


class MsgspecSerializer(Serializer):
    mimetype = "application/json"

    def loads(self, s: str) -> Any:
        return msgspec.json.decode(s)

    def dumps(self, data: Any) -> Any:
        return data if isinstance(data, str) else msgspec.json.encode(data).decode()


def open_client(urls: Sequence[str], *, read_seconds_max: float) -> AsyncOpenSearch:
    """Return a client that connects at its first use. `urls`: nodes of one cluster, with optional credentials.

    With several nodes, requests leave one that is refusing, failing or silent, and it gets none for `DEAD_SECONDS`.
    """
    return AsyncOpenSearch(
        hosts=list(urls),
        serializer=MsgspecSerializer(),
        timeout=read_seconds_max,
        pool_maxsize=_CONNECTIONS_MAX,
        transport_class=NodesTransport,
        connection_class=WatchedConnection,
        connection_pool_class=NodesPool,
        dead_timeout=DEAD_SECONDS,
        timeout_cutoff=0,  # always the same time, however often it failed
        max_retries=len(urls),  # another node may answer
        http_compress=False,
    )


@contextmanager
def understood() -> Iterator[None]:
    """Raise `IndexAbsent` for a missing index, `Busy` for a cluster that does not answer in time."""
    try:
        yield
    except NotFoundError as error:
        raise IndexAbsent(str(error.error)) from error
    except NoConnection as error:  # includes timeouts
        raise Busy("The search engine does not answer. Try again shortly.") from error
    except TransportError as error:
        if error.status_code in _OVERLOADED:
            raise Busy("The search engine is busy. Try again shortly.") from error
        raise


def check_answers(answers: Sequence[dict[str, Any]]) -> None:
    """Check the responses of one `_msearch` for errors: the request as a whole always succeeds."""
    for answer in answers:
        if "error" in answer:
            raised = NotFoundError if answer["status"] == 404 else TransportError
            raise raised(answer["status"], answer["error"]["type"], answer["error"])
