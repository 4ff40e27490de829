"""Install pretix in a virtual environment of its own, and run its production set-up on the embedded engines.

pretix is AGPL: the benchmark starts it as a program and speaks HTTP with it; no module of it is imported here.
PostgreSQL and Valkey are the programs of AdmitOne's embedded stack, with the same settings (fsync and synchronous
commit on). nginx, gunicorn and the Celery worker are set up as pretix's documents say.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psycopg
import redis
from tests.server_folder import open_server_folder

from admitone.embedded.binaries import Binaries
from admitone.embedded.child import Child, Program
from admitone.embedded.data_folder import DataFolder
from admitone.embedded.postgresql import PostgreSQL
from admitone.embedded.privileges import Identity, Way
from admitone.embedded.readiness import wait_until_ready
from admitone.embedded.redis_server import RedisServer
from bench.edge import free_port
from bench.processes import cpu_seconds_of_all, proportional_megabytes

VERSION = "2026.8.0"
REQUIREMENTS = (f"pretix=={VERSION}", "gunicorn==27.0.1")
KEPT = Path(__file__).resolve().parent.parent / ".pretix"
WEB_WORKERS = 3
START_SECONDS_MAX, DRAIN_SECONDS_MAX = 120.0, 60.0
BROKER_DATABASE = 2
ORGANIZER = "bench"

# Run by pretix's own shell: its REST API can do everything but create an organizer.
MAKE_ORGANIZER = f"""
from pretix.base.models import Organizer
team = Organizer.objects.create(name="Bench", slug="{ORGANIZER}").teams.create(
    name="Bench", all_events=True, all_event_permissions=True, all_organizer_permissions=True
)
team.tokens.create(name="bench")
"""
SETTINGS = """
[pretix]
instance_name=Bench
url=http://127.0.0.1:{port}
datadir={folder}
[database]
backend=postgresql
name=pretix
user=postgres
host={sockets}
[redis]
location={redis_url}
sessions=true
[celery]
backend=redis+socket://{redis_socket}?virtual_host=1
broker=redis+socket://{redis_socket}?virtual_host={broker}
"""
NGINX = """
daemon off; worker_processes auto; pid {folder}/pid; error_log stderr warn;
events {{ worker_connections 4096; }}
http {{
    access_log off; client_max_body_size 100m; keepalive_requests 10000;
    client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
    uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
    server {{
        listen 127.0.0.1:{port} backlog=4096;
        location / {{
            proxy_pass http://127.0.0.1:{web_port}; proxy_read_timeout 300s; proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        }}
    }}
}}
"""


@dataclass(frozen=True)
class Pretix:
    """A pretix that answers on `port`. `token`: of its REST API; `children`: its processes by name."""

    port: int
    token: str
    database_url: str
    broker_url: str
    children: Mapping[str, Child]

    def cpu_seconds(self) -> dict[str, float]:
        """Return CPU seconds by part."""
        return {name: cpu_seconds_of_all(child.pid) for name, child in self.children.items()}

    def megabytes(self) -> dict[str, int]:
        """Return memory in MB by part: what processes share is divided among them."""
        return {name: round(sum(proportional_megabytes(child.pid).values())) for name, child in self.children.items()}

    def wait_for_tasks(self) -> int:
        """Wait until the Celery worker has no task, or for a minute; return the number of those left."""
        deadline = time.monotonic() + DRAIN_SECONDS_MAX
        with redis.Redis.from_url(self.broker_url) as broker:
            while (left := tasks_left(broker)) and time.monotonic() < deadline:
                time.sleep(0.1)
        return left


def tasks_left(broker: "redis.Redis") -> int:
    """Return the tasks that wait in the broker's queues (lists), or that a worker has taken and not finished."""
    waiting = sum(int(broker.llen(key)) for key in broker.scan_iter(_type="list"))
    return waiting + int(broker.hlen("unacked"))


def install() -> Path:
    """Return the folder of pretix's virtual environment; created once for these versions."""
    place = KEPT / "-".join(requirement.replace("==", "-") for requirement in REQUIREMENTS)
    stamp = place / "installed"
    if not stamp.exists():
        shutil.rmtree(place, ignore_errors=True)
        print(f"Installing {' and '.join(REQUIREMENTS)} in {place.relative_to(KEPT.parent)}, once.", flush=True)
        subprocess.run([sys.executable, "-m", "venv", str(place)], check=True)
        command = [str(place / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check", "--no-input"]
        subprocess.run([*command, *REQUIREMENTS], check=True)
        stamp.touch()
    return place


@contextmanager
def run_pretix() -> Iterator[Pretix]:
    """Install pretix if necessary, run it, and yield it when it answers; end all its processes after."""
    place = install()
    with ExitStack() as stack:
        folder, identity, binaries = stack.enter_context(open_server_folder("pretix"))
        setup = _Setup(stack, place, folder, identity, binaries)
        setup.start_engines()
        setup.fill_database()
        yield setup.serve()


class _Setup:
    def __init__(
        self, stack: ExitStack, place: Path, folder: DataFolder, identity: Identity, binaries: Binaries
    ) -> None:
        self._stack, self._place, self._folder, self._binaries = stack, place, folder, binaries
        self._redis = RedisServer(binaries.redis, folder, identity)
        self._postgresql = PostgreSQL(binaries.postgres_folder, folder, identity)
        self._children: dict[str, Child] = {}
        self._port, self._web_port = free_port(), free_port()
        self._home = folder.path / "pretix"
        self._home.mkdir(mode=0o755)
        settings = self._home / "pretix.cfg"
        settings.write_text(
            SETTINGS.format(
                port=self._port,
                folder=self._home,
                sockets=folder.sockets,
                redis_url=self._redis.url(),
                redis_socket=self._redis.socket,
                broker=BROKER_DATABASE,
            )
        )
        self._environment = {"PRETIX_CONFIG_FILE": str(settings)}

    def start_engines(self) -> None:
        self._postgresql.prepare()
        self._children["postgres"] = self._keep(self._postgresql.spawn())
        self._children["valkey-server"] = self._keep(self._redis.spawn())
        wait_until_ready(self._children["postgres"], self._postgresql.answers)
        wait_until_ready(self._children["valkey-server"], self._redis.answers)

    def fill_database(self) -> None:
        """Create the tables and an organizer: the first time by pretix (minutes), then from a copy of the result."""
        copy = self._place / "filled.dump"
        self._postgresql.create_database("pretix")
        options = ["-h", str(self._folder.sockets), "-U", "postgres"]
        if copy.exists():
            self._run([self._engine("pg_restore"), *options, "-d", "pretix", str(copy)])
            return
        print("Migrating pretix's database, once: some minutes.", flush=True)
        pretix = [self._program("python"), "-m", "pretix"]
        self._run([*pretix, "migrate", "--no-input"])
        self._run([*pretix, "shell", "-c", MAKE_ORGANIZER])
        partial = copy.with_suffix(".partial")
        self._run([self._engine("pg_dump"), *options, "-Fc", "-f", str(partial), "pretix"])
        partial.rename(copy)

    def _token(self) -> str:
        with psycopg.connect(self._postgresql.url("pretix")) as conn:
            row = conn.execute("select token from pretixbase_teamapitoken").fetchone()
        assert row is not None
        return str(row[0])

    def serve(self) -> Pretix:
        """Start gunicorn, the Celery worker and nginx."""
        nginx = self._folder.path / "pretix-nginx"
        nginx.mkdir(mode=0o755)
        nginx.chmod(0o755)
        configuration = nginx / "nginx.conf"
        configuration.write_text(NGINX.format(folder=nginx, port=self._port, web_port=self._web_port))
        bind = f"127.0.0.1:{self._web_port}"
        web = ["pretix.wsgi", "--name", "pretix", "--workers", str(WEB_WORKERS), "--bind", bind]
        recycle = ["--max-requests", "1200", "--max-requests-jitter", "50"]
        self._spawn("gunicorn", [self._program("gunicorn"), *web, *recycle])
        worker = self._spawn("celery", [self._program("celery"), "-A", "pretix.celery_app", "worker", "-l", "info"])
        self._spawn("nginx", [str(self._binaries.nginx), "-p", str(nginx), "-c", str(configuration), "-e", "stderr"])
        wait_until_ready(self._children["gunicorn"], self._answers, START_SECONDS_MAX)
        wait_until_ready(worker, lambda: " ready." in worker.log_tail(20), START_SECONDS_MAX)
        return Pretix(
            self._port,
            self._token(),
            self._postgresql.url("pretix"),
            self._redis.url(BROKER_DATABASE),
            self._children,
        )

    def _answers(self) -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{self._port}/healthcheck/", timeout=30).status_code == 200
        except httpx.TransportError:
            return False

    def _spawn(self, name: str, arguments: list[str]) -> Child:
        child = self._keep(
            Child(
                Program(
                    name=name,
                    arguments=arguments,
                    log=self._folder.path / "logs" / f"{name}.log",
                    identity=Identity(os.geteuid(), os.getegid(), Way.STAY),
                    environment=self._environment,
                    folder=self._home,
                    stop_seconds_max=10.0,
                )
            )
        )
        self._children[name] = child
        return child

    def _keep(self, child: Child) -> Child:
        self._stack.callback(child.stop)
        return child

    def _run(self, command: list[str]) -> str:
        environment = {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(self._home), **self._environment}
        done = subprocess.run(command, env=environment, cwd=self._home, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"{command[0]} ended with {done.returncode}:\n{done.stderr[-2_000:]}")
        return done.stdout

    def _program(self, name: str) -> str:
        return str(self._place / "bin" / name)

    def _engine(self, name: str) -> str:
        return str(self._binaries.postgres_folder / name)
