"""Keep processes running: restart one that ends or hangs, first immediately, then with growing pauses."""

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Protocol, TypeVar, cast

from admitone.embedded.startup_error import StartupError

CHECK_SECONDS = 0.05
_FIRST_PAUSE_SECONDS = 0.1
_PAUSE_SECONDS_MAX = 1.0
_STEADY_SECONDS = 3.0  # a process that ran this long is not in a crash loop


class Process(Protocol):
    """The interface of a supervised process: `Child`, or a process that the role host forked."""

    @property
    def exit_code(self) -> int | None: ...

    def ask_to_stop(self) -> None: ...

    def stop(self) -> int: ...

    def kill(self) -> None: ...


class Detector(Protocol):
    """Detect the hang of one process, as `HangDetector` does."""

    def find_hang(self, now: float) -> str | None: ...


Started = TypeVar("Started", bound=Process)


@dataclass
class _SupervisedProcess:
    name: str
    spawn: Callable[[], Process]
    process: Process | None
    detect: Callable[[Process], Detector] | None = None
    detector: Detector | None = None
    hang: str | None = None
    once: bool = False
    started_at: float = field(default_factory=time.monotonic)
    failures: int = 0
    due_at: float = 0.0


class Supervisor:
    """The processes of one program, in the order of their start. Not thread-safe, on purpose: see `child`."""

    def __init__(self, say: Callable[[str], None]) -> None:
        """Create a supervisor. `say` gets one line for every process that ended unexpectedly or was replaced."""
        self._say = say
        self._supervised: list[_SupervisedProcess] = []

    def start(
        self,
        name: str,
        spawn: Callable[[], Started],
        detect: Callable[[Started], Detector] | None = None,
        *,
        once: bool = False,
    ) -> Started:
        """Start a process and keep it running from now on; `detect` creates the hang detector of each process of it.

        A process that runs `once` is done when it exits with code 0.
        """
        process = spawn()
        supervised = _SupervisedProcess(
            name, spawn, process, cast("Callable[[Process], Detector] | None", detect), once=once
        )
        supervised.detector = supervised.detect(process) if supervised.detect else None
        self._supervised.append(supervised)
        return process

    def run_checks(self) -> Iterator[None]:
        """Yield after every check of the processes, forever."""
        while True:
            self.check()
            yield
            time.sleep(CHECK_SECONDS)

    def check(self) -> None:
        """Kill hung processes, and restart ended ones when their pause is over."""
        now = time.monotonic()
        for supervised in self._supervised:
            self._kill_where_it_hangs(supervised, now)
            if supervised.process is not None and supervised.process.exit_code is not None:
                self._record_end(supervised, supervised.process.exit_code, now)
            if supervised.process is None and now >= supervised.due_at:
                self._start_again(supervised, now)

    def stop_all(self, *, together: bool = False) -> None:
        """Stop everything, the last started first: a process that depends on a server ends before it.

        With `together`, signal all at once, for processes that do not depend on each other.
        """
        for supervised in self._supervised if together else []:
            if supervised.process is not None:
                supervised.process.ask_to_stop()
        while self._supervised:
            supervised = self._supervised.pop()
            if supervised.process is not None:
                supervised.process.stop()

    def _kill_where_it_hangs(self, supervised: _SupervisedProcess, now: float) -> None:
        if supervised.process is None or supervised.detector is None or supervised.hang is not None:
            return
        if (hang := supervised.detector.find_hang(now)) and supervised.process.exit_code is None:
            supervised.hang = hang
            supervised.process.kill()

    def _record_end(self, supervised: _SupervisedProcess, exit_code: int, now: float) -> None:
        if supervised.once and exit_code == 0:
            supervised.process, supervised.due_at = None, math.inf
            return
        steady = now - supervised.started_at >= _STEADY_SECONDS
        supervised.failures = 0 if steady else supervised.failures + 1
        pause = min(_FIRST_PAUSE_SECONDS * 2**supervised.failures, _PAUSE_SECONDS_MAX)
        supervised.process, supervised.due_at = None, now + pause
        how = f"was killed by signal {-exit_code}" if exit_code < 0 else f"ended with code {exit_code}"
        how, supervised.hang = supervised.hang or how, None
        self._say(f"{supervised.name} {how}; restarting it in {pause:.1f} s")

    def _start_again(self, supervised: _SupervisedProcess, now: float) -> None:
        supervised.started_at = now
        try:
            supervised.process = supervised.spawn()
            supervised.detector = supervised.detect(supervised.process) if supervised.detect else None
        except (OSError, StartupError) as error:
            supervised.failures += 1
            supervised.due_at = now + _PAUSE_SECONDS_MAX
            self._say(f"{supervised.name} cannot be started: {error}; retrying in {_PAUSE_SECONDS_MAX:.0f} s")
