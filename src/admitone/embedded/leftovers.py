"""End processes that an earlier supervisor or host left. Only the process that locks the data folder may call this.

- Workers of an nginx whose master was killed with -9 together with its supervisor: they have no parent, and keep
  serving the port with a dead configuration.
- Roles that were stopped (SIGSTOP) when their host died: the signal that ends them stays pending forever.
"""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_ROLES_HOST = b"admitone.demo.host"
_SECONDS_MAX = 3.0
_PAUSE_SECONDS = 0.02


def end_leftover_nginx(pid_file: Path) -> None:
    """Kill every nginx process of the session that the master in `pid_file` led, and wait for their end.

    Until then they occupy the port.
    """
    if not pid_file.exists():
        return
    text = pid_file.read_text().strip()
    session = int(text) if text.isdigit() else -1
    deadline = time.monotonic() + _SECONDS_MAX
    while (left := list(_nginx_processes(session))) and time.monotonic() < deadline:
        for pid in left:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(_PAUSE_SECONDS)
    pid_file.unlink()


def kill_stopped_roles(data: Path) -> None:
    """Kill every stopped role whose host ran on the data folder `data` and has ended."""
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it ended meanwhile
            state, parent = process.joinpath("stat").read_text().rpartition(")")[2].split()[:2]
            arguments = process.joinpath("cmdline").read_bytes().split(b"\0")
            if state != "T" or _ROLES_HOST not in arguments or _is_roles_host(int(parent)):
                continue
            if any(os.fsencode(f'"{data}/logs/') in argument for argument in arguments):
                os.kill(int(process.name), signal.SIGKILL)


def _is_roles_host(pid: int) -> bool:
    with suppress(OSError):
        return _ROLES_HOST in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    return False


def _nginx_processes(session: int) -> Iterator[int]:
    # Check the session and the name: the process id may belong to another process by now.
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it ended meanwhile
            head, _, rest = process.joinpath("stat").read_text().rpartition(")")
            state, _, _, its_session = rest.split()[:4]
            if head.partition("(")[2] == "nginx" and int(its_session) == session and state != "Z":
                yield int(process.name)
