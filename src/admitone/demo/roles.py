"""The supervisor's view of the demo's roles: their sockets, and the host process that forks them."""

import math
import os
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

from admitone.embedded.child import Child, Program
from admitone.embedded.data_folder import DataFolder
from admitone.embedded.gateway import HTTP_ROLES
from admitone.embedded.heartbeat import HangDetector, HangLimits, Heartbeat
from admitone.embedded.http_probe import answers_at_socket
from admitone.embedded.leftovers import kill_stopped_roles
from admitone.embedded.nginx import listen_on
from admitone.embedded.privileges import Identity, Way
from admitone.embedded.startup_error import StartupError
from admitone.runtime.listening import listen_at

_READY_SECONDS_MAX = 60.0
_LOAD_SECONDS_MAX = 180.0
_PAUSE_SECONDS = 0.02
# A replaced host needs the processors first; delay the spare.
_SPARE_PAUSE_SECONDS = 5.0
_HOST_LIMITS = HangLimits()


@dataclass(frozen=True)
class _Host:
    """A host process, the pipe that starts its roles, and its heartbeat."""

    child: Child
    go: int
    heartbeat: Heartbeat

    def let_go(self) -> None:
        with suppress(BrokenPipeError):  # the host ended while loading; `wait_until_ready` reports the reason
            os.write(self.go, b"\n")


