"""nginx as a child process on a listening socket that the supervisor owns.

The supervisor binds the socket once (as root also below port 1024), passes it to an unprivileged nginx, and keeps it
over nginx's restarts.
"""

import os
import socket
from collections.abc import Mapping, Sequence
from pathlib import Path

from admitone.embedded.child import Child, Program
from admitone.embedded.data_folder import DataFolder
from admitone.embedded.gateway import CHECKOUTS_MAX, render_gateway
from admitone.embedded.gateway_options import GatewayOptions
from admitone.embedded.log_files import start_new_log
from admitone.embedded.privileges import Identity
from admitone.embedded.startup_error import StartupError

_WORKERS_MAX = 4
_BACKLOG = 4096
# Rejecting requests is cheap in batches. At the priority of the sale, nginx would interrupt it for each rejection;
# niceness makes nginx wait a few milliseconds if the processors are busy.
_NICENESS = 6


class Nginx:
    """The gateway on `listener`, in `DATA/nginx`."""

    name = "nginx"
    restart_seconds_max = 2.0

    def __init__(
        self,
        program: Path,
        folder: DataFolder,
        identity: Identity,
        listener: socket.socket,
        upstreams: Mapping[str, Path | Sequence[Path]],
        checkouts_max: int = CHECKOUTS_MAX,
        options: GatewayOptions | None = None,
    ) -> None:
        """Configure nginx. `upstreams` maps every role to its unix sockets; `checkouts_max`: see `render_gateway`."""
        self._program = program
        self._folder = folder
        self._identity = identity
        self._listener = listener
        self._upstreams = upstreams
        self._checkouts_max = checkouts_max
        self._options = options or GatewayOptions()
        self._home = folder.server_folder("nginx", identity)

    def spawn(self) -> Child:
        config = self._home / "nginx.conf"
        config.write_text(self._render(), "utf-8")
        config.chmod(0o644)
        start_new_log(self._home / "access.log")
        metrics = self._options.metrics_listen or ""
        if metrics.startswith("unix:"):
            # A killed nginx leaves its socket file, which would prevent a second bind.
            Path(metrics.removeprefix("unix:")).unlink(missing_ok=True)
        descriptor = self._listener.fileno()
        return Child(
            Program(
                name=self.name,
                arguments=[str(self._program), "-p", str(self._home), "-c", str(config), "-e", "stderr"],
                log=self._folder.path / "logs" / "nginx.log",
                identity=self._identity,
                # nginx inherits the listening sockets that this variable names, as in its own binary upgrade.
                environment={"NGINX": f"{descriptor};"},
                pass_fds=[descriptor],
                niceness=_NICENESS,
            )
        )

    def _render(self) -> str:
        return render_gateway(
            listen=_address(self._listener),
            folder=self._home,
            upstreams={
                role: [f"unix:{path}" for path in ([paths] if isinstance(paths, Path) else paths)]
                for role, paths in self._upstreams.items()
            },
            workers=min(os.cpu_count() or 1, _WORKERS_MAX),
            checkouts_max=self._checkouts_max,
            options=self._options,
        )


def listen_on(host: str, port: int) -> socket.socket:
    """Return a listening socket; port 0 selects a free port. Raises `StartupError` that names a busy port."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(_BACKLOG)
        # nginx does not change the mode of an inherited socket. One connection wakes two workers; on a blocking socket
        # the later one sleeps in accept(), and so do all its connections.
        listener.setblocking(False)
    except OSError as error:
        listener.close()
        raise StartupError(
            f"Port {port} of {host} cannot be used: {error.strerror}. Choose another with --port, or --port 0 "
            "for any free one."
        ) from error
    return listener


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
