"""Disable nginx's caches while their disk is nearly full.

nginx truncates a response that it cannot write to its cache. While the file `cache-off` exists in its folder, nginx
caches nothing and needs no disk: the roles answer every request, which is slower but complete.
"""

import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

CHECK_SECONDS = 0.5
OFF_BYTES_FREE = 32 * 1024 * 1024
ON_BYTES_FREE = 96 * 1024 * 1024


class CacheSwitch:
    """Switch the caches of the nginx in `folder`. Between the two limits the state does not change."""

    def __init__(self, folder: Path, *, now: Callable[[], float] = time.monotonic) -> None:
        self._folder = folder
        self._file = folder / "cache-off"
        self._now = now
        self._due_at = now()

    def check(self) -> None:
        """Check the free space of the disk, at most twice a second."""
        if self._now() < self._due_at:
            return
        self._due_at = self._now() + CHECK_SECONDS
        disk = os.statvfs(self._folder)
        bytes_free = disk.f_bavail * disk.f_frsize
        # If the disk has no room even for an empty file, the next check retries.
        with suppress(OSError):
            if bytes_free < OFF_BYTES_FREE:
                self._file.touch()
            elif bytes_free > ON_BYTES_FREE:
                self._file.unlink(missing_ok=True)
