"""Stop work for a client that disconnects before its response."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from litestar.types import Receive

Value = TypeVar("Value")


class ClientLeft(Exception):
    """The client disconnected: no response can reach it."""


async def unless_client_leaves(receive: Receive, work: Coroutine[Any, Any, Value]) -> Value:
    """Return the result of `work`, or raise its error. If the client disconnects, cancel `work` and raise `ClientLeft`.

    ASGI servers do not cancel a handler whose client is gone. The request's body must have been read, or be empty.
    """
    working = asyncio.ensure_future(work)
    leaving = asyncio.ensure_future(_disconnect(receive))
    try:
        await asyncio.wait({working, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            return working.result()
        raise ClientLeft
    finally:
        for task in (working, leaving):
            task.cancel()
        await asyncio.gather(working, leaving, return_exceptions=True)


async def _disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
