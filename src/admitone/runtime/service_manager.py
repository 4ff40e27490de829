"""The service manager that started this process: its listening socket, readiness, and its watchdog.

The protocols are systemd's (sd_listen_fds(3), sd_notify(3)); other managers speak them too. A listening socket that the
manager keeps outlives the process: while a role restarts, connections wait in the kernel instead of being refused.
"""

import os
import socket
import time
from collections.abc import Mapping, MutableMapping

from admitone.embedded.heartbeat import Beat, no_beat
from admitone.embedded.startup_error import StartupError

_FIRST_DESCRIPTOR = 3
_NAMES = ("LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES")


def inherited_listener(environment: MutableMapping[str, str]) -> socket.socket | None:
    """Return the listening socket that the manager passed to this process, or None; its variables are removed.

    Raises `StartupError` if it passed several, or something else.
    """
    pid, count = environment.get("LISTEN_PID"), environment.get("LISTEN_FDS")
    for name in _NAMES:
        environment.pop(name, None)  # children must not take the socket for theirs
    if pid != str(os.getpid()) or count is None:
        return None
    if count != "1":
        raise StartupError(f"The service manager passed {count} sockets; one process listens on one.")
    try:
        listener = socket.socket(fileno=_FIRST_DESCRIPTOR)
        listens = listener.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
    except OSError as error:
        raise StartupError(f"What the service manager passed is not a socket: {error.strerror}.") from error
    if not listens:
        raise StartupError("The socket that the service manager passed does not listen (Accept=yes?).")
    listener.set_inheritable(False)
    return listener


def watchdog(environment: Mapping[str, str]) -> Beat:
    """Return what a healthy process calls several times a second.

    The first call reports readiness (`Type=notify`); the later ones feed the watchdog (`WatchdogSec=`) three times in
    its period. Does nothing without a manager that listens.
    """
    address = environment.get("NOTIFY_SOCKET")
    if not address:
        return no_beat
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
    connection.connect("\0" + address[1:] if address.startswith("@") else address)
    connection.setblocking(False)
    pause = int(environment.get("WATCHDOG_USEC", "0")) / 1_000_000 / 3
    told_at: float | None = None

    def beat() -> None:
        nonlocal told_at
        now = time.monotonic()
        if told_at is None:
            message = b"READY=1"
        elif pause and now - told_at >= pause:
            message = b"WATCHDOG=1"
        else:
            return
        try:
            connection.send(message)
        except BlockingIOError:
            return  # the manager reads slowly: the next beat tells it
        told_at = now

    return beat
