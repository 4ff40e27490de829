"""What the commands of the command line do, apart from reading their arguments."""

import sys
from collections.abc import Sequence
from pathlib import Path

from admitone.kit.telemetry import configure_logs
from admitone.roles.embedded.child import raise_open_files_limit
from admitone.roles.embedded.nginx import listen_on
from admitone.roles.host import Post, run_host
from admitone.roles.listening import listen_at
from admitone.roles.migrations import migrate
from admitone.roles.serving import run_jobs, serve_roles
from admitone.roles.settings import Settings


def serve_http(roles: Sequence[str], *, uds: Path | None, host: str, port: int, workers: int) -> None:
    """Answer HTTP for `roles` in `workers` processes on one listening socket, until SIGTERM."""
    settings = Settings.from_environment()
    configure_logs()
    raise_open_files_limit()
    listener = listen_at(uds) if uds else listen_on(host, port)
    if workers == 1:
        serve_roles(settings, roles, listener)
        return
    posts = [Post(f"{'+'.join(roles)} {n + 1}", roles, listener, log=None) for n in range(workers)]
    run_host(posts, lambda post: serve_roles(settings, post.roles, listener), _say)


def work() -> None:
    """Run the worker until SIGTERM."""
    settings = Settings.from_environment()
    configure_logs()
    run_jobs(settings)


def migrate_database() -> list[str]:
    """Migrate the database of the settings; returns the names of what was applied."""
    return migrate(Settings.from_environment().database_url)


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
