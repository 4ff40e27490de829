"""Run the services of compose.yaml for real, on this machine's network, and buy one ticket through the gateway.

PostgreSQL and Valkey are the demo's own, reached by their sockets. Every service of AdmitOne and the gateway is a
container with the options of compose.yaml: a read-only root, no capabilities, a user that is not root.
"""

import asyncio
import os
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
from scripts.container_image.compose import Places, command_of, read_compose, run_options

from admitone.embedded.binaries import find_binaries, make_readable
from admitone.embedded.data_folder import hold_data_folder
from admitone.embedded.http_probe import answers_at
from admitone.embedded.nginx import listen_on
from admitone.embedded.postgresql import PostgreSQL
from admitone.embedded.postgresql_roles import APP, OWNER, give_to_owner, grant_rights
from admitone.embedded.privileges import choose_identity
from admitone.embedded.readiness import wait_until_ready
from admitone.embedded.redis_server import RedisServer
from admitone.testing.buyer import Buyer
from admitone.testing.organizer import Organizer

PORTS = ("8101", "8102", "8103", "8104", "8105", "8106", "8107", "9100", "8443", "8080")
ROLES = ("catalogue", "search", "booking-1", "booking-2", "live", "pages", "console")
ONE_SHOTS = ("migrate", "gateway-config")
USER = 10001
WAIT_SECONDS_MAX = 180.0

Say = Callable[[str], None]


class Drill:
    """Containers of one drill, by the name of their service."""

    def __init__(self, podman: Sequence[str], image: str, nginx: str, folder: Path, say: Say) -> None:
        self._podman = list(podman)
        self._folder = folder
        self._say = say
        self._name = f"admitone-{secrets.token_hex(3)}"
        self._ports = dict(zip(PORTS, (str(port) for port in free_ports(len(PORTS))), strict=True))
        self.address = f"https://localhost:{self._ports['8443']}"
        variables = {"ADMITONE_IMAGE": image, "NGINX_IMAGE": nginx, "ADMITONE_PUBLIC_URL": self.address}
        variables["ADMITONE_SUBNET"] = "127.0.0.0/8"
        self.services: dict[str, Any] = read_compose(variables)["services"]

    def run(self) -> None:
        """Migrate, serve, sell one ticket, stop. Raises `RuntimeError` or `AssertionError` at the first fault."""
        with ExitStack() as stack:
            servers = stack.enter_context(run_servers(self._folder / "servers"))
            places = self._prepare(servers)
            os.environ["SSL_CERT_FILE"] = str(places.secrets["tls_certificate"])
            stack.callback(self._remove)
            owner = f"--env=ADMITONE_DATABASE_URL={servers.url('admitone', OWNER)}"
            self._timed("migrate", lambda: self._start("migrate", places, servers.mounts, owner))
            grant_rights(servers.url("admitone"))
            self._start("gateway-config", places)
            started = time.monotonic()
            for name in (*ROLES, "worker"):
                self._start(name, places, servers.mounts)
            for name in ROLES:
                self._wait(name, lambda name=name: answers_at("127.0.0.1", self._port(name)))  # type: ignore[misc]
            self._start("gateway", places)
            self._wait("gateway", lambda: httpx.get(f"{self.address}/readyz").status_code == 200)
            self._say(f"every role is ready after {time.monotonic() - started:.1f} s")
            self._check_confinement()
            self._timed("one booking through the gateway", lambda: asyncio.run(self._sell_one()))
            self._timed("stop", self._stop)

    def _prepare(self, servers: "Servers") -> Places:
        names = {"settings": "settings.env", "tls_certificate": "certificate.pem", "tls_key": "key.pem"}
        files = {name: self._folder / file for name, file in names.items()}
        volumes = {name: self._folder / f"volume-{name}" for name in ("index", "gateway")}
        for path in volumes.values():
            path.mkdir()
        files["settings"].write_text(
            f"ADMITONE_SECRET_KEY={secrets.token_urlsafe(32)}\nADMITONE_PAYMENTS=simulated\n"
            f"ADMITONE_DATABASE_URL={servers.url('admitone', APP)}\nADMITONE_REDIS_URL={servers.redis_url}\n"
        )
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days",
             "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
             "-keyout", files["tls_key"], "-out", files["tls_certificate"]],
            check=True, capture_output=True,
        )  # fmt: skip
        for path in (*files.values(), *volumes.values()):
            os.chown(path, USER, USER)
        return Places(files, volumes)

    def _start(self, name: str, places: Places, mounts: Sequence[str] = (), *more: str) -> None:
        """Start a service; wait for the end of one that runs once."""
        service = self._with_free_ports(self.services[name])
        program, arguments = command_of(service)
        hosts = [f"--add-host={host}:127.0.0.1" for host in self.services]
        ends = name in ONE_SHOTS
        self._do(
            "run", "--name", f"{self._name}-{name}", "--network=host", *(["--rm"] if ends else ["--detach"]),
            *hosts, *run_options(service, places), *mounts, *more,
            *([f"--entrypoint={program}"] if program else []), service["image"], *arguments,
        )  # fmt: skip

    def _with_free_ports(self, value: Any) -> Any:
        if isinstance(value, str):
            for written, free in self._ports.items():
                value = value.replace(written, free)
            return value
        if isinstance(value, Mapping):
            return {name: self._with_free_ports(item) for name, item in value.items()}
        return [self._with_free_ports(item) for item in value] if isinstance(value, list) else value

    def _port(self, name: str) -> int:
        command = self._with_free_ports(self.services[name])["command"]
        return int(command[command.index("--port") + 1])

    def _wait(self, name: str, is_ready: Callable[[], bool]) -> None:
        deadline = time.monotonic() + WAIT_SECONDS_MAX
        while True:
            try:
                if is_ready():
                    return
            except httpx.TransportError as error:
                self._say(f"{name}: {error}")
            if time.monotonic() > deadline:
                raise RuntimeError(f"{name} is not ready:\n{self._do('logs', '--tail=20', f'{self._name}-{name}')}")
            time.sleep(0.5)

    def _check_confinement(self) -> None:
        for name in (*ROLES, "worker"):
            container = f"{self._name}-{name}"
            self._do("healthcheck", "run", container)
            assert self._do("exec", container, "id", "-u").strip() == str(USER)
            touched = subprocess.run(
                [*self._podman, "exec", container, "touch", "/opt/x"], capture_output=True, check=False
            )
            assert touched.returncode != 0, f"the root of {name} can be written"
        self._say("every container: healthy, not root, read-only root")

    async def _sell_one(self) -> None:
        container = f"{self._name}-catalogue"
        created = self._do("exec", container, "admitone", "organizer", "create", "--name", "Drill").split()[0]
        key = self._do(
            "exec", container, "admitone", "key", "create", "--organizer", created, "--role", "owner", "--name", "drill"
        ).split()[0]
        async with Organizer(self.address, key) as organizer, httpx.AsyncClient(base_url=self.address) as http:
            show = await organizer.show(hall=await organizer.plain_hall(2, 5))
            buyer = Buyer(http)
            held = await buyer.hold(show, best_available={"quantity": 1})
            paid = await buyer.confirm(held)
        assert paid.status_code == 200, f"{paid.status_code} {paid.text}"

    def _stop(self) -> None:
        names = [f"{self._name}-{name}" for name in ("gateway", *ROLES, "worker")]
        self._do("stop", "--time=60", *names)
        codes = self._do("inspect", "--format={{.State.ExitCode}}", *names).split()
        assert set(codes) == {"0"}, f"exit codes of {names}: {codes}"

    def _remove(self) -> None:
        names = [f"{self._name}-{name}" for name in ("gateway", "worker", *ROLES, *ONE_SHOTS)]
        subprocess.run([*self._podman, "rm", "--force", "--ignore", *names], capture_output=True, check=False)

    def _timed(self, what: str, do: Callable[[], None]) -> None:
        started = time.monotonic()
        do()
        self._say(f"{what}: {time.monotonic() - started:.1f} s")

    def _do(self, *arguments: str) -> str:
        ended = subprocess.run([*self._podman, *arguments], capture_output=True, text=True, check=False)
        if ended.returncode != 0:
            raise RuntimeError(f"podman {' '.join(arguments)}\n{ended.stdout}{ended.stderr}")
        return ended.stdout


