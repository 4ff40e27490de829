"""The stack that a benchmark measures: the demo in a temporary folder."""

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from admitone.testing.demo_process import Demo


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

    Its folder is in one of its own, which other files of the benchmark may use.
    """
    with tempfile.TemporaryDirectory(prefix="admitone-bench-") as folder:
        Path(folder).chmod(0o755)  # nginx's workers run as another user
        demo = Demo(Path(folder) / "data", "--port", "0", "--events", str(events))
        try:
            address = demo.wait_until_ready()
            credentials = json.loads((demo.data / "credentials.json").read_text("utf-8"))
            yield RunningDemo(demo, address, credentials["organizer_api_key"])
        finally:
            demo.end()
