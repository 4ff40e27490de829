"""Run a server that another project made, for as long as a test needs it."""

import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

SECONDS_MAX = 60.0


@contextmanager
def running(command: list[str], port: int, environment: Mapping[str, str] | None = None) -> Iterator[None]:
    """Run a server until it listens on `port`, and stop it by its pid."""
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(command, env={**os.environ, **(environment or {})}, stdout=log, stderr=log)
        try:
            deadline = time.monotonic() + SECONDS_MAX
            while True:
                with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                    break
                assert process.poll() is None, log.seek(0) or log.read()
                assert time.monotonic() < deadline, f"{command[0]} does not listen"
                time.sleep(0.05)
            yield
        finally:
            process.terminate()
            process.wait(SECONDS_MAX)
