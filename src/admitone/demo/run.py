"""`admitone demo`: run PostgreSQL, Redis, every role and the gateway on this machine, with real sample events.

The start order minimizes the time to ready: the role host loads the program (a second of CPU) while PostgreSQL creates
its cluster; the roles start after the migrations, and the demo is ready when a first slice of the sample is loaded.
"""

import os
import signal
import socket
import sys
import time
import webbrowser
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from admitone.demo.keys import load_api_key, load_console_link, remove_console_link, secret_key
from admitone.demo.roles import DemoRoles
from admitone.demo.screen import LoadingShown, Screen
from admitone.embedded.binaries import Binaries, find_binaries, make_readable
from admitone.embedded.cache_switch import CacheSwitch
from admitone.embedded.child import raise_open_files_limit
from admitone.embedded.data_folder import DataFolder, hold_data_folder
from admitone.embedded.gateway_options import GatewayOptions, read_gateway_options
from admitone.embedded.http_probe import answers_at
from admitone.embedded.leftovers import end_leftover_nginx, kill_stopped_roles
from admitone.embedded.loading_state import read_sample_state
from admitone.embedded.log_files import LogFiles
from admitone.embedded.nginx import Nginx, listen_on
from admitone.embedded.postgresql import PostgreSQL
from admitone.embedded.postgresql_roles import APP, OWNER, give_to_owner, grant_rights
from admitone.embedded.privileges import Identity, choose_identity
from admitone.embedded.readiness import wait_until_ready
from admitone.embedded.redis_server import RedisServer
from admitone.embedded.server_watch import ALIVE, PING, SSL_REQUEST, watch_server
from admitone.embedded.startup_error import StartupError
from admitone.embedded.supervisor import Supervisor
from admitone.runtime.migrations import migrate

_INDEX_SECONDS_MAX = 120.0


@dataclass(frozen=True)
class DemoOptions:
    """`events` limits the sample; None loads all of it, 0 none. Port 0 selects a free port."""

    host: str
    port: int
    data: Path
    events: int | None
    browser: bool


@dataclass(frozen=True)
class DemoContext:
    """The shared objects of one demo run."""

    screen: Screen
    supervisor: Supervisor
    folder: DataFolder
    identity: Identity
    binaries: Binaries
    listener: socket.socket
    gateway: GatewayOptions


def run_demo(options: DemoOptions) -> None:
    """Run until Ctrl-C or SIGTERM, then stop everything and return. Raises `StartupError` if the demo cannot start."""
    raise_open_files_limit()
    screen = Screen()
    with ExitStack() as stack:
        stack.enter_context(_print_stop(screen))
        stack.enter_context(_signals_interrupt())
        identity = choose_identity(options.data)
        folder = stack.enter_context(hold_data_folder(options.data, identity))
        end_leftover_nginx(folder.path / "nginx" / "nginx.pid")
        kill_stopped_roles(folder.path)
        listener = stack.enter_context(listen_on(options.host, options.port))
        binaries = make_readable(find_binaries(os.environ), folder.path / "runtime", identity)
        supervisor = Supervisor(screen.say)
        stack.callback(_stop_quietly, supervisor)
        gateway = read_gateway_options(os.environ, demo=True, metrics_listen=f"unix:{folder.sockets}/metrics.sock")
        context = DemoContext(screen, supervisor, folder, identity, binaries, listener, gateway)
        roles = _start(context, options)
        stack.callback(roles.stop_spare)
        loading = LoadingShown(screen, folder.path)
        logs = LogFiles([folder.path / "logs", folder.path / "nginx"])
        caches = CacheSwitch(folder.path / "nginx")
        for _ in supervisor.run_checks():
            logs.rotate_full()
            caches.check()
            loading.show(time.monotonic())
            if loading.is_over:
                roles.start_standby(time.monotonic())


