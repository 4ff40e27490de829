"""Bound the size of the log files of a demo's processes, while they run.

A full log is copied to NAME.1.log and truncated in place. Every writer appends (O_APPEND), so it continues at the start
of the emptied file and needs no signal. Lines written between copy and truncation are lost.
"""

import shutil
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

LOG_BYTES_MAX = 16 * 1024 * 1024
CHECK_SECONDS = 1.0


def start_new_log(log: Path, bytes_max: int = LOG_BYTES_MAX) -> None:
    """Create the log's folder and rotate a full log, before a writer opens it."""
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > bytes_max:
        log.replace(_older(log))


class LogFiles:
    """All `*.log` files in some folders; each log and its older copy have little more than `bytes_max` bytes."""

    def __init__(
        self,
        folders: Iterable[Path],
        *,
        bytes_max: int = LOG_BYTES_MAX,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folders = tuple(folders)
        self._bytes_max = bytes_max
        self._now = now
        self._due_at = now()

    def rotate_full(self) -> None:
        """Rotate full logs; check their sizes at most once a second."""
        if self._now() < self._due_at:
            return
        self._due_at = self._now() + CHECK_SECONDS
        for folder in self._folders:
            for log in folder.glob("*.log"):
                if not log.name.endswith(".1.log") and log.stat().st_size > self._bytes_max:
                    _rotate(log)


def _rotate(log: Path) -> None:
    older = _older(log)
    # A full disk has no room for a copy: drop the lines to keep the servers running.
    with suppress(OSError):
        older.unlink(missing_ok=True)
        shutil.copyfile(log, older)
        older.chmod(0o600)
    with log.open("r+b") as file:
        file.truncate(0)


def _older(log: Path) -> Path:
    return log.with_suffix(".1.log")
