"""Heartbeats in shared memory, and the detection of hung processes.

A hung process (stopped, in a deadlock, in a call that never returns) does not end, so it has no exit code. Its event
loop beats several times a second; a request would cost more, and would fail with PostgreSQL as well. Silence alone
proves nothing on a busy machine: a process that has work for a processor (it runs, it waits for a processor or for the
disk, or its CPU time grows) gets a longer limit. A process that is stopped, or sleeps and does not beat, hangs.
"""

import asyncio
import mmap
import struct
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

Beat = Callable[[], None]

BEAT_SECONDS = 0.5
# A supervisor that was suspended itself must not count that time as its children's silence.
_LOOK_SECONDS_MAX = 0.5
_COUNT = struct.Struct("=Q")


@dataclass(frozen=True)
class HangLimits:
    """Seconds of silence after which a process counts as hung."""

    idle: float = 3.0  # it sleeps and uses no CPU time
    stopped: float = 3.0  # SIGSTOP
    busy: float = 30.0  # it works or waits for a processor
    starting: float = 60.0  # before its first beat


def hang_limits(seconds: float) -> HangLimits:
    """Return the limits of a role: `seconds` if it is idle or stopped, ten times that if it works."""
    return HangLimits(idle=seconds, stopped=seconds, busy=10 * seconds, starting=20 * seconds)


def no_beat() -> None:
    """Do nothing: for a process under a process manager that reads no beats."""


async def beat_regularly(beat: Beat) -> None:
    """Beat for as long as the event loop runs."""
    while True:
        beat()
        await asyncio.sleep(BEAT_SECONDS)


class Heartbeat:
    """A counter in shared memory: the process increments it, its supervisor reads it."""

    SIZE = _COUNT.size

    def __init__(self, descriptor: int = -1) -> None:
        """Map the file of `SIZE` bytes behind a descriptor; without one only forks of this process share the memory."""
        self._memory = mmap.mmap(descriptor, self.SIZE)

    def beat(self) -> None:
        _COUNT.pack_into(self._memory, 0, self.read() + 1)

    def read(self) -> int:
        count: int = _COUNT.unpack_from(self._memory, 0)[0]
        return count


class HangDetector:
    """Detect the hang of one process. `read_beats` returns a number that changes while the process is healthy."""

    def __init__(self, pid: int, read_beats: Callable[[], int], limits: HangLimits) -> None:
        self._pid = pid
        self._read_beats = read_beats
        self._limits = limits
        self._beats = read_beats()
        self._has_beaten = False
        self._looked_at: float | None = None
        self._silent = 0.0
        self._ticks: int | None = None  # CPU time halfway through the silence

    def find_hang(self, now: float) -> str | None:
        """Return the fault as the end of a sentence, or None. Call this often."""
        step = 0.0 if self._looked_at is None else min(now - self._looked_at, _LOOK_SECONDS_MAX)
        self._looked_at = now
        beats = self._read_beats()
        if beats != self._beats:
            self._beats, self._has_beaten, self._silent, self._ticks = beats, True, 0.0, None
            return None
        self._silent += step
        if self._ticks is None and self._silent >= self._limits.idle / 2:
            self._ticks = _read_activity(self._pid).ticks
        if self._silent < min(self._limits.idle, self._limits.stopped):
            return None
        activity = _read_activity(self._pid)
        if activity.is_stopped:
            return f"was stopped for {self._silent:.0f} s" if self._silent >= self._limits.stopped else None
        if self._silent < self._limit(activity):
            return None
        return f"did not answer for {self._silent:.0f} s"

    def _limit(self, activity: "_Activity") -> float:
        if not self._has_beaten:
            return self._limits.starting
        return self._limits.busy if activity.wants_processor or activity.ticks != self._ticks else self._limits.idle


@dataclass(frozen=True)
class _Activity:
    """The kernel's view of a process; without /proc it always counts as busy."""

    is_stopped: bool = False
    wants_processor: bool = True
    ticks: int = 0


def _read_activity(pid: int) -> _Activity:
    states, ticks = set(), 0
    for task in Path(f"/proc/{pid}/task").glob("[0-9]*"):
        with suppress(OSError):  # the thread ended meanwhile
            fields = task.joinpath("stat").read_text().rpartition(")")[2].split()
            states.add(fields[0])
            ticks += int(fields[11]) + int(fields[12])
    if not states:
        return _Activity()
    # "t" is a tracing stop: a debugger is attached.
    return _Activity(states == {"T"}, bool(states & {"R", "D", "t"}), ticks)
