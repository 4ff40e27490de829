"""Run the whole product on servers that only one test uses and may break: a PostgreSQL on a disk of a few megabytes,
behind a proxy that cuts connections, and a Redis."""

from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psycopg

from admitone.embedded.data_folder import DataFolder
from admitone.embedded.postgresql import PostgreSQL
from admitone.embedded.postgresql_roles import OWNER, give_to_owner, grant_rights
from admitone.embedded.privileges import Identity
from admitone.embedded.readiness import wait_until_ready
from admitone.embedded.redis_server import RedisServer
from admitone.runtime.migrations import migrate
from tests.races.faults.postgres_proxy import PostgresProxy
from tests.races.faults.small_disk import can_mount, on_small_disk
from tests.running import Stack, run_another_booking_role, run_stack
from tests.server_folder import open_server_folder
from tests.servers import FAST_SETTINGS, REDIS_DATABASES, TEMPLATE, ServerUrls

DISK_MEGABYTES = 96
SOCKET_NAME = ".s.PGSQL.5432"


@dataclass(frozen=True)
class Fragile:
    """`stack` reaches PostgreSQL through `proxy`; `direct_url` is the same database without it."""

    stack: Stack
    proxy: PostgresProxy
    direct_url: str
    folder: Path
    disk: Path | None
    """The folder of the database, as the server sees it; None if this user cannot mount a disk here."""

    @contextmanager
    def full_disk(self) -> Iterator[None]:
        """Fill the database's disk to the last block. The server's process fills it: no other process sees it."""
        assert self.disk is not None
        ballast = self.disk / "ballast"
        with psycopg.connect(self.direct_url, autocommit=True) as conn:
            conn.execute(_on_the_server(f"cat /dev/zero > {ballast} 2>/dev/null || true"))
            try:
                yield
            finally:
                conn.execute(_on_the_server(f"rm {ballast}"))

    @asynccontextmanager
    async def another_booking_role(self) -> AsyncIterator[httpx.AsyncClient]:
        """Run a second booking role beside the stack's, directly on the database, as on another machine."""
        async with run_another_booking_role(self.stack, self.direct_url, self.folder) as http:
            yield http


@asynccontextmanager
async def run_fragile() -> AsyncIterator[Fragile]:
    """Start servers, proxy and every role; takes about seven seconds."""
    with ExitStack() as closing:
        folder, identity, binaries = closing.enter_context(open_server_folder("fragile"))
        redis = RedisServer(binaries.redis, folder, identity, databases=REDIS_DATABASES, durable=False)
        redis_child = redis.spawn()
        closing.callback(redis_child.stop)
        disk = folder.server_folder("disk", identity)
        small = on_small_disk(identity, disk, DISK_MEGABYTES)
        is_small = can_mount(small)
        postgresql = _postgresql(closing, binaries.postgres_folder, folder, small if is_small else identity, disk)
        wait_until_ready(redis_child, redis.answers)
        near = folder.path / "near"
        near.mkdir()
        proxy = PostgresProxy(near, folder.sockets / SOCKET_NAME)
        closing.callback(proxy.stop)
        urls = ServerUrls(postgresql.url("postgres").replace(str(folder.sockets), str(near)), redis.url(0))
        async with run_stack(urls, 0, {"ADMITONE_HANG_SECONDS": "600"}) as stack:  # tests stop roles for longer
            direct_url = stack.database_url.replace(str(near), str(folder.sockets))
            yield Fragile(stack, proxy, direct_url, folder.path, disk if is_small else None)


def _on_the_server(command: str) -> bytes:
    return f"copy (select '') to program '{command}'".encode()


def _postgresql(closing: ExitStack, programs: Path, folder: DataFolder, identity: Identity, disk: Path) -> PostgreSQL:
    postgresql = PostgreSQL(programs, folder, identity, FAST_SETTINGS)
    postgresql.prepare()
    child = postgresql.spawn()
    closing.callback(child.stop)
    wait_until_ready(child, postgresql.answers)
    with psycopg.connect(postgresql.url("postgres"), autocommit=True) as conn:
        conn.execute(f"create tablespace small location '{disk}'".encode())
        conn.execute(f"create database {TEMPLATE} tablespace small".encode())
    give_to_owner(postgresql.url(TEMPLATE))
    migrate(postgresql.url(TEMPLATE, OWNER))
    grant_rights(postgresql.url(TEMPLATE))
    return postgresql
