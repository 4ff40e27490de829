"""Give processes a share of a core, by control groups: what several hosts do can then be seen on one machine.

Version 1 (`cpu.cfs_quota_us`) and version 2 (`cpu.max`) of the kernel's interface; needs root.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_VERSION_1 = Path("/sys/fs/cgroup/cpu")
_VERSION_2 = Path("/sys/fs/cgroup")
# Short, so that a process that has used its share waits for a few milliseconds and not for a tenth of a second.
PERIOD_US = 20_000


@contextmanager
def limited(name: str, cores: float) -> Iterator["Quota"]:
    """Yield a group whose processes together get `cores`. Raises OSError where the machine does not allow it."""
    folder = (
        _VERSION_1 if (_VERSION_1 / "cpu.cfs_quota_us").exists() else _VERSION_2
    ) / f"admitone-{os.getpid()}-{name}"
    if folder.parent == _VERSION_2:
        with suppress(OSError):  # it is on already
            (_VERSION_2 / "cgroup.subtree_control").write_text("+cpu")
    folder.mkdir()
    try:
        quota = round(cores * PERIOD_US)
        if folder.parent == _VERSION_1:
            (folder / "cpu.cfs_period_us").write_text(str(PERIOD_US))
            (folder / "cpu.cfs_quota_us").write_text(str(quota))
        else:
            (folder / "cpu.max").write_text(f"{quota} {PERIOD_US}")
        yield Quota(folder)
    finally:
        folder.rmdir()


class Quota:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def take(self, pid: int) -> None:
        """Limit a process and its later children; its threads move with it."""
        (self._folder / "cgroup.procs").write_text(str(pid))
