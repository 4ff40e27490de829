"""Run `admitone demo` as a separate process for end-to-end tests: start, query, kill parts, stop."""

import os
import re
import signal
import subprocess
import sys
import time
from collections import defaultdict, deque
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from admitone.embedded.loading_state import SampleState, read_sample_state

START_SECONDS_MAX = 240.0
LOAD_SECONDS_MAX = 900.0
STOP_SECONDS_MAX = 60.0
NAMED_SECONDS_MAX = 60.0
_READY = re.compile(r"^AdmitOne is ready at (http://\S+)$", re.MULTILINE)


class Demo:
    """One run of the demo on a data folder; `program` is another installation's `admitone`.

    Its output goes to the file `output`; by default to one beside the data folder, which each run replaces.
    """

    def __init__(self, data: Path, *arguments: str, program: Path | None = None, output: Path | None = None) -> None:
        self.data = data
        self._output = output or data.with_name(f"{data.name}.output")
        command = [str(program)] if program else [sys.executable, "-m", "admitone"]
        search_path = {} if program else {"PYTHONPATH": os.pathsep.join(sys.path)}
        with self._output.open("wb") as stream:
            self._process = subprocess.Popen(
                [*command, "demo", "--no-browser", "--data", str(data), *arguments],
                stdout=stream,
                stderr=subprocess.STDOUT,
                cwd=data.parent if program else None,
                env={**os.environ, **search_path, "ADMITONE_TESTING": "1"},
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def output(self) -> str:
        return self._output.read_text("utf-8")

    def wait_until_ready(self) -> str:
        """Return the address that the demo printed."""
        deadline = time.monotonic() + START_SECONDS_MAX
        while (ready := _READY.search(self.output)) is None:
            assert self._process.poll() is None, f"the demo ended:\n{self.output}"
            assert time.monotonic() < deadline, f"the demo is not ready:\n{self.output}"
            time.sleep(0.05)
        return ready.group(1)

    def wait_until_loaded(self) -> SampleState:
        """Wait until the whole sample is loaded; the demo is ready before that."""
        deadline = time.monotonic() + LOAD_SECONDS_MAX
        while (state := read_sample_state(self.data)) is None or not state.is_complete:
            assert self._process.poll() is None, f"the demo ended:\n{self.output}"
            assert time.monotonic() < deadline, f"the sample is not loaded: {state}\n{self.output}"
            time.sleep(0.05)
        return state

    def wait_for_end(self) -> int:
        return self._process.wait(STOP_SECONDS_MAX)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send the signal and return the exit code."""
        self._process.send_signal(number)
        return self.wait_for_end()

    def end(self) -> None:
        """Kill every process of this demo after a test, whatever its outcome."""
        if self._process.poll() is None:
            with suppress(subprocess.TimeoutExpired):
                self.stop()
            self._process.kill()
            self._process.wait()

    def find(self, name: str) -> int:
        """Return the process id of a part by its name in `ps`; of several, the oldest.

        A newly forked part has its parent's name for a moment.
        """
        deadline = time.monotonic() + NAMED_SECONDS_MAX
        while not (found := [pid for pid, its_name in descendants(self.pid) if its_name == name]):
            assert time.monotonic() < deadline, f"no {name} among {sorted(n for _, n in descendants(self.pid))}"
            time.sleep(0.02)
        return found[0]


def descendants(pid: int) -> Iterator[tuple[int, str]]:
    """Yield (process id, name) of all descendants of `pid`, parents before children."""
    children: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for child, name, parent in _processes():
        children[parent].append((child, name))
    left = deque(children[pid])
    while left:
        child, name = left.popleft()
        yield child, name
        left.extend(children[child])


def is_running(pid: int) -> bool:
    """Return whether a process runs; a zombie does not."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def _processes() -> Iterator[tuple[int, str, int]]:
    for number in sorted(int(name) for name in os.listdir("/proc") if name.isdigit()):
        with suppress(OSError):  # it ended meanwhile
            head, _, rest = Path(f"/proc/{number}/stat").read_text().rpartition(")")
            yield number, head.partition("(")[2], int(rest.split()[1])
