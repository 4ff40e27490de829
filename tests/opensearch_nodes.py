"""A cluster of three real nodes of OpenSearch, of which a test kills or freezes one."""

import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import httpx
from scripts.opensearch_server import QUICK_CHECKS, Node, fetch, node_command

from tests.free_ports import free_ports
from tests.limits import SECONDS_MAX

COUNT = 3
STOP_SECONDS_MAX = 30.0


class Nodes:
    """Call `start`, and `stop` at the end. The nodes also end with this process."""

    def __init__(self, folder: Path) -> None:
        ports = free_ports(2 * COUNT)
        self._nodes = [
            Node(f"node-{at}", folder / f"node-{at}", "127.0.0.1", ports[at], ports[COUNT + at], QUICK_CHECKS)
            for at in range(COUNT)
        ]
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def urls(self) -> list[str]:
        return [node.url for node in self._nodes]

    def start(self) -> None:
        """Start the nodes that do not run; return when the cluster is green."""
        program = fetch()
        for node in self._nodes:
            if node.url in self._processes:
                continue
            node.home.mkdir(parents=True, exist_ok=True)
            command = node_command(program, node, self._nodes, heap="256m", options=["-XX:TieredStopAtLevel=1"])
            with (node.home.parent / f"{node.name}.log").open("ab") as log:
                self._processes[node.url] = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=log, stderr=log)
        self.wait_until(self._is_whole)

    def kill(self, url: str) -> None:
        process = self._processes.pop(url)
        process.kill()
        process.communicate(timeout=STOP_SECONDS_MAX)

    def freeze(self, url: str) -> None:
        """Stop the node: its kernel accepts connections, and nothing answers."""
        self._processes[url].send_signal(signal.SIGSTOP)

    def thaw(self, url: str) -> None:
        self._processes[url].send_signal(signal.SIGCONT)
        self.wait_until(self._is_whole)

    def stop(self) -> None:
        for url in list(self._processes):
            self.kill(url)

    def health(self) -> tuple[str, int]:
        """Return the status and the number of nodes, if all nodes see the same: one that returns is behind."""
        seen = set()
        for url in self._processes:
            try:
                health = httpx.get(f"{url}/_cluster/health", timeout=5.0).json()
                seen.add((health["status"], health["number_of_nodes"]))
            except (httpx.HTTPError, KeyError):
                return "silent", 0
        return seen.pop() if len(seen) == 1 else ("divided", 0)

    def _is_whole(self) -> bool:
        """A copy that failed five times, as on a busy machine, is not tried again until somebody asks for it."""
        health = self.health()
        if health == ("yellow", COUNT):
            url = next(iter(self._processes))
            httpx.post(f"{url}/_cluster/reroute?retry_failed=true", timeout=SECONDS_MAX).raise_for_status()
        return health == ("green", COUNT)

    def wait_until(self, is_so: Callable[[], bool]) -> None:
        deadline = time.monotonic() + SECONDS_MAX
        while not is_so():
            assert time.monotonic() < deadline, f"the cluster is {self.health()}"
            time.sleep(0.2)