class DemoRoles:
    """Every HTTP role on its own unix socket, and the worker.

    The sockets are bound here and outlive the host: while roles restart, connections wait in the accept queue. A spare
    host that has loaded the program waits beside the active one: loading takes a second of CPU, much longer on a busy
    machine, and no ticket can be sold until the roles run again.
    """

    name = "the roles' host"

    def __init__(
        self,
        folder: DataFolder,
        environment: Mapping[str, str],
        *,
        load_sample: bool = False,
        sample_limit: int | None = None,
        has_mailbox: bool = False,
    ) -> None:
        """Bind the sockets. With `load_sample` the host also loads the sample, at most `sample_limit` events of it.

        `has_mailbox`: mails go to a mail server of the host, and the pages show them.
        """
        self._folder = folder
        self._load_sample = load_sample
        self._sample_limit = sample_limit
        self._mailbox = listen_on("127.0.0.1", 0) if has_mailbox else None
        self._environment = {**environment, **(_mail_settings(self._mailbox) if self._mailbox else {})}
        self.sockets: dict[str, Path] = {role: folder.sockets / f"{role}.sock" for role in HTTP_ROLES}
        self._listeners = {role: listen_at(path) for role, path in self.sockets.items()}
        self._notices = os.dup(sys.stdout.fileno())
        self._going = False
        self._host: _Host | None = None
        self._spare: _Host | None = None
        self._spare_due_at = math.inf

    def spawn(self) -> Child:
        """Return a host: the spare, or one that starts to load the program. It waits for `go` unless called already."""
        spare, self._spare = self._spare, None
        if self._host is not None:
            os.close(self._host.go)
            kill_stopped_roles(self._folder.path)
        self._host = spare if spare is not None and spare.child.exit_code is None else self._start_host()
        if self._going:
            self.go()
        return self._host.child

    def spawn_after(self, first: Child) -> Callable[[], Child]:
        """Return a `spawn` whose first result is the host that is already loading."""
        waiting = [first]
        return lambda: waiting.pop() if waiting else self.spawn()

    def detect_hang(self, child: Child) -> HangDetector:
        """Return the hang detector of a host that `spawn` returned."""
        assert self._host is not None
        return HangDetector(child.pid, self._host.heartbeat.read, _HOST_LIMITS)

    def start_standby(self, now: float) -> None:
        """Start a spare host if there is none and the active one has run for some seconds. Call this often."""
        if self._spare is not None and self._spare.child.exit_code is not None:
            os.close(self._spare.go)
            self._spare = None
        if self._spare is not None:
            self._spare_due_at = math.inf
        elif self._spare_due_at == math.inf:
            self._spare_due_at = now + _SPARE_PAUSE_SECONDS
        elif now >= self._spare_due_at:
            self._spare = self._start_host()

    def stop_spare(self) -> None:
        if self._spare is not None:
            self._spare.child.kill()
            self._spare.child.stop()

    def _start_host(self) -> _Host:
        read, write = os.pipe()
        log = self._folder.path / "logs"
        with tempfile.TemporaryFile(dir=self._folder.path) as file:
            file.truncate(Heartbeat.SIZE)
            heartbeat = Heartbeat(file.fileno())
            try:
                child = Child(
                    Program(
                        name=self.name,
                        arguments=[sys.executable, "-m", "admitone.demo.host", self._config(read, file.fileno())],
                        log=log / "roles.log",
                        # The checkout may be under a home directory: this process runs our own code, so it keeps the
                        # caller's user.
                        identity=Identity(os.geteuid(), os.getegid(), Way.STAY),
                        # A stopped host handles only SIGKILL; its roles then end on their parent's death.
                        death_signal=signal.SIGKILL,
                        environment={**os.environ, **self._environment},
                        pass_fds=[
                            read,
                            file.fileno(),
                            self._notices,
                            *(listener.fileno() for listener in self._listeners.values()),
                            *([self._mailbox.fileno()] if self._mailbox else []),
                        ],
                        stop_seconds_max=8.0,
                        folder=Path.cwd(),
                    )
                )
            finally:
                os.close(read)
        return _Host(child, write, heartbeat)

    def go(self) -> None:
        """Signal that the database is ready: this host and any replacement may fork the roles."""
        self._going = True
        if self._host is not None:
            self._host.let_go()

    def wait_until_ready(self) -> None:
        """Poll every role until all have answered. Raises `StartupError` that names the roles that did not."""
        waiting = dict(self.sockets)
        deadline = time.monotonic() + _READY_SECONDS_MAX
        while waiting := {role: path for role, path in waiting.items() if not answers_at_socket(path)}:
            if self._host is not None and self._host.child.exit_code is not None:
                raise StartupError(f"The roles could not be loaded:\n{self._host.child.log_tail()}")
            if time.monotonic() > deadline:
                logs = self._folder.path / "logs"
                raise StartupError(f"Not ready after {_READY_SECONDS_MAX:.0f} s: {', '.join(waiting)}. See {logs}.")
            time.sleep(_PAUSE_SECONDS)

    def wait_until_loaded(self, is_loaded: Callable[[], bool]) -> None:
        """Wait for the first slice of the sample. Raises `StartupError` with the last lines of the loader's log."""
        deadline = time.monotonic() + _LOAD_SECONDS_MAX
        while not is_loaded():
            if self._host is not None and self._host.child.exit_code is not None:
                raise StartupError(f"The roles ended while the sample was loaded:\n{self._host.child.log_tail()}")
            if time.monotonic() > deadline:
                log = self._folder.path / "logs" / "sample.log"
                words = log.read_text("utf-8", "replace")[-1000:] if log.exists() else ""
                raise StartupError(
                    f"The sample is not loaded after {_LOAD_SECONDS_MAX:.0f} s. The end of {log}:\n{words}"
                )
            time.sleep(_PAUSE_SECONDS)

    def close(self) -> None:
        """Close the sockets and pipes after the host has ended."""
        for listener in self._listeners.values():
            listener.close()
        if self._mailbox:
            self._mailbox.close()
        os.close(self._notices)
        for host in (self._host, self._spare):
            if host is not None:
                os.close(host.go)

    def _config(self, go_fd: int, heartbeat_fd: int) -> str:
        logs = self._folder.path / "logs"
        specs = [
            {"name": role, "roles": [role], "listener_fd": listener.fileno(), "log": str(logs / f"{role}.log")}
            # Sales have priority over loading.
            for role, listener in sorted(self._listeners.items(), key=lambda item: item[0] != "booking")
        ]
        specs.append({"name": "worker", "roles": [], "log": str(logs / "worker.log")})
        if self._mailbox:
            mail_log = str(logs / "mailbox.log")
            specs.append({"name": "mailbox", "roles": [], "listener_fd": self._mailbox.fileno(), "log": mail_log})
        if self._load_sample:
            specs.append({"name": "sample", "roles": [], "log": str(logs / "sample.log")})
        config = {
            "go_fd": go_fd,
            "notices_fd": self._notices,
            "heartbeat_fd": heartbeat_fd,
            "specs": specs,
            "sample_limit": self._sample_limit,
        }
        return msgspec.json.encode(config).decode()


def _mail_settings(listener: socket.socket) -> dict[str, str]:
    return {
        "ADMITONE_MAIL_URL": f"smtp://127.0.0.1:{listener.getsockname()[1]}?tls=none",
        "ADMITONE_MAIL_FROM": "tickets@admitone.example",
        "ADMITONE_DEMO_MAILBOX": "1",
    }
