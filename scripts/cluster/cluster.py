"""The whole cluster: eleven hosts, started in order, and questions about their state."""

import argparse
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psycopg
from scripts.cluster import engines, product, search
from scripts.cluster.certificates import write_certificate
from scripts.cluster.host import Host
from scripts.cluster.namespaces import cluster_folder, create_bridge

from admitone.embedded.postgresql_roles import give_to_owner, grant_rights

READY_SECONDS_MAX = 180.0
POLL_SECONDS = 0.1
REDIS_FORMS = ("sentinel", "cluster")


@dataclass(frozen=True)
class Forms:
    """Which form of an engine the cluster has: one of `REDIS_FORMS`, and one of `search.FORMS`."""

    redis: str = "sentinel"
    search: str = "embedded"


class Cluster:
    """Two gateways, three hosts of applications, three of PostgreSQL with etcd, three of Redis with Sentinels.

    With OpenSearch, each host of applications has a node of it.
    """

    def __init__(self, folder: Path, *, public_url: str, forms: Forms) -> None:
        self.forms = forms
        self.folder = folder

        def hosts(name: str, count: int, number: int) -> list[Host]:
            return [Host(f"{name}{at + 1}", number + at, folder) for at in range(count)]

        self.gateways = hosts("gateway", 2, 11)
        self.applications = hosts("app", 3, 21)
        self.databases = hosts("db", 3, 31)
        self.caches = hosts("redis", 3, 41)
        self.public_url = public_url
        self.settings = product.settings(
            product.database_url(self.databases),
            product.redis_url(self.caches, forms.redis),
            search.url(self.search_hosts),
            public_url,
            self.gateways,
        )
        self.api_key = ""
        self.certificates: list[tuple[Path, Path]] = []
        """Each with its key: the one in use at the start, and one to replace it."""

    @property
    def hosts(self) -> list[Host]:
        return [*self.gateways, *self.applications, *self.databases, *self.caches]

    @property
    def search_hosts(self) -> list[Host]:
        """Return the hosts of OpenSearch; none with the embedded index."""
        return self.applications if self.forms.search == "opensearch" else []

    @property
    def admin_url(self) -> str:
        """Return the database's URL of its superuser."""
        return product.database_url(self.databases, "postgres")

    def start(self, say: Callable[[str], None]) -> None:
        """Start everything; return when every host is ready. Raises `TimeoutError` that names what is not."""
        say("etcd, Patroni and Redis start")
        engines.run_etcd(self.databases)
        engines.run_patroni(self.databases)
        if self.forms.redis == "cluster":
            engines.run_redis_cluster(self.caches)
        else:
            engines.run_redis(self.caches)
        search.run_opensearch(self.search_hosts)
        self.wait_until("PostgreSQL has a primary and two replicas", self.databases_follow)
        self.wait_until("Redis has a primary and a replica", self.redis_follows)
        self.wait_until("OpenSearch is green", self.search_is_whole)
        say("the database is created")
        self._create_database()
        say("the roles and the gateways start")
        for host in self.applications:
            product.run_roles(host, self.settings)
        self.certificates = [self._make_certificate(serial) for serial in (1, 2)]
        for host in self.gateways:
            product.use_certificate(host, self.certificates[0])
            product.run_gateway(host, self.applications, self.public_url, is_first=host is self.gateways[0])
        self.wait_until("every role is ready on every host", self.roles_are_ready)
        self.wait_until("the gateway answers at the virtual address", self.answers, 30.0)
        owner = product.admitone(self.settings, "organizer", "create", "--name", "Cluster").splitlines()[0]
        key = ("key", "create", "--organizer", owner, "--role", "owner", "--name", "cluster")
        self.api_key = product.admitone(self.settings, *key)

    def _make_certificate(self, serial: int) -> tuple[Path, Path]:
        """Make a certificate of the virtual address, and its key; clients trust those that `trusted` has."""
        files = write_certificate(self.folder, product.VIRTUAL_ADDRESS, serial)
        with self.trusted.open("ab") as trusted:
            trusted.write(files[0].read_bytes())
        return files

    @property
    def trusted(self) -> Path:
        return self.folder / "trusted.pem"

    def _create_database(self) -> None:
        with psycopg.connect(self.admin_url.replace("/admitone?", "/postgres?"), autocommit=True) as conn:
            conn.execute("create database admitone")
        give_to_owner(self.admin_url)
        owner = {**self.settings, "ADMITONE_DATABASE_URL": product.database_url(self.databases, product.OWNER)}
        product.admitone(owner, "migrate")
        grant_rights(self.admin_url)

    def databases_follow(self) -> bool:
        primary = engines.primary_of(self.databases)
        if primary is None:
            return False
        return list(engines.followers_of(primary).values()) == ["quorum", "quorum"]

    def redis_follows(self) -> bool:
        if self.forms.redis == "cluster":
            return engines.redis_cluster_is_whole(self.caches)
        primary = engines.primary_of_redis(self.caches)
        return primary is not None and engines.redis_replication(primary).get("connected_slaves") == 1

    def search_is_whole(self) -> bool:
        return not self.search_hosts or search.is_whole(self.search_hosts)

    def wait_until_whole(self) -> None:
        """Return when every host does its part again, after a repair."""
        self.wait_until("PostgreSQL has a primary and two replicas", self.databases_follow)
        self.wait_until("Redis has a primary and a replica", self.redis_follows)
        if self.forms.redis == "cluster":
            engines.spread_redis_primaries(self.caches)
            self.wait_until("each host has one primary", lambda: engines.redis_cluster_is_spread(self.caches))
        self.wait_until("OpenSearch is green", self.search_is_whole)
        self.wait_until("every role is ready on every host", self.roles_are_ready)

    def roles_are_ready(self) -> bool:
        return all(self.is_ready(host, port) for host in self.applications for _, port in product.PROCESSES.values())

    @staticmethod
    def is_ready(host: Host, port: int) -> bool:
        return _answers(f"http://{host.address}:{port}/readyz")

    def answers(self) -> bool:
        url = httpx.URL(self.public_url)
        return _answers(f"{url.scheme}://{product.VIRTUAL_ADDRESS}/readyz", url.netloc.decode())

    def active_gateway(self) -> Host:
        """Return the gateway that has the virtual address."""
        for host in self.gateways:
            listed = subprocess.run(
                ["ip", "-netns", host.name, "-brief", "address"], check=True, stdout=subprocess.PIPE, text=True
            )
            if f"{product.VIRTUAL_ADDRESS}/" in listed.stdout:
                return host
        raise AssertionError("no gateway has the virtual address")

    def wait_until(self, what: str, condition: Callable[[], bool], seconds: float = READY_SECONDS_MAX) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                raise TimeoutError(f"after {seconds:.0f} s it is not so: {what}")
            time.sleep(POLL_SECONDS)

    def end(self) -> None:
        """Kill every process of every host."""
        for host in self.hosts:
            host.kill()


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--redis", choices=REDIS_FORMS, default="sentinel", help="a primary and a replica, or a cluster"
    )
    parser.add_argument(
        "--search", choices=search.FORMS, default="embedded", help="an index on each host, or three nodes"
    )


def read_forms(arguments: argparse.Namespace) -> Forms:
    """Return what the options name. Exits if a program of theirs is missing."""
    if arguments.search == "opensearch":
        search.fetch_program()
    return Forms(arguments.redis, arguments.search)


@contextmanager
def run_cluster(
    say: Callable[[str], None], *, public_url: str, forms: Forms, logs: Path | None = None
) -> Iterator[Cluster]:
    """Start the cluster in the namespaces that `enter` made; end it with the context.

    `logs` is the folder that gets the logs of all hosts at the end.
    """
    with cluster_folder() as folder:
        create_bridge()
        cluster = Cluster(folder, public_url=public_url, forms=forms)
        try:
            cluster.start(say)
            yield cluster
        finally:
            cluster.end()
            if logs is not None:
                for log in folder.glob("*/*.log"):
                    kept = logs / log.parent.name / log.name
                    kept.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(log, kept)


def _answers(url: str, host: str | None = None) -> bool:
    try:
        headers = {"Host": host} if host else {}
        return httpx.get(url, timeout=2.0, headers=headers, verify=False).status_code == 200  # noqa: S501 - its own
    except httpx.HTTPError:
        return False
