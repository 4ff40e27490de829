"""Listening sockets of roles: bound before the roles are loaded, kept while they restart."""

import os
import socket
import stat
from pathlib import Path

from admitone.embedded.startup_error import StartupError

_BACKLOG = 2048


def listen_at(path: Path) -> socket.socket:
    """Return a listening unix socket. The gateway's user may differ: the folder's permissions control access.

    Raises `StartupError` if the folder does not exist or the path is too long.
    """
    if path.exists() and stat.S_ISSOCK(path.stat().st_mode):
        path.unlink()  # a killed process leaves its socket
    listener = socket.socket(socket.AF_UNIX)
    try:
        listener.bind(os.fspath(path))
    except OSError as error:
        listener.close()
        raise StartupError(f"No socket can be created at {path}: {error.strerror or error}.") from error
    path.chmod(0o666)
    listener.listen(_BACKLOG)
    return listener
