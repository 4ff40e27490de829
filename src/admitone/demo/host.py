"""The demo's role host, `python -m admitone.demo.host CONFIG`: load the program, wait for the servers, fork roles.

The supervisor sends one byte when the database is ready; the host then forks every role. CONFIG is JSON with the shape
of `HostConfig`.
"""

import os
import socket
import sys
from pathlib import Path

import msgspec

from admitone.demo.mailbox import run_mailbox
from admitone.demo.sample_loading import run_loader
from admitone.embedded.heartbeat import Beat, Heartbeat, hang_limits
from admitone.kit.telemetry import configure_logs
from admitone.runtime.host import ProcessSpec, run_host
from admitone.runtime.serving import run_jobs, serve_roles
from admitone.runtime.settings import Settings

LOADER, MAILBOX = "sample", "mailbox"


class PlannedProcess(msgspec.Struct, frozen=True):
    name: str
    roles: list[str]
    log: str
    listener_fd: int | None = None


class HostConfig(msgspec.Struct, frozen=True):
    go_fd: int  # one byte: go; end of file: the supervisor ended
    notices_fd: int  # lines to print on the terminal
    heartbeat_fd: int  # the file of this host's heartbeat
    specs: list[PlannedProcess]
    sample_limit: int | None = None  # maximum number of sample events to load; None: all


def main() -> None:
    config = msgspec.json.decode(sys.argv[1].encode(), type=HostConfig)
    if os.read(config.go_fd, 1) != b"\n":
        return
    os.close(config.go_fd)
    configure_logs()
    settings = Settings.from_environment()

    def say(line: str) -> None:
        # The supervisor may have an unfinished progress line on the terminal.
        clear = "\r\x1b[K" if os.isatty(config.notices_fd) else ""
        os.write(config.notices_fd, f"{clear}  ! {line}\n".encode())

    def run(spec: ProcessSpec, beat: Beat) -> None:
        if spec.name == MAILBOX:
            assert spec.listener is not None, "the supervisor binds it"
            run_mailbox(settings.data_folder, spec.listener, beat)
        elif spec.listener is not None:
            serve_roles(settings, spec.roles, spec.listener, beat)
        elif spec.name == LOADER:
            run_loader(settings, config.sample_limit, beat)
        else:
            run_jobs(settings, beat)

    heartbeat = Heartbeat(config.heartbeat_fd)
    specs = [_open(spec) for spec in config.specs]
    run_host(specs, run, say, limits=hang_limits(settings.hang_seconds), beat=heartbeat.beat)


def _open(spec: PlannedProcess) -> ProcessSpec:
    listener = None if spec.listener_fd is None else socket.socket(fileno=spec.listener_fd)
    return ProcessSpec(spec.name, spec.roles, listener, Path(spec.log), once=spec.name == LOADER)


if __name__ == "__main__":
    main()
