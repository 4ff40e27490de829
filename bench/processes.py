"""Measure CPU seconds and memory of a stack by process name; run a server beside it."""

import os
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from admitone.testing.demo_process import descendants

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


def cpu_seconds(pid: int) -> dict[str, float]:
    """Return the CPU seconds of the process and all its descendants, by process name."""
    seconds: dict[str, float] = defaultdict(float)
    for child, name in [(pid, "supervisor"), *descendants(pid)]:
        fields = _stat(child)
        if fields:
            seconds[name] += (int(fields[11]) + int(fields[12])) / _TICKS
    return seconds


def cpu_seconds_of_all(pid: int) -> float:
    """Return the CPU seconds of the process and all its descendants, of those that have ended too.

    The kernel adds an ended child's time to its parent's: a web server replaces its workers, and a database has a
    process for each connection.
    """
    fields = (_stat(process) for process in (pid, *(child for child, _ in descendants(pid))))
    return sum(sum(map(int, found[11:15])) for found in fields if found) / _TICKS


def resident_megabytes(pid: int) -> dict[str, float]:
    """Return resident memory in MB by process name (shared pages are counted in each)."""
    megabytes: dict[str, float] = defaultdict(float)
    for child, name in [(pid, "supervisor"), *descendants(pid)]:
        fields = _stat(child)
        if fields:
            megabytes[name] += int(fields[21]) * _PAGE_BYTES / 1e6
    return megabytes


def proportional_megabytes(pid: int) -> dict[str, float]:
    """Return memory in MB by process name: what processes share is divided among them."""
    megabytes: dict[str, float] = defaultdict(float)
    for child, name in [(pid, "supervisor"), *descendants(pid)]:
        with suppress(FileNotFoundError, ProcessLookupError):  # it ended meanwhile
            for line in Path(f"/proc/{child}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    megabytes[name] += int(line.split()[1]) / 1_000
    return megabytes


def wait_until_idle(
    used: Callable[[], float], *, share_max: float, calm_seconds: int = 1, seconds_max: float = 60.0
) -> float:
    """Wait until the programs use less than this share of a core for `calm_seconds` in a row, or for `seconds_max`.

    `used`: their CPU seconds until now. Return the share of the last second.
    """
    deadline, calm = time.monotonic() + seconds_max, 0
    while True:
        began, before = time.monotonic(), used()
        time.sleep(1.0)
        share = (used() - before) / (time.monotonic() - began)
        calm = calm + 1 if share < share_max else 0
        if calm == calm_seconds or time.monotonic() > deadline:
            return share


def _stat(pid: int) -> list[str]:
    """Return the fields of /proc/PID/stat after the name (which may contain blanks); empty if the process has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


@contextmanager
def run_stripe_server(*arguments: str) -> Iterator[int]:
    """Run `bench.stripe_server` as a process of its own and yield its port."""
    command = [sys.executable, "-m", "bench.stripe_server", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        try:
            assert child.stdout is not None
            yield int(child.stdout.readline())
        finally:
            child.terminate()
