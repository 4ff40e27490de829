"""The demo's roles: their sockets, and the host process that forks them, seen from the supervisor."""

import os
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import msgspec

from admitone.roles.embedded.child import Child, Program
from admitone.roles.embedded.data_folder import DataFolder
from admitone.roles.embedded.gateway import HTTP_ROLES
from admitone.roles.embedded.http_probe import answers_at_socket
from admitone.roles.embedded.privileges import Identity, Way
from admitone.roles.embedded.trouble import Trouble
from admitone.roles.listening import listen_at

_READY_SECONDS_MAX = 60.0
_PAUSE_SECONDS = 0.02


class DemoRoles:
    """Every HTTP role on a unix socket of its own, and the worker.

    The sockets are bound here and outlive the host: while roles restart, connections wait in the queue.
    """

    name = "the roles' host"

    def __init__(self, folder: DataFolder, environment: Mapping[str, str]) -> None:
        self._folder = folder
        self._environment = environment
        self.sockets: dict[str, Path] = {role: folder.sockets / f"{role}.sock" for role in HTTP_ROLES}
        self._listeners = {role: listen_at(path) for role, path in self.sockets.items()}
        self._notices = os.dup(sys.stdout.fileno())
        self._going = False
        self._go: int | None = None
        self._host: Child | None = None

    def spawn(self) -> Child:
        """Start a host. It loads the program and waits for `go`, unless that was given to an earlier one."""
        read, write = os.pipe()
        log = self._folder.path / "logs"
        try:
            self._host = Child(
                Program(
                    name=self.name,
                    arguments=[sys.executable, "-m", "admitone.roles.demo_host", self._plan(read)],
                    log=log / "roles.log",
                    # Our own code stays who started it: it must read the checkout, wherever that is.
                    identity=Identity(os.geteuid(), os.getegid(), Way.STAY),
                    environment={**os.environ, **self._environment},
                    pass_fds=[read, self._notices, *(one.fileno() for one in self._listeners.values())],
                    stop_seconds_max=8.0,
                    folder=Path.cwd(),
                )
            )
        finally:
            os.close(read)
        if self._go is not None:
            os.close(self._go)
        self._go = write
        if self._going:
            self.go()
        return self._host

    def spawn_after(self, first: Child) -> Callable[[], Child]:
        """Return a `spawn` whose first answer is the host that is loading already."""
        waiting = [first]
        return lambda: waiting.pop() if waiting else self.spawn()

    def go(self) -> None:
        """The database is ready: let the host fork the roles, this one and any that replaces it."""
        self._going = True
        if self._go is not None:
            with suppress(BrokenPipeError):  # it ended while loading; `wait_until_ready` tells why
                os.write(self._go, b"\n")

    def wait_until_ready(self) -> None:
        """Ask every role until all have answered. Raises `Trouble` that names those that do not."""
        waiting = dict(self.sockets)
        deadline = time.monotonic() + _READY_SECONDS_MAX
        while waiting := {role: path for role, path in waiting.items() if not answers_at_socket(path)}:
            if self._host is not None and self._host.exit_code is not None:
                raise Trouble(f"The roles could not be loaded:\n{self._host.last_words()}")
            if time.monotonic() > deadline:
                logs = self._folder.path / "logs"
                raise Trouble(f"Not ready after {_READY_SECONDS_MAX:.0f} s: {', '.join(waiting)}. See {logs}.")
            time.sleep(_PAUSE_SECONDS)

    def close(self) -> None:
        """Give up the sockets and pipes, once the host has ended."""
        for listener in self._listeners.values():
            listener.close()
        os.close(self._notices)
        if self._go is not None:
            os.close(self._go)

    def _plan(self, go_fd: int) -> str:
        logs = self._folder.path / "logs"
        posts = [
            {"name": role, "roles": [role], "listener_fd": listener.fileno(), "log": str(logs / f"{role}.log")}
            for role, listener in self._listeners.items()
        ]
        posts.append({"name": "worker", "roles": [], "log": str(logs / "worker.log")})
        return msgspec.json.encode({"go_fd": go_fd, "notices_fd": self._notices, "posts": posts}).decode()
