"""Implement the commands of the command line; `main` and `setup` parse their arguments."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from procrastinate.exceptions import AlreadyEnqueued

from admitone.catalogue.domain.import_lines import Report
from admitone.catalogue.usecases.import_lines import import_lines
from admitone.embedded.child import raise_open_files_limit
from admitone.embedded.heartbeat import Beat, hang_limits
from admitone.embedded.nginx import listen_on
from admitone.kit.redis import open_redis
from admitone.kit.telemetry import configure_logs
from admitone.organizers.contracts import Permission
from admitone.organizers.usecases.authenticate import authenticate
from admitone.runtime.host import ProcessSpec, run_host
from admitone.runtime.listening import listen_at
from admitone.runtime.metrics_port import MetricsPort
from admitone.runtime.migrations import migrate
from admitone.runtime.service_manager import inherited_listener, watchdog
from admitone.runtime.serving import run_jobs, serve_roles
from admitone.runtime.settings import Settings
from admitone.runtime.wiring import Wiring, open_wiring

_CHUNK_BYTES = 256 * 1024


def serve_http(
    roles: Sequence[str], *, uds: Path | None, host: str, port: int, workers: int, metrics: MetricsPort | None
) -> None:
    """Answer HTTP for `roles` in `workers` processes on one listening socket, until SIGTERM.

    A listening socket that the service manager passes is used instead of a new one.
    Each process serves its own metrics on the port of its number. Raises `StartupError`.
    """
    settings = Settings.from_environment()
    configure_logs()
    raise_open_files_limit()
    listener = inherited_listener(os.environ) or (listen_at(uds) if uds else listen_on(host, port))
    beat = watchdog(os.environ)
    if workers == 1:
        if metrics is not None:
            metrics.serve()
        serve_roles(settings, roles, listener, beat)
        return
    specs = [ProcessSpec(f"{'+'.join(roles)} {n + 1}", roles, listener, log=None) for n in range(workers)]

    def run(spec: ProcessSpec, beat: Beat) -> None:
        if metrics is not None:
            metrics.serve(specs.index(spec))
        serve_roles(settings, spec.roles, listener, beat)

    run_host(
        specs,
        run,
        _say,
        limits=hang_limits(settings.hang_seconds),
        beat=beat,
    )


def work(metrics: MetricsPort | None) -> None:
    """Run the worker until SIGTERM. Raises `StartupError`."""
    settings = Settings.from_environment()
    configure_logs()
    if metrics is not None:
        metrics.serve()
    run_jobs(settings, watchdog(os.environ))


def migrate_database() -> list[str]:
    """Migrate the database that the settings name; return the names of the applied migrations."""
    return migrate(Settings.from_environment().database_url)


def import_files(paths: Sequence[Path], api_key: str) -> Report:
    """Import JSON Lines from all files, as one stream, for the organization of a manager's or owner's API key."""

    async def run() -> Report:
        async with _wiring() as wiring:
            identity = await authenticate(wiring.organizers, api_key, Permission.MANAGE)
            return await import_lines(
                wiring.catalogue, organization_id=identity.organization_id, chunks=_read_chunks(paths)
            )

    return asyncio.run(run())


def request_rebuild() -> bool:
    """Ask the workers to rebuild the search index. Return False if a requested rebuild has not started yet."""

    async def run() -> bool:
        async with _wiring() as wiring, wiring.pool.connection() as conn:
            try:
                await wiring.defer(conn, "search.rebuild_index")
            except AlreadyEnqueued:
                return False
            return True

    return asyncio.run(run())


@asynccontextmanager
async def _wiring() -> AsyncIterator[Wiring]:
    settings = Settings.from_environment()
    async with open_redis(settings.redis_url) as redis, open_wiring(settings, redis) as wiring:
        yield wiring


async def _read_chunks(paths: Sequence[Path]) -> AsyncIterator[bytes]:
    for path in paths:
        with path.open("rb") as file:
            while chunk := await asyncio.to_thread(file.read, _CHUNK_BYTES):
                yield chunk
        yield b"\n"  # the last line of a file may lack a line end


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
