"""Run the real nginx with our configuration in front of upstreams that echo the requests they receive."""

import asyncio
import json
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from admitone.embedded.binaries import find_binaries, make_readable
from admitone.embedded.data_folder import hold_data_folder
from admitone.embedded.gateway import CHECKOUTS_MAX, HTTP_ROLES
from admitone.embedded.gateway_options import GatewayOptions
from admitone.embedded.nginx import Nginx, listen_on
from admitone.embedded.privileges import choose_identity
from admitone.embedded.readiness import wait_until_ready
from tests.mounts import mount_small_disk
from tests.socket_servers import serve_connections

SSE_PAUSE_SECONDS = 0.3
# The tests' clients run on this machine: without this they would share one client's limits.
UNLIMITED = GatewayOptions(unlimited_networks=("127.0.0.0/8",))


class Echo:
    """An upstream of one role that echoes each request; `?cc=` sets its Cache-Control."""

    def __init__(self, role: str) -> None:
        self.role = role
        self.count = 0
        self.doors = asyncio.Event()
        self.doors.set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while head := await reader.readuntil(b"\r\n\r\n"):
                await self._answer(head.decode("latin-1"), reader, writer)

    async def _answer(self, head: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lines = head.split("\r\n")
        method, target, _ = lines[0].split(" ")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:-2])}
        await reader.readexactly(int(headers.get("content-length", 0)))
        if target.endswith("/live"):
            await self._stream(writer)
            return
        self.count += 1
        if target.startswith("/booking/") or target.endswith("/hold"):
            await self.doors.wait()
        query = httpx.URL(target).params
        # Without a generation the gateway caches a search for half a second at most.
        generation = "X-Search-Generation: 1\r\n" if target.endswith("/generation") else ""
        body = json.dumps({"role": self.role, "count": self.count, "headers": headers, "pad": "x" * 2000}).encode()
        writer.write(
            f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
            f'ETag: "{self.count}"\r\nCache-Control: {query.get("cc", "no-store")}\r\n{generation}\r\n'.encode()
        )
        writer.write(b"" if method == "HEAD" else body)
        await writer.drain()

    async def _stream(self, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n")
        for number in range(3):
            writer.write(f"id: {number}\n\n".encode())
            await writer.drain()
            await asyncio.sleep(SSE_PAUSE_SECONDS)
        writer.close()


@dataclass(frozen=True)
class Gateway:
    """A running nginx. `sockets`: where it expects the roles. `folder`: its working folder."""

    address: str
    sockets: dict[str, Path]
    folder: Path


@contextmanager
def run_gateway(
    options: GatewayOptions = UNLIMITED,
    *,
    checkouts_max: int = CHECKOUTS_MAX,
    upstreams: Mapping[str, Sequence[Path]] | None = None,
    disk_megabytes: int | None = None,
) -> Iterator[Gateway]:
    """Run nginx on a free port. Without `upstreams` no role listens on its socket yet.

    `disk_megabytes`: puts nginx's folder (caches, bodies, access log) on a small file system.
    """
    with ExitStack() as stack:
        data = Path(tempfile.mkdtemp(prefix="admitone-gateway-"))
        stack.callback(shutil.rmtree, data, ignore_errors=True)
        if disk_megabytes is not None:
            stack.enter_context(mount_small_disk(data / "nginx", disk_megabytes))
        identity = choose_identity(data)
        folder = stack.enter_context(hold_data_folder(data, identity))
        listener = stack.enter_context(listen_on("127.0.0.1", 0))
        sockets = {role: folder.sockets / f"{role}.sock" for role in HTTP_ROLES}
        binaries = make_readable(find_binaries(os.environ), data / "runtime", identity)
        servers = upstreams or {role: [path] for role, path in sockets.items()}
        child = Nginx(binaries.nginx, folder, identity, listener, servers, checkouts_max, options).spawn()
        stack.callback(child.stop)
        port = listener.getsockname()[1]
        scheme = "https" if options.tls else "http"
        address = f"{scheme}://127.0.0.1:{port}"
        wait_until_ready(child, lambda: _answers_anything(address))
        yield Gateway(address, sockets, data / "nginx")


@asynccontextmanager
async def serve_echoes(
    gateway: Gateway, echoes: Mapping[str, Echo], **options: Any
) -> AsyncIterator[httpx.AsyncClient]:
    """Run an `Echo` behind every role and yield a client of the gateway."""
    async with AsyncExitStack() as stack:
        for role, path in gateway.sockets.items():
            path.unlink(missing_ok=True)
            await stack.enter_async_context(serve_connections(echoes[role].serve, path=path))
            path.chmod(0o666)
        yield await stack.enter_async_context(httpx.AsyncClient(base_url=gateway.address, **options))


def _answers_anything(address: str) -> bool:
    try:
        return httpx.get(f"{address}/healthz", timeout=1, verify=False).status_code in (200, 421, 503)
    except httpx.HTTPError:
        return False
