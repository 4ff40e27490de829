"""Share one real OpenSearch among all workers of a test run; it starts when a test first needs it."""

import fcntl
import os
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).resolve().parent.parent / "scripts" / "opensearch"
_started: list[subprocess.Popen[str]] = []


def shared_opensearch(folder: Path) -> str:
    """Return the server's URL. `folder` is common to all workers of this run; the first caller starts the server.

    The server ends with the process that runs pytest, the parent of every worker.
    """
    is_worker = "PYTEST_XDIST_WORKER" in os.environ
    with (folder / "opensearch.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        url = folder / "opensearch.url"
        if not url.exists():
            url.write_text(_start(os.getppid() if is_worker else os.getpid()))
        return url.read_text()


def _start(pid: int) -> str:
    command = [sys.executable, str(SCRIPT), "run", "--heap", "512m", "--with-pid", str(pid)]
    server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    _started.append(server)
    assert server.stdout is not None
    with server.stdout:
        word, _, url = server.stdout.readline().strip().partition(" ")
    assert word == "ready", "OpenSearch did not start; see its log on standard error"
    return url
