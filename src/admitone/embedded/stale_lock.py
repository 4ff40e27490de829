"""Remove the lock files of a killed PostgreSQL, without ever touching those of a running one.

After kill -9, `postmaster.pid` and the socket's lock name a process id that may by now be a zombie, or, in a restarted
container, another process: PostgreSQL then refuses to start. Only the process that locks the data folder may call this.
"""

import time
from contextlib import suppress
from pathlib import Path

_PAUSE_SECONDS = 0.05


def remove_stale_locks(data: Path, sockets: Path) -> None:
    """Remove the lock files of `data` whose process is not a server on that folder."""
    for lock in (data / "postmaster.pid", sockets / ".s.PGSQL.5432.lock"):
        if lock.exists() and not _is_server_on(_first_number(lock), data):
            lock.unlink(missing_ok=True)


def await_orphan(data: Path, seconds_max: float) -> None:
    """Wait for a server on `data` that outlives its killed supervisor while it writes its shutdown checkpoint."""
    lock, deadline = data / "postmaster.pid", time.monotonic() + seconds_max
    while _has_server(lock, data) and time.monotonic() < deadline:
        time.sleep(_PAUSE_SECONDS)


def _has_server(lock: Path, data: Path) -> bool:
    with suppress(FileNotFoundError):  # its server ended meanwhile
        return _is_server_on(_first_number(lock), data)
    return False


def _first_number(lock: Path) -> int:
    first, _, _ = lock.read_text("utf-8", "replace").partition("\n")
    return int(first) if first.strip().lstrip("-").isdigit() else 0


def _is_server_on(pid: int, data: Path) -> bool:
    process = Path("/proc") / str(abs(pid))
    with suppress(OSError):  # it ended meanwhile
        if pid == 0 or not process.exists():
            return False
        state = process.joinpath("stat").read_text().rpartition(")")[2].split()[0]
        return state != "Z" and str(data).encode() in process.joinpath("cmdline").read_bytes()
    return False