def _start(context: DemoContext, options: DemoOptions) -> DemoRoles:
    screen, supervisor, folder = context.screen, context.supervisor, context.folder
    host, port = context.listener.getsockname()[:2]
    address = f"http://{_loopback(host)}:{port}"
    redis = RedisServer(context.binaries.redis, folder, context.identity)
    postgresql = PostgreSQL(context.binaries.postgres_folder, folder, context.identity)
    environment = {
        "ADMITONE_DATABASE_URL": postgresql.url(role=APP),
        "ADMITONE_REDIS_URL": redis.url(),
        "ADMITONE_SECRET_KEY": secret_key(folder.path),
        "ADMITONE_DATA_DIR": str(folder.path),
        "ADMITONE_PUBLIC_URL": os.environ.get("ADMITONE_PUBLIC_URL") or address,
        "ADMITONE_PAYMENTS": os.environ.get("ADMITONE_PAYMENTS") or "simulated",
    }
    state = read_sample_state(folder.path)
    if options.events == 0 and state is not None and state.total:
        raise StartupError(f"{folder.path} has sample events: give another folder by --data.")
    remove_console_link(folder.path)
    # A mail server that the environment names takes the mails instead: they leave this machine then.
    has_mailbox = not os.environ.get("ADMITONE_MAIL_URL")
    roles = DemoRoles(folder, environment, load_sample=True, sample_limit=options.events, has_mailbox=has_mailbox)
    with screen.step("PostgreSQL and Redis"):
        _start_servers(context, postgresql, redis, roles)
    with screen.step("Database schema"):
        postgresql.create_database()
        give_to_owner(postgresql.url())
        migrate(postgresql.url(role=OWNER))
        grant_rights(postgresql.url())
    roles.go()
    with screen.step("Roles and gateway"):
        nginx = Nginx(
            context.binaries.nginx, folder, context.identity, context.listener, roles.sockets, options=context.gateway
        )
        health_check = watch_server((_loopback(host), port), ALIVE, screen.say)
        gateway = supervisor.start(nginx.name, nginx.spawn, health_check)
        roles.wait_until_ready()
        wait_until_ready(gateway, lambda: answers_at(_loopback(host), port))
    if (api_key := load_api_key(folder.path)) is None:
        with screen.step("Organizer" if options.events == 0 else "First sample events"):
            roles.wait_until_loaded(lambda: load_api_key(folder.path) is not None)
        api_key = load_api_key(folder.path)
    assert api_key is not None
    roles.wait_until_loaded(lambda: load_console_link(folder.path) is not None)
    console = f"{environment['ADMITONE_PUBLIC_URL']}/console/welcome/{load_console_link(folder.path)}"
    with screen.step("Search index"):
        wait_until_ready(
            gateway, lambda: answers_at(_loopback(host), port, "/events/search?size=1"), _INDEX_SECONDS_MAX
        )
    state = read_sample_state(folder.path)
    screen.ready(address, api_key, console, is_empty=state is not None and state.total == 0, has_mailbox=has_mailbox)
    if options.browser and sys.stdout.isatty():
        webbrowser.open(address)
    return roles


def _start_servers(context: DemoContext, postgresql: PostgreSQL, redis: RedisServer, roles: DemoRoles) -> None:
    # Processes stop in reverse order of their start. The host starts before the servers to save time, but depends on
    # them.
    say = context.screen.say
    watch_redis = watch_server(str(redis.socket), PING, say)
    redis_process = context.supervisor.start(redis.name, redis.spawn, watch_redis)
    loading = roles.spawn()
    postgresql.prepare()
    watch_postgresql = watch_server(str(postgresql.socket), SSL_REQUEST, say)
    postgresql_process = context.supervisor.start(postgresql.name, postgresql.spawn, watch_postgresql)
    context.supervisor.start(roles.name, roles.spawn_after(loading), roles.detect_hang)
    wait_until_ready(redis_process, redis.answers)
    wait_until_ready(postgresql_process, postgresql.answers)


@contextmanager
def _signals_interrupt() -> Iterator[None]:
    """Make SIGTERM and SIGINT raise KeyboardInterrupt at any point of the start."""

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _print_stop(screen: Screen) -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        screen.stopped()


def _stop_quietly(supervisor: Supervisor) -> None:
    # A second Ctrl-C must not leave some servers running; each stop has its own time limit.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    supervisor.stop_all()


def _loopback(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound
