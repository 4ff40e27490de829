"""Servers that can fail over: PostgreSQL with a synchronous replica, Redis with a replica and three Sentinels.

Every server is a child of this process and ends with it. It listens on the loopback interface or in its folder.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
from redis import Redis
from redis.exceptions import RedisError

from admitone.embedded.binaries import Binaries, find_binaries, make_readable
from admitone.embedded.child import Child, Program
from admitone.embedded.data_folder import DataFolder, hold_data_folder
from admitone.embedded.postgresql import PostgreSQL
from admitone.embedded.postgresql_roles import OWNER, give_to_owner, grant_rights
from admitone.embedded.privileges import Identity, choose_identity
from admitone.embedded.readiness import wait_until_ready
from admitone.runtime.migrations import migrate
from tests.free_ports import free_ports
from tests.servers import TEMPLATE, ServerUrls

SERVICE = "seats"
SENTINELS = 3
POSTGRESQL_SETTINGS = {"hot_standby": "on"}


@dataclass(frozen=True)
class ReplicatedUrls(ServerUrls):
    """`postgres` names both hosts; `redis` names the Sentinels and the service."""

    def redis_url(self, number: int) -> str:
        return f"{self.redis}/{number}"


@dataclass(frozen=True)
class Replicated:
    """The servers, `[0]` the first primary and `[1]` its replica."""

    urls: ReplicatedUrls
    postgresql: tuple[Child, Child]
    standby_url: str
    redis: tuple[Child, Child]
    redis_ports: tuple[int, int]
    programs: Path
    """PostgreSQL's."""

    @contextmanager
    def receiving_wal(self) -> Iterator[None]:
        """Receive WAL from the second host as a backup server does; yield when PostgreSQL knows the receiver."""
        program = [str(self.programs / "pg_receivewal"), "--no-loop", "--no-sync", "--dbname", self.standby_url]
        with tempfile.TemporaryDirectory() as folder, psycopg.connect(self.standby_url, autocommit=True) as conn:
            process = subprocess.Popen([*program, "--directory", folder])
            try:
                while not conn.execute("select from pg_stat_replication where state = 'streaming'").fetchall():
                    assert process.poll() is None, "the receiver ended"
                yield
            finally:
                process.terminate()
                process.wait(60)

    def kill_postgresql(self) -> None:
        """Kill the primary as a crash does, and make the replica the primary, as a failover manager does."""
        self.postgresql[0].kill()
        with psycopg.connect(self.standby_url, autocommit=True) as conn:
            conn.execute("select pg_promote()")

    def kill_redis(self) -> None:
        """Kill the primary as a crash does; the Sentinels choose the other."""
        self.redis[0].kill()

    def primary_of_redis(self) -> int:
        """Return the port of the server that is the primary now, or 0 while none is."""
        for port in self.redis_ports:
            try:
                with Redis(port=port, socket_timeout=1, socket_connect_timeout=1) as client:
                    if client.info("replication")["role"] == "master":
                        return port
            except RedisError:
                continue
        return 0


@contextmanager
def run_replicated() -> Iterator[Replicated]:
    """Start all servers in temporary folders, migrate the template, yield when the replicas follow."""
    with ExitStack() as closing:
        paths = [Path(tempfile.mkdtemp(prefix="admitone-failover-")) for _ in range(2)]
        for path in paths:
            closing.callback(shutil.rmtree, path, ignore_errors=True)
        identity = choose_identity(paths[0])
        folders = [closing.enter_context(hold_data_folder(path, identity)) for path in paths]
        binaries = make_readable(find_binaries(os.environ), folders[0].path / "runtime", identity)
        ports = free_ports(2 + SENTINELS)
        redis = _run_redis(closing, binaries, folders, identity, ports[:2])
        _run_sentinels(closing, binaries, folders[0], identity, ports)
        primary, standby = _run_postgresql(closing, binaries, folders, identity)
        hosts = ",".join(quote(str(folder.sockets), safe="/") for folder in folders)
        sentinels = ",".join(f"127.0.0.1:{port}" for port in ports[2:])
        urls = ReplicatedUrls(
            postgres=f"postgresql://postgres@/postgres?host={hosts}&target_session_attrs=read-write",
            redis=f"redis+sentinel://{sentinels}/{SERVICE}",
        )
        yield Replicated(
            urls,
            (primary[1], standby[1]),
            standby[0].url("postgres"),
            redis,
            (ports[0], ports[1]),
            binaries.postgres_folder,
        )