class Servers:
    """PostgreSQL and Valkey, whose sockets any user of this machine can use."""

    def __init__(self, postgresql: PostgreSQL, redis: RedisServer) -> None:
        self.url = postgresql.url
        self.redis_url = redis.url(0)
        sockets = redis.socket.parent
        for path in (postgresql.socket, redis.socket):
            path.chmod(0o777)
        sockets.chmod(0o755)
        self.mounts = [f"--volume={sockets}:{sockets}"]


@contextmanager
def run_servers(path: Path) -> Iterator[Servers]:
    """Start both servers with an empty database `admitone`, and stop them at the end."""
    path.mkdir()
    identity = choose_identity(path)
    with hold_data_folder(path, identity) as folder, ExitStack() as stack:
        binaries = make_readable(find_binaries(os.environ), folder.path / "runtime", identity)
        redis = RedisServer(binaries.redis, folder, identity)
        postgresql = PostgreSQL(binaries.postgres_folder, folder, identity)
        postgresql.prepare()
        for server in (redis, postgresql):
            child = server.spawn()
            stack.callback(child.stop)
            wait_until_ready(child, server.answers)
        postgresql.create_database("admitone")
        give_to_owner(postgresql.url("admitone"))
        yield Servers(postgresql, redis)


def free_ports(count: int) -> list[int]:
    listeners = [listen_on("127.0.0.1", 0) for _ in range(count)]
    ports = [listener.getsockname()[1] for listener in listeners]
    for listener in listeners:
        listener.close()
    return ports


def try_image(podman: Sequence[str], image: str, nginx: str, say: Say) -> None:
    folder = Path(tempfile.mkdtemp(prefix="admitone-drill-"))
    folder.chmod(0o711)
    try:
        Drill(podman, image, nginx, folder, say).run()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
