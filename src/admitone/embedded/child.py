"""A server process: started in its own session, logged to a file, killed when its supervisor dies.

The main thread must start all children: the kernel ties the "parent died" signal to the thread that forked, not to the
process.
"""

import os
import resource
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from admitone.embedded.log_files import start_new_log
from admitone.embedded.privileges import Identity, be_nice, die_with_parent

OPEN_FILES_WANTED = 65_536


@dataclass(frozen=True)
class Program:
    """The command to run, and the signals that end it: `stop_signal` on request, `death_signal` if its parent dies."""

    name: str
    arguments: Sequence[str]
    log: Path
    identity: Identity
    stop_signal: signal.Signals = signal.SIGTERM
    death_signal: signal.Signals = signal.SIGTERM
    stop_seconds_max: float = 5.0
    environment: Mapping[str, str] = field(default_factory=dict)
    pass_fds: Sequence[int] = ()
    folder: Path = Path("/")
    niceness: int = 0


class Child:
    """One running or ended process of a `Program`."""

    def __init__(self, program: Program) -> None:
        self.program = program
        start_new_log(program.log)
        supervisor = os.getpid()

        def prepare() -> None:
            if program.niceness:
                be_nice(program.niceness)
            program.identity.become()
            die_with_parent(program.death_signal)
            if os.getppid() != supervisor:
                os._exit(1)  # the supervisor died between the fork and die_with_parent

        with program.log.open("ab") as log:
            # preexec_fn is safe here: the supervisor has no second thread that could hold a lock at the fork.
            self._process = subprocess.Popen(
                program.arguments,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=prepare,  # noqa: PLW1509 - see above
                env={**_plain_environment(), **program.environment},
                pass_fds=program.pass_fds,
                cwd=program.folder,
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """Return the exit code, minus the signal number if a signal killed the process, or None while it runs."""
        ended_before = self._process.returncode is not None
        code = self._process.poll()
        if code is not None and not ended_before:
            self._end_orphans()
        return code

    def wait(self, seconds_max: float) -> int | None:
        """Return the exit code, or None if the process still runs after `seconds_max`."""
        try:
            return self._process.wait(seconds_max)
        except subprocess.TimeoutExpired:
            return None

    def ask_to_stop(self) -> None:
        if self.exit_code is None:
            self._process.send_signal(self.program.stop_signal)

    def kill(self) -> None:
        """Kill the process immediately, even if it is stopped (SIGSTOP)."""
        if self.exit_code is None:
            self._process.kill()

    def stop(self) -> int:
        """Send the stop signal, wait the grace period, then kill the process. Return the exit code."""
        self.ask_to_stop()
        if self.wait(self.program.stop_seconds_max) is None:
            self._process.kill()
        code = self._process.wait()
        self._end_orphans()
        return code

    def log_tail(self, lines: int = 5) -> str:
        """Return the end of the log, to explain why the process ended."""
        return "\n".join(self.program.log.read_text("utf-8", "replace").splitlines()[-lines:])

    def _end_orphans(self) -> None:
        # Workers of a killed nginx master keep serving; they share the session that the master led.
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)


def raise_open_files_limit() -> None:
    """Raise this process's limit of open files to its hard limit; children inherit it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES_WANTED if hard == resource.RLIM_INFINITY else min(OPEN_FILES_WANTED, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _plain_environment() -> dict[str, str]:
    # The user's PG* variables, LD_PRELOAD and the like must not reach a server.
    keep = ("PATH", "LD_LIBRARY_PATH", "HOME", "LANG", "TZ", "TMPDIR", "PYTHONPATH")
    return {name: os.environ[name] for name in keep if name in os.environ}
