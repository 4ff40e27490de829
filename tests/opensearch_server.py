"""One real OpenSearch for a whole run of the tests, all its workers included; it starts when a test first needs it."""

import fcntl
import os
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).resolve().parent.parent / "scripts" / "opensearch"
_started: list[subprocess.Popen[str]] = []


def shared_opensearch(folder: Path) -> str:
    """The server's URL. `folder` is common to all workers of this run; whoever is first starts the server.

    It ends by itself with the process that runs pytest, which is the parent of every worker.
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
    assert word == "ready", "OpenSearch did not start; its words are on standard error"
    return url
