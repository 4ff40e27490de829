"""A connection to one node that notices when the node is silent: frozen, cut off, or without power.

Nothing answers for such a node, not even with a refusal. Requests would wait for their whole time limit, and the next
ones after them, because the client does not count a request that took too long against its node.
"""

import asyncio
from collections.abc import Collection, Mapping
from typing import Any

from opensearchpy import AIOHttpConnection, AsyncTransport
from opensearchpy.exceptions import ConnectionError as NoConnection
from opensearchpy.exceptions import TransportError

from admitone.kit.single_flight import SingleFlight

SUSPECT_SECONDS = 0.5
"""A search takes some ten milliseconds: one that takes longer than this asks whether its node is alive."""
PROBE_SECONDS = 0.5
DEAD_SECONDS = 5.0
"""A node that failed gets no request for this time. One request then tries it again, and continues elsewhere."""


class WatchedConnection(AIOHttpConnection):
    """Raises `NoConnection` if the node is silent; a slow request of a living node keeps its whole time limit.

    A node that lost another one during a search answers 500, as if it were at fault. That is a 503 here: ask elsewhere.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Connections of its own: those of the requests may all be in use.
        self._prober = AIOHttpConnection(*args, **{**kwargs, "pool_maxsize": 1})
        self._probes = SingleFlight[None, bool]()

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
                watch = asyncio.create_task(self._watch(limit))
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

    async def _watch(self, limit: asyncio.Timeout) -> None:
        """End the request when its node does not answer the simplest question."""
        is_alive = True
        while is_alive:
            await asyncio.sleep(SUSPECT_SECONDS)
            is_alive = await self._probes.run(None, self._is_alive)
        limit.reschedule(asyncio.get_running_loop().time())

    async def _is_alive(self) -> bool:
        try:
            await self._prober.perform_request("HEAD", "/", timeout=PROBE_SECONDS)
        except NoConnection:
            return False
        except TransportError:  # an answer, such as one that asks for credentials
            return True
        return True

    async def close(self) -> None:
        await super().close()
        await self._prober.close()


class NodesTransport(AsyncTransport):
    """Closes the connections to all nodes; the client forgets those that are dead."""

    async def close(self) -> None:
        await super().close()
        for connection in getattr(self.connection_pool, "orig_connections", ()):
            await connection.close()


def _lost_a_node(error: TransportError) -> bool:
    return any(name in str(error.info) for name in ("node_disconnected_exception", "node_not_connected_exception"))
