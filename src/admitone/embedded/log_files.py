"""Bound the log files of everything that a demo runs, while it runs.

A full log is copied to NAME.1.log and truncated in place. Every writer appends (O_APPEND), so it goes on at the start
of the emptied file, and no writer needs a signal of its own. Lines written between copy and truncation are lost.
"""

import shutil
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

LOG_BYTES_MAX = 16 * 1024 * 1024
CHECK_SECONDS = 1.0


def start_new_log(log: Path, bytes_max: int = LOG_BYTES_MAX) -> None:
    """Before a writer opens it: make its folder, and put a full log aside."""
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > bytes_max:
        log.replace(_older(log))


class LogFiles:
    """All `*.log` in some folders; each and its older copy hold little more than `bytes_max` bytes."""

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
        """Look at the sizes, at most once a second, and rotate what is full."""
        if self._now() < self._due_at:
            return
        self._due_at = self._now() + CHECK_SECONDS
        for folder in self._folders:
            for log in folder.glob("*.log"):
                if not log.name.endswith(".1.log") and log.stat().st_size > self._bytes_max:
                    _rotate(log)


def _rotate(log: Path) -> None:
    older = _older(log)
    # On a full disk there is no room for a copy: then the lines go, and the servers stay.
    with suppress(OSError):
        older.unlink(missing_ok=True)
        shutil.copyfile(log, older)
        older.chmod(0o600)
    with log.open("r+b") as file:
        file.truncate(0)


def _older(log: Path) -> Path:
    return log.with_suffix(".1.log")
