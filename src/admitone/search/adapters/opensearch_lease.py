"""Allow one rebuild at a time on any machine: a lease document that its owner rewrites every few seconds.

No clocks are compared. A waiting process checks whether the document still changes; after it has been unchanged for
long enough by the waiting process's own clock, that process takes the lease. An owner that was only suspended finds the
document changed and stops.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from time import monotonic

from opensearchpy import AsyncOpenSearch
from opensearchpy.exceptions import ConflictError, NotFoundError, RequestError

from admitone.kit.tasks import cancel_until_done
from admitone.search.adapters.opensearch_client import WRITE_SECONDS_MAX
from admitone.search.adapters.opensearch_mapping import COPIES

BEAT_SECONDS = 3.0
DEAD_AFTER_SECONDS = 20.0
_LOOK_SECONDS = 0.2
_ID = "rebuild"
_WRITING = {"request_timeout": WRITE_SECONDS_MAX}
Position = tuple[int, int]
"""(sequence number, primary term) of the document: changes with every write."""


class LeaseLost(Exception):
    """Another process considered this one dead and now owns the lease."""


class Lease:
    def __init__(self, client: AsyncOpenSearch, index: str, position: Position) -> None:
        self._client = client
        self._index = index
        self.position = position
        self._turn = asyncio.Lock()  # renewal and `prove` must not race

    async def prove(self) -> None:
        """Renew the lease. Raises `LeaseLost` if another process owns it."""
        async with self._turn:
            number, term = self.position
            try:
                answer = await self._client.index(
                    index=self._index,
                    id=_ID,
                    body={},
                    params={"if_seq_no": number, "if_primary_term": term, **_WRITING},
                )
            except ConflictError as error:
                raise LeaseLost(self._index) from error
            self.position = answer["_seq_no"], answer["_primary_term"]

    async def beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            await self.prove()

    async def release(self) -> None:
        with suppress(ConflictError, NotFoundError):
            await self._client.delete(index=self._index, id=_ID, params=self._unchanged())

    def _unchanged(self) -> dict[str, float]:
        number, term = self.position
        return {"if_seq_no": number, "if_primary_term": term, **_WRITING}


@asynccontextmanager
async def hold_lease(client: AsyncOpenSearch, index: str) -> AsyncIterator[Lease]:
    """Wait for the lease and keep it alive. Creates `index` if missing."""
    lease = Lease(client, index, await _take(client, index))
    beating = asyncio.create_task(lease.beat())
    try:
        yield lease
    finally:
        await cancel_until_done([beating])  # `prove` reports a loss of the lease
        await lease.release()


async def _take(client: AsyncOpenSearch, index: str) -> Position:
    seen: Position | None = None
    since = monotonic()
    while True:
        try:
            answer = await client.index(index=index, id=_ID, body={}, params={"op_type": "create", **_WRITING})
        except NotFoundError:
            await _make(client, index)
            continue
        except ConflictError:
            position = await _look(client, index)
            if position != seen:
                seen, since = position, monotonic()
            elif position is not None and monotonic() - since > DEAD_AFTER_SECONDS:
                dead = Lease(client, index, position)
                with suppress(LeaseLost):  # another process took it at the same time
                    await dead.prove()
                    return dead.position
            await asyncio.sleep(_LOOK_SECONDS)
            continue
        return answer["_seq_no"], answer["_primary_term"]


async def _look(client: AsyncOpenSearch, index: str) -> Position | None:
    try:
        answer = await client.get(index=index, id=_ID)
    except NotFoundError:
        return None
    return answer["_seq_no"], answer["_primary_term"]


async def _make(client: AsyncOpenSearch, index: str) -> None:
    settings = {"index": {"number_of_shards": 1, **COPIES}}
    body = {"settings": settings, "mappings": {"dynamic": "strict"}}
    try:
        await client.indices.create(index=index, body=body, params=_WRITING)
    except RequestError as error:
        if error.error != "resource_already_exists_exception":
            raise
