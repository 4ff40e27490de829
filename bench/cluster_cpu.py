"""CPU of the cluster by program, and of everything else on the machine, over a span of time."""

import os
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from scripts.cluster.cluster import Cluster

_TICKS = os.sysconf("SC_CLK_TCK")
_IDLE = (3, 4)  # idle and iowait, of the columns of /proc/stat
CLIENTS, OTHERS, IDLE = "clients", "others", "idle"


def watch_cores(cluster: Cluster) -> Callable[[], dict[str, float]]:
    """Return a function that returns the cores in use since now, by program.

    `CLIENTS` is this process, `OTHERS` all work of the machine outside of the cluster.
    """
    began, before, (busy_before, idle_before) = time.monotonic(), _seconds(cluster), _machine()

    def cores_used() -> dict[str, float]:
        elapsed, after, (busy, idle) = time.monotonic() - began, _seconds(cluster), _machine()
        used = {name: seconds - before[name] for name, seconds in after.items()}
        used[OTHERS] = busy - busy_before - sum(used.values())
        used[IDLE] = idle - idle_before
        cores = {name: round(seconds / elapsed, 2) for name, seconds in used.items()}
        return dict(sorted(((name, number) for name, number in cores.items() if number), key=lambda each: -each[1]))

    return cores_used


def _seconds(cluster: Cluster) -> dict[str, float]:
    seconds = defaultdict(float, {CLIENTS: _of("self")[1]})
    for host in cluster.hosts:
        services = {service.process.pid: name for name, service in host.services.items() if service.process}
        for pid in host.processes():
            with suppress(OSError):
                name, spent = _of(str(pid))
                seconds[services.get(pid, name)] += spent
    return seconds


def _of(pid: str) -> tuple[str, float]:
    """Return the name of a process, and the CPU seconds of it and of the children that it has outlived."""
    head, _, rest = Path(f"/proc/{pid}/stat").read_text().rpartition(")")
    return head.partition("(")[2], sum(map(int, rest.split()[11:15])) / _TICKS


def _machine() -> tuple[float, float]:
    """Return the seconds of all cores in use, and idle."""
    columns = [int(each) / _TICKS for each in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    idle = sum(columns[at] for at in _IDLE)
    return sum(columns) - idle, idle
