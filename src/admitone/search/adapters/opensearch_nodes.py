"""A connection to one node that notices when the node is silent: frozen, cut off, or without power.

Nothing answers for such a node, not even with a refusal. Requests would wait for their whole time limit, and the next
ones after them, because the client does not count a request that took too long against its node.
"""

import asyncio
from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import Any

from opensearchpy import AIOHttpConnection, AsyncTransport, ConnectionPool
from opensearchpy.exceptions import ConnectionError as NoConnection
from opensearchpy.exceptions import TransportError

from admitone.kit.single_flight import SingleFlight

SUSPECT_SECONDS = 0.5
"""A search takes some ten milliseconds: one that takes longer than this asks whether its node is alive."""
PROBE_SECONDS = 0.5
PROBE_SECONDS_OF_LONG = 3.0
"""Of requests that have a time limit of their own, such as writes: on another node, they begin again."""
DEAD_SECONDS = 5.0
"""A node that failed gets no request for this time. One request then tries it again, and continues elsewhere."""


class WatchedConnection(AIOHttpConnection):
    """Raises `NoConnection` if the node is silent and another one may answer.

    A slow request of a living node keeps its whole time limit. So does one to the last node: a machine under load may
    answer no probe in time.

    A node that lost another one during a search answers 500, as if it were at fault. That is a 503 here: ask elsewhere.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Connections of its own: those of the requests may all be in use.
        self._prober = AIOHttpConnection(*args, **{**kwargs, "pool_maxsize": 1})
        self._probes = SingleFlight[float, bool]()
        self.may_answer_elsewhere: Callable[[], bool] = lambda: False

    async def perform_request(
        self,
        method: str,
        url: str,
        params: Mapping[str, Any] | None = None,
        body: bytes | None = None,
        timeout: int | float | None = None,  # noqa: ASYNC109 - the client's own signature
        ignore: Collection[int] = (),
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        try:
            async with asyncio.timeout(None) as limit:
                watch = asyncio.create_task(
                    self._watch(limit, PROBE_SECONDS if timeout is None else PROBE_SECONDS_OF_LONG)
                )
                try:
                    return await super().perform_request(method, url, params, body, timeout, ignore, headers)
                finally:
                    watch.cancel()
        except TimeoutError as error:
            raise NoConnection("N/A", f"{self.host} is silent", error) from error
        except TransportError as error:
            if error.status_code == 500 and _lost_a_node(error):
                raise TransportError(503, error.error, error.info) from error
            raise

    async def _watch(self, limit: asyncio.Timeout, seconds: float) -> None:
        """End the request when its node does not answer the simplest question."""
        is_given_up = False
        while not is_given_up:
            await asyncio.sleep(SUSPECT_SECONDS)
            is_alive = await self._probes.run(seconds, lambda: self._is_alive(seconds))
            is_given_up = not is_alive and self.may_answer_elsewhere()
        limit.reschedule(asyncio.get_running_loop().time())

    async def _is_alive(self, seconds: float) -> bool:
        try:
            await self._prober.perform_request("HEAD", "/", timeout=seconds)
        except NoConnection:
            return False
        except TransportError:  # an answer, such as one that asks for credentials
            return True
        return True

    async def close(self) -> None:
        await super().close()
        await self._prober.close()


class NodesPool(ConnectionPool):
    """The nodes, of which those in `connections` are believed to be alive."""

    def __init__(self, connections: Any, **kwargs: Any) -> None:
        super().__init__(connections, **kwargs)
        for connection in self.orig_connections:
            assert isinstance(connection, WatchedConnection)
            connection.may_answer_elsewhere = partial(self._has_another, connection)

    def _has_another(self, connection: AIOHttpConnection) -> bool:
        return any(each is not connection for each in self.connections)


class NodesTransport(AsyncTransport):
    """Closes the connections to all nodes; the client forgets those that are dead."""

    async def close(self) -> None:
        await super().close()
        for connection in getattr(self.connection_pool, "orig_connections", ()):
            await connection.close()


def _lost_a_node(error: TransportError) -> bool:
    return any(name in str(error.info) for name in ("node_disconnected_exception", "node_not_connected_exception"))