def _run_postgresql(
    closing: ExitStack, binaries: Binaries, folders: list[DataFolder], identity: Identity
) -> tuple[tuple[PostgreSQL, Child], tuple[PostgreSQL, Child]]:
    synchronous = {"synchronous_standby_names": "*"}
    primary = PostgreSQL(binaries.postgres_folder, folders[0], identity, POSTGRESQL_SETTINGS)
    primary.prepare()
    child = primary.spawn()
    wait_until_ready(child, primary.answers)
    _migrate_template(primary)
    replica = PostgreSQL(binaries.postgres_folder, folders[1], identity, POSTGRESQL_SETTINGS)
    _copy(binaries.postgres_folder, folders[0], replica.data, identity)
    child.stop()
    first = PostgreSQL(binaries.postgres_folder, folders[0], identity, {**POSTGRESQL_SETTINGS, **synchronous}).spawn()
    closing.callback(first.stop)
    wait_until_ready(first, primary.answers)
    second = replica.spawn()
    closing.callback(second.stop)
    wait_until_ready(second, replica.answers)
    wait_until_ready(second, lambda: _follows(primary))
    return (primary, first), (replica, second)


def _migrate_template(postgresql: PostgreSQL) -> None:
    postgresql.create_database(TEMPLATE)
    give_to_owner(postgresql.url(TEMPLATE))
    migrate(postgresql.url(TEMPLATE, OWNER))
    grant_rights(postgresql.url(TEMPLATE))


def _copy(programs: Path, source: DataFolder, target: Path, identity: Identity) -> None:
    """Make a replica's data folder; `-R` writes where it follows."""
    arguments = [str(programs / "pg_basebackup"), "-h", str(source.sockets), "-U", "postgres", "-D", str(target)]
    subprocess.run([*arguments, "-R", "-c", "fast", "--no-sync"], check=True, preexec_fn=identity.become, cwd="/")


def _follows(primary: PostgreSQL) -> bool:
    with psycopg.connect(primary.url("postgres")) as conn:
        return conn.execute("select count(*) from pg_stat_replication where sync_state = 'sync'").fetchone() == (1,)


def _run_redis(
    closing: ExitStack, binaries: Binaries, folders: list[DataFolder], identity: Identity, ports: list[int]
) -> tuple[Child, Child]:
    children = []
    for at, (folder, port) in enumerate(zip(folders, ports, strict=True)):
        options = ["--bind", "127.0.0.1", "--port", str(port), "--save", "", "--databases", "64"]
        follow = ["--replicaof", f"127.0.0.1 {ports[0]}", "--repl-diskless-sync-delay", "0"] if at else []
        home = folder.server_folder("redis", identity)
        child = Child(
            Program(
                name=f"Redis {at}",
                arguments=[str(binaries.redis), *options, "--dir", str(home), *follow],
                log=folder.path / "logs" / "redis.log",
                identity=identity,
            )
        )
        closing.callback(child.stop)
        children.append(child)
    wait_until_ready(children[1], lambda: _link_is_up(ports[1]))
    return children[0], children[1]


def _link_is_up(port: int) -> bool:
    try:
        with Redis(port=port, socket_timeout=1, socket_connect_timeout=1) as client:
            return bool(client.info("replication")["master_link_status"] == "up")
    except RedisError:
        return False


def _run_sentinels(
    closing: ExitStack, binaries: Binaries, folder: DataFolder, identity: Identity, ports: list[int]
) -> None:
    home = folder.server_folder("sentinel", identity)
    for port in ports[2:]:
        settings = home / f"{port}.conf"  # a Sentinel writes what it learns into its file
        settings.write_text(
            f"port {port}\nbind 127.0.0.1\ndir {home}\n"
            f"sentinel monitor {SERVICE} 127.0.0.1 {ports[0]} 2\n"
            f"sentinel down-after-milliseconds {SERVICE} 3000\n"
            f"sentinel failover-timeout {SERVICE} 6000\n"
        )
        os.chown(settings, *identity.owner)
        child = Child(
            Program(
                name=f"Sentinel {port}",
                arguments=[str(binaries.redis), str(settings), "--sentinel"],
                log=folder.path / "logs" / f"sentinel-{port}.log",
                identity=identity,
            )
        )
        closing.callback(child.stop)
        wait_until_ready(child, lambda port=port: _sees_all(port))  # type: ignore[misc]


def _sees_all(port: int) -> bool:
    try:
        with Redis(port=port, socket_timeout=1, socket_connect_timeout=1) as client:
            return bool(client.execute_command("SENTINEL", "MASTERS"))
    except RedisError:
        return False
