"""The stack that a benchmark measures: the demo in a temporary folder."""

import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from admitone.testing.demo_process import Demo
from bench.processes import cpu_seconds, wait_until_idle

IDLE_SHARE = 0.15
"""Of one core, over a second."""
IDLE_SECONDS = 8
"""Longer than the pause before the spare host starts."""


@dataclass(frozen=True)
class RunningDemo:
    """A demo that is ready. `api_key`: of its organizer."""

    process: Demo
    address: str
    api_key: str

    @property
    def data(self) -> Path:
        return self.process.data


@contextmanager
def run_demo(events: int) -> Iterator[RunningDemo]:
    """Start a demo with this many sample events, of which most are loaded after it is ready; end it and remove it.

    It is yielded when it is idle: the sample is loaded, and the spare host of the roles has loaded the program, which
    is a second or two of CPU in the middle of what is measured.

    Its folder is in one of its own, which other files of the benchmark may use.
    """
    with tempfile.TemporaryDirectory(prefix="admitone-bench-") as folder:
        Path(folder).chmod(0o755)  # nginx's workers run as another user
        demo = Demo(Path(folder) / "data", "--port", "0", "--events", str(events))
        try:
            address = demo.wait_until_ready()
            demo.wait_until_loaded()
            wait_until_idle(
                lambda: sum(cpu_seconds(demo.pid).values()), share_max=IDLE_SHARE, calm_seconds=IDLE_SECONDS
            )
            credentials = json.loads((demo.data / "credentials.json").read_text("utf-8"))
            yield RunningDemo(demo, address, credentials["organizer_api_key"])
        finally:
            demo.end()


@contextmanager
def with_settings(settings: Mapping[str, str]) -> Iterator[None]:
    """Let stacks that start in this block have these settings."""
    before = {name: os.environ.get(name) for name in settings}
    os.environ.update(settings)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
