"""Run servers that imitate Stripe, as separate processes: `localstripe` (state) and `stripe-mock` (shapes).

localstripe is under the GPL: we run it and never import it. It listens on every interface and has no setting for that:
it holds test cards only, and it ends with its tests.
"""

import base64
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

READY_SECONDS_MAX = 120.0
_SCRIPT = Path(__file__).parent.parent / "scripts" / "stripe_mock"

# localstripe writes its state to one file of a fixed name, which may be another user's: redirect that name.
_WITH_A_FILE_OF_ITS_OWN = """
import builtins, runpy, sys
real, own = open, sys.argv.pop(1)
builtins.open = lambda file, *more, **named: real(own if file == "/tmp/localstripe.pickle" else file, *more, **named)
runpy.run_module("localstripe", run_name="__main__")
"""


@contextmanager
def run_localstripe(log: Path) -> Iterator[str]:
    """Run localstripe and yield its address."""
    port = _free_port()
    own_file = str(log.with_suffix(".pickle"))
    command = [sys.executable, "-c", _WITH_A_FILE_OF_ITS_OWN, own_file, "--port", str(port), "--from-scratch"]
    with _running(command, port, log):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def run_stripe_mock(log: Path) -> Iterator[str]:
    """Run stripe-mock and yield its address. The caller has called `find_stripe_mock`."""
    binary = find_stripe_mock()
    assert binary is not None
    port = _free_port()
    command = [binary, "-http-addr", f"127.0.0.1:{port}", "-https-addr", f"127.0.0.1:{_free_port()}"]
    with _running(command, port, log):
        yield f"http://127.0.0.1:{port}"


def find_stripe_mock() -> str | None:
    """Return the path in ADMITONE_STRIPE_MOCK, or one on the machine, or build one with `scripts/stripe_mock`."""
    named = os.environ.get("ADMITONE_STRIPE_MOCK") or shutil.which("stripe-mock")
    if named:
        return named
    built = subprocess.run([_SCRIPT], capture_output=True, text=True, timeout=600)
    if built.returncode == 0:
        return built.stdout.strip()
    assert "there is no Go" in built.stderr, built.stderr
    return None


def post(address: str, path: str, fields: dict[str, str]) -> dict[str, object]:
    """Post to an imitation directly, where a test needs a request that the product never sends."""
    request = urllib.request.Request(f"{address}{path}", urllib.parse.urlencode(fields).encode())
    request.add_header("Authorization", "Basic " + base64.b64encode(b"sk_test_1:").decode())
    with urllib.request.urlopen(request, timeout=10) as answer:
        decoded: dict[str, object] = msgspec.json.decode(answer.read())
        return decoded


@contextmanager
def _running(command: list[str], port: int, log: Path) -> Iterator[None]:
    with log.open("ab") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output)
    try:
        _wait_until_ready(process, port, log)
        yield
    finally:
        process.terminate()
        process.wait(timeout=60)


def _wait_until_ready(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + READY_SECONDS_MAX
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.05)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
