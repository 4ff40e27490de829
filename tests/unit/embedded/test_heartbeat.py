"""A process hangs when it is stopped or sleeps without a heartbeat; one that works or waits for a CPU does not."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from admitone.embedded.heartbeat import HangDetector, HangLimits, Heartbeat, hang_limits

LIMITS = HangLimits(idle=0.4, stopped=0.4, busy=3600.0, starting=3600.0)
SECONDS_MAX = 30.0


@contextmanager
def forked(run: Callable[[Heartbeat], None]) -> Iterator[tuple[int, Heartbeat]]:
    heartbeat = Heartbeat()
    pid = os.fork()
    if pid == 0:
        try:
            run(heartbeat)
        finally:
            os._exit(0)
    try:
        yield pid, heartbeat
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def beat_once_and_sleep(heartbeat: Heartbeat) -> None:
    time.sleep(0.2)  # until the test watches it
    heartbeat.beat()
    time.sleep(3600)


def beat_once_and_work(heartbeat: Heartbeat) -> None:
    time.sleep(0.2)
    heartbeat.beat()
    while True:
        sum(range(1000))


def beat(heartbeat: Heartbeat) -> None:
    while True:
        heartbeat.beat()
        time.sleep(0.02)


def watch(pid: int, heartbeat: Heartbeat, *, seconds_max: float = SECONDS_MAX) -> str | None:
    detector = HangDetector(pid, heartbeat.read, LIMITS)
    deadline = time.monotonic() + seconds_max
    while time.monotonic() < deadline:
        if hang := detector.find_hang(time.monotonic()):
            return hang
        time.sleep(0.02)
    return None


def test_a_process_that_sleeps_without_a_heartbeat_hangs() -> None:
    with forked(beat_once_and_sleep) as (pid, heartbeat):
        assert watch(pid, heartbeat) == "did not answer for 0 s"


def test_a_stopped_process_hangs_though_it_never_beat() -> None:
    with forked(lambda _pulse: time.sleep(3600)) as (pid, heartbeat):
        os.kill(pid, signal.SIGSTOP)

        assert watch(pid, heartbeat) == "was stopped for 0 s"


@pytest.mark.parametrize("life", [beat, beat_once_and_work], ids=["it beats", "it works"])
def test_a_live_process_does_not_hang(life: Callable[[Heartbeat], None]) -> None:
    with forked(life) as (pid, heartbeat):
        assert watch(pid, heartbeat, seconds_max=1.5) is None


def test_the_time_in_which_the_supervisor_was_suspended_does_not_count() -> None:
    with forked(lambda _pulse: time.sleep(3600)) as (pid, heartbeat):
        os.kill(pid, signal.SIGSTOP)
        detector = HangDetector(pid, heartbeat.read, hang_limits(3.0))

        assert [detector.find_hang(now) for now in (0.0, 3600.0)] == [None, None]
