"""CPU seconds and memory of a stack, by what its processes are called."""

import os
from collections import defaultdict
from pathlib import Path

from admitone.testing.demo_process import descendants

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


def cpu_seconds(pid: int) -> dict[str, float]:
    """Return CPU seconds so far by process name: the process and all that descend from it."""
    seconds: dict[str, float] = defaultdict(float)
    for child, name in [(pid, "supervisor"), *descendants(pid)]:
        fields = _stat(child)
        if fields:
            seconds[name] += (int(fields[11]) + int(fields[12])) / _TICKS
    return seconds


def resident_megabytes(pid: int) -> dict[str, float]:
    """Return resident memory in MB by process name (shared pages are counted in each)."""
    megabytes: dict[str, float] = defaultdict(float)
    for child, name in [(pid, "supervisor"), *descendants(pid)]:
        fields = _stat(child)
        if fields:
            megabytes[name] += int(fields[21]) * _PAGE_BYTES / 1e6
    return megabytes


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat behind the name (which may hold blanks); none where the process is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []
