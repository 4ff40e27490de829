"""Run `admitone …` as a process that a server forks, which has loaded the program: it starts many times faster.

The demo's role host forks its roles in the same way. Each process has an environment, signals and an exit code of its
own, and may be killed at any moment.
"""

import multiprocessing
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import reload
from pathlib import Path
from typing import TYPE_CHECKING

from admitone.kit import crash_points

if TYPE_CHECKING:
    from multiprocessing.context import ForkServerProcess

STOP_SECONDS_MAX = 120.0

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(
    ["admitone.cli.main", "admitone.cli.commands", "admitone.runtime.worker", "pytest", __name__]
)


class ProgramProcess:
    """The part of `subprocess.Popen` that tests need."""

    def __init__(self, process: "ForkServerProcess") -> None:
        self._process = process

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    def poll(self) -> int | None:
        """Return the exit code, negative for a signal; None while the process runs."""
        return self._process.exitcode

    def wait(self, timeout: float = STOP_SECONDS_MAX) -> int:
        """Return the exit code. Raises `TimeoutError`."""
        self._process.join(timeout)
        if (code := self._process.exitcode) is None:
            raise TimeoutError(f"{self._process.name} runs after {timeout} s")
        return code

    def terminate(self) -> None:
        self._process.terminate()

    def kill(self) -> None:
        self._process.kill()


@contextmanager
def run_program(
    arguments: Sequence[str],
    environment: Mapping[str, str],
    output: Path,
    *,
    stop_seconds_max: float = STOP_SECONDS_MAX,
) -> Iterator[ProgramProcess]:
    """Run `admitone ARGUMENTS…` in this environment; append what it writes to `output`. Stop it by its pid.

    Raises `TimeoutError` if it then runs for longer than `stop_seconds_max`.
    """
    started = _FORKS.Process(target=_run, args=(list(arguments), dict(environment), output), name=" ".join(arguments))
    started.start()
    process = ProgramProcess(started)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(stop_seconds_max)


def _run(arguments: list[str], environment: dict[str, str], output: Path) -> None:
    """Become the program, in the fork."""
    descriptor = os.open(output, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    os.close(descriptor)
    os.environ.clear()
    os.environ.update(environment)
    reload(crash_points)  # the server has read its own environment
    from admitone.cli.main import main

    sys.argv = ["admitone", *arguments]
    main(arguments, prog_name="admitone")
