"""Servers in a test's own process that leave no connection behind.

asyncio warns of a connection that is still open when the garbage collector finds it, which is in the middle of some
later test: warnings are errors here, so that test fails.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def serve_connections(handle: Handler, *, path: Path | None = None) -> AsyncIterator[asyncio.Server]:
    """Serve `handle` on the Unix socket `path`, or on a free port of 127.0.0.1.

    At the end every connection is closed and every handler has ended.
    """
    handlers: dict[asyncio.Task[None], asyncio.StreamWriter] = {}
    is_over = False

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await handle(reader, writer)
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if is_over:  # asyncio took it from the listener before the end, and hands it out after
            writer.transport.abort()
            return
        task = asyncio.create_task(serve(reader, writer))
        handlers[task] = writer
        task.add_done_callback(handlers.pop)

    server = (
        await asyncio.start_server(accept, "127.0.0.1", 0)
        if path is None
        else await asyncio.start_unix_server(accept, path)
    )
    try:
        yield server
    finally:
        is_over = True
        await close_listeners(server)
        left = dict(handlers)
        for task, writer in left.items():
            task.cancel()
            # A handler that is cancelled before its first step closes nothing; `close` waits for a client that reads.
            writer.transport.abort()
        await asyncio.gather(*left, *(writer.wait_closed() for writer in left.values()), return_exceptions=True)


async def close_listeners(server: asyncio.Server) -> None:
    """Close the server, so that no connection stays open that nothing refers to.

    asyncio leaves a connection open that it has accepted and not yet begun when the server closes.
    """
    loop = asyncio.get_running_loop()
    for listener in server.sockets:
        loop.remove_reader(listener.fileno())
    await asyncio.sleep(0)  # one turn of the loop begins what is accepted
    server.close()


def port_of(server: asyncio.Server) -> int:
    port: int = server.sockets[0].getsockname()[1]
    return port
