"""The role host: one process that loads the program and forks every role.

Loading the program costs about a second of CPU; six roles forked from one parent pay that once and share its memory. A
role that ends restarts within a fraction of a second, one that hangs within some seconds. The host (or its supervisor)
owns the listening sockets, so connections made while a role restarts wait instead of failing.
"""

import gc
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NoReturn

from admitone.embedded.heartbeat import Beat, HangDetector, HangLimits, Heartbeat
from admitone.embedded.privileges import die_with_parent, name_process
from admitone.embedded.supervisor import Supervisor

_STOP_SECONDS_MAX = 5.0
_POLL_SECONDS = 0.01


@dataclass(frozen=True)
class ProcessSpec:
    """One process to run: HTTP roles on a listening socket, or, without one, another task by its name.

    A process that runs `once` is done when it exits with code 0.
    """

    name: str
    roles: Sequence[str]
    listener: socket.socket | None
    log: Path | None  # None: the host's own output
    once: bool = False


# Runs one spec in its own process, and beats while its event loop runs.
Run = Callable[[ProcessSpec, Beat], None]


class Fork:
    """A process forked from the host to run one spec."""

    def __init__(self, spec: ProcessSpec, run: Run, others: Sequence[ProcessSpec]) -> None:
        self.heartbeat = Heartbeat()
        self._exit_code: int | None = None
        host = os.getpid()
        self.pid = os.fork()
        if self.pid == 0:
            _run_in_fork(spec, partial(run, spec, self.heartbeat.beat), others, host)

    @property
    def exit_code(self) -> int | None:
        if self._exit_code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self._exit_code = os.waitstatus_to_exitcode(status)
        return self._exit_code

    def ask_to_stop(self) -> None:
        if self.exit_code is None:
            os.kill(self.pid, signal.SIGTERM)

    def kill(self) -> None:
        if self.exit_code is None:
            os.kill(self.pid, signal.SIGKILL)

    def stop(self) -> int:
        """Send the stop signal, wait the grace period, then kill the process. Return the exit code."""
        self.ask_to_stop()
        deadline = time.monotonic() + _STOP_SECONDS_MAX
        while (code := self.exit_code) is None:
            if time.monotonic() > deadline:
                os.kill(self.pid, signal.SIGKILL)
            time.sleep(_POLL_SECONDS)
        return code


def run_host(
    specs: Sequence[ProcessSpec], run: Run, say: Callable[[str], None], *, limits: HangLimits, beat: Beat | None = None
) -> None:
    """Run every spec until SIGTERM or SIGINT and replace processes that end or hang; then stop all together.

    Calls `beat` several times a second, for the supervisor of this host.
    """
    stopping = False

    def stop(_signal: int, _frame: object) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    gc.freeze()  # keep loaded objects shared: the collector of a fork ignores them
    supervisor = Supervisor(say)
    for spec in specs:
        supervisor.start(
            spec.name,
            partial(Fork, spec, run, specs),
            lambda fork: HangDetector(fork.pid, fork.heartbeat.read, limits),
            once=spec.once,
        )
    for _ in supervisor.run_checks():
        if beat is not None:
            beat()
        if stopping:
            break
    supervisor.stop_all(together=True)


def _run_in_fork(spec: ProcessSpec, run: Callable[[], None], specs: Sequence[ProcessSpec], host: int) -> NoReturn:
    code = 1
    try:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        die_with_parent(signal.SIGTERM)
        if os.getppid() != host:
            os._exit(1)
        os.setsid()  # Ctrl-C in a terminal reaches only the supervisor
        name_process(spec.name)
        _redirect_output(spec.log)
        for other in specs:
            if other.listener is not None and other.listener is not spec.listener:
                other.listener.close()
        run()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:  # noqa: BLE001 - the last frame of a process: nothing above could report it
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)  # a fork must not run the host's clean-up (locks, temporary folders)


def _redirect_output(log: Path | None) -> None:
    if log is not None:
        descriptor = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.dup2(descriptor, 1)
        os.dup2(descriptor, 2)
        os.close(descriptor)
