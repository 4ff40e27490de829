"""Keep processes running: one that ends or hangs is started again, at once at first, then with growing pauses."""

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Protocol, TypeVar, cast

from admitone.embedded.trouble import Trouble

CHECK_SECONDS = 0.05
_FIRST_PAUSE_SECONDS = 0.1
_PAUSE_SECONDS_MAX = 1.0
_STEADY_SECONDS = 3.0  # what ran this long is not in a crash loop


class Process(Protocol):
    """What a supervisor needs of a process: `Child`, or one that the role host forked."""

    @property
    def exit_code(self) -> int | None: ...

    def ask_to_stop(self) -> None: ...

    def stop(self) -> int: ...

    def kill(self) -> None: ...


class Detector(Protocol):
    """Follows one process and says when it hangs: `HangDetector`."""

    def find_hang(self, now: float) -> str | None: ...


Started = TypeVar("Started", bound=Process)


@dataclass
class _Charge:
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
    """The processes of one program, in the order they were started. Not thread-safe, on purpose: see `child`."""

    def __init__(self, say: Callable[[str], None]) -> None:
        """`say` gets one line for every process that ended by itself or was replaced."""
        self._say = say
        self._charges: list[_Charge] = []

    def start(
        self,
        name: str,
        spawn: Callable[[], Started],
        detect: Callable[[Started], Detector] | None = None,
        *,
        once: bool = False,
    ) -> Started:
        """Start a process and keep it running from now on; `detect` makes the detector of each process of it.

        One that runs `once` is done when it ends with code 0.
        """
        process = spawn()
        charge = _Charge(name, spawn, process, cast("Callable[[Process], Detector] | None", detect), once=once)
        charge.detector = charge.detect(process) if charge.detect else None
        self._charges.append(charge)
        return process

    def watch(self) -> Iterator[None]:
        """Yield after every look at the processes, for ever."""
        while True:
            self.check()
            yield
            time.sleep(CHECK_SECONDS)

    def check(self) -> None:
        """Kill what hangs, and start again what has ended, as soon as its pause is over."""
        now = time.monotonic()
        for charge in self._charges:
            self._kill_where_it_hangs(charge, now)
            if charge.process is not None and charge.process.exit_code is not None:
                self._note_end(charge, charge.process.exit_code, now)
            if charge.process is None and now >= charge.due_at:
                self._start_again(charge, now)

    def stop_all(self, *, together: bool = False) -> None:
        """Stop everything, the last started first: who depends on a server ends before it.

        `together` asks all at once, for processes that do not depend on each other.
        """
        for charge in self._charges if together else []:
            if charge.process is not None:
                charge.process.ask_to_stop()
        while self._charges:
            charge = self._charges.pop()
            if charge.process is not None:
                charge.process.stop()

    def _kill_where_it_hangs(self, charge: _Charge, now: float) -> None:
        if charge.process is None or charge.detector is None or charge.hang is not None:
            return
        if (hang := charge.detector.find_hang(now)) and charge.process.exit_code is None:
            charge.hang = hang
            charge.process.kill()

    def _note_end(self, charge: _Charge, exit_code: int, now: float) -> None:
        if charge.once and exit_code == 0:
            charge.process, charge.due_at = None, math.inf
            return
        steady = now - charge.started_at >= _STEADY_SECONDS
        charge.failures = 0 if steady else charge.failures + 1
        pause = min(_FIRST_PAUSE_SECONDS * 2**charge.failures, _PAUSE_SECONDS_MAX)
        charge.process, charge.due_at = None, now + pause
        how = f"was killed by signal {-exit_code}" if exit_code < 0 else f"ended with code {exit_code}"
        how, charge.hang = charge.hang or how, None
        self._say(f"{charge.name} {how}; starting it again in {pause:.1f} s")

    def _start_again(self, charge: _Charge, now: float) -> None:
        charge.started_at = now
        try:
            charge.process = charge.spawn()
            charge.detector = charge.detect(charge.process) if charge.detect else None
        except (OSError, Trouble) as error:
            charge.failures += 1
            charge.due_at = now + _PAUSE_SECONDS_MAX
            self._say(f"{charge.name} cannot be started: {error}; trying again in {_PAUSE_SECONDS_MAX:.0f} s")
