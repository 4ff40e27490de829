"""Wait for readiness: a server is ready when it has answered a real request."""

import time
from collections.abc import Callable
from pathlib import Path

from admitone.embedded.child import Child
from admitone.embedded.startup_error import StartupError

_PAUSE_SECONDS = 0.02


def wait_until_ready(child: Child, answers: Callable[[], bool], seconds_max: float = 30.0) -> None:
    """Poll until the server answers. Raises `StartupError` with the log's last lines if it ends or takes too long."""
    deadline = time.monotonic() + seconds_max
    while not answers():
        if child.exit_code is not None:
            raise StartupError(f"{child.program.name} ended while starting. {_log_tail(child)}")
        if time.monotonic() > deadline:
            raise StartupError(f"{child.program.name} did not answer within {seconds_max:.0f} s. {_log_tail(child)}")
        time.sleep(_PAUSE_SECONDS)


def _log_tail(child: Child) -> str:
    return f"The end of {_short(child.program.log)}:\n{child.log_tail()}"


def _short(path: Path) -> str:
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)
