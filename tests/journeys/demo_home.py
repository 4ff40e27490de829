"""A data folder and the demo that runs on it, shared by the tests of a module: a start takes seconds."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from admitone.testing.demo_process import Demo


class DemoHome:
    def __init__(self, data: Path, *arguments: str) -> None:
        self.data = data
        self.demo = Demo(data, "--port", "0", *arguments)

    def start_again(self) -> Demo:
        """Start the next demo on the same data: the last one has ended or been killed."""
        self.demo = Demo(self.data, "--port", "0")
        return self.demo


@contextmanager
def open_home(*arguments: str) -> Iterator[DemoHome]:
    """Start a demo with these arguments on an empty folder; end the demo that runs last, and remove the folder."""
    folder = Path(tempfile.mkdtemp(prefix="admitone-demo-"))
    folder.chmod(0o711)
    home = DemoHome(folder / "data", *arguments)
    try:
        yield home
    finally:
        home.demo.end()
        shutil.rmtree(folder, ignore_errors=True)
