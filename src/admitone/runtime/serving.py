"""Run roles in this process until SIGTERM: HTTP roles by uvicorn on a listening socket, or the worker."""

import gc
import socket
from collections.abc import Sequence

import uvicorn
import uvloop

from admitone.embedded.heartbeat import Beat, no_beat
from admitone.kit.http.connection_hijack import HijackableProtocol
from admitone.runtime.app import build_app
from admitone.runtime.settings import Settings
from admitone.runtime.tracing import tracing
from admitone.runtime.worker import ROLE, run_worker

# Longer than the gateway keeps an idle connection: only the gateway may close one, otherwise a POST could be sent on a
# connection that the role has just closed.
_KEEP_ALIVE_SECONDS = 75
# Live streams have no end of their own.
_GRACE_SECONDS = 2
# libuv accepts one connection per listener and iteration of the event loop. When the loop is busy, a thousand
# simultaneous connections would wait for seconds before the server accepts them.
ACCEPTS_A_ROUND = 16
GC_YOUNG, GC_MIDDLE, GC_OLD = 20_000, 50, 100


class _Server(uvicorn.Server):
    """Call the heartbeat on every tick of uvicorn's main loop, ten times a second."""

    def __init__(self, config: uvicorn.Config, beat: Beat) -> None:
        super().__init__(config)
        self._beat = beat

    async def on_tick(self, counter: int) -> bool:
        self._beat()
        return await super().on_tick(counter)


def serve_roles(settings: Settings, roles: Sequence[str], listener: socket.socket, beat: Beat = no_beat) -> None:
    """Answer HTTP for these roles on `listener` until SIGTERM or SIGINT; `beat` signals that the event loop runs."""
    with tracing(settings.tracing, roles):
        _serve(settings, roles, listener, beat)


def _serve(settings: Settings, roles: Sequence[str], listener: socket.socket, beat: Beat) -> None:
    config = uvicorn.Config(
        build_app(settings, list(roles)),
        loop="uvloop",
        http=HijackableProtocol,
        lifespan="on",
        access_log=False,  # the gateway logs requests
        log_config=None,
        server_header=False,
        date_header=True,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=_GRACE_SECONDS,
        proxy_headers=True,
        forwarded_allow_ips="*"
        if listener.family == socket.AF_UNIX
        else ["127.0.0.1", "::1", *settings.trusted_proxies],
    )
    # A full collection traverses every seating plan and cache for tens of milliseconds; requests leave few cycles.
    gc.set_threshold(GC_YOUNG, GC_MIDDLE, GC_OLD)
    _Server(config, beat).run(sockets=[listener, *(listener.dup() for _ in range(ACCEPTS_A_ROUND - 1))])


def run_jobs(settings: Settings, beat: Beat = no_beat) -> None:
    """Run the worker until SIGTERM or SIGINT; `beat` signals that the event loop runs."""
    with tracing(settings.tracing, [ROLE]):
        uvloop.run(run_worker(settings, beat))
