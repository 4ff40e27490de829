"""`python -m admitone.demo.host PLAN`: the demo's role host. It loads the program while the servers start,
waits for the word that the database is ready, then forks every role.

PLAN is JSON; `Plan` below is its shape.
"""

import os
import socket
import sys
from pathlib import Path

import msgspec

from admitone.demo.sample_loading import run_loader
from admitone.embedded.pulse import Beat, Pulse, hang_limits
from admitone.kit.telemetry import configure_logs
from admitone.runtime.host import Post, run_host
from admitone.runtime.serving import run_jobs, serve_roles
from admitone.runtime.settings import Settings

LOADER = "sample"


class PlannedPost(msgspec.Struct, frozen=True):
    name: str
    roles: list[str]
    log: str
    listener_fd: int | None = None


class Plan(msgspec.Struct, frozen=True):
    go_fd: int  # one byte: go; end of file: the supervisor is gone
    notices_fd: int  # lines for the person at the terminal
    pulse_fd: int  # the file of this host's heartbeat
    posts: list[PlannedPost]
    sample_limit: int | None = None  # how many sample events to load; None: all


def main() -> None:
    plan = msgspec.json.decode(sys.argv[1].encode(), type=Plan)
    if os.read(plan.go_fd, 1) != b"\n":
        return
    os.close(plan.go_fd)
    configure_logs()
    settings = Settings.from_environment()

    def say(line: str) -> None:
        # The supervisor may have an unfinished line there that counts.
        clear = "\r\x1b[K" if os.isatty(plan.notices_fd) else ""
        os.write(plan.notices_fd, f"{clear}  ! {line}\n".encode())

    def run(post: Post, beat: Beat) -> None:
        if post.listener is not None:
            serve_roles(settings, post.roles, post.listener, beat)
        elif post.name == LOADER:
            run_loader(settings, plan.sample_limit, beat)
        else:
            run_jobs(settings, beat)

    pulse = Pulse(plan.pulse_fd)
    posts = [_open(post) for post in plan.posts]
    run_host(posts, run, say, limits=hang_limits(settings.hang_seconds), beat=pulse.beat)


def _open(post: PlannedPost) -> Post:
    listener = None if post.listener_fd is None else socket.socket(fileno=post.listener_fd)
    return Post(post.name, post.roles, listener, Path(post.log), once=post.name == LOADER)


if __name__ == "__main__":
    main()
