"""PostgreSQL as a child process: sockets only, durable (fsync and synchronous commit are on), tuned for a laptop."""

import shutil
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from admitone.embedded.child import Child, Program
from admitone.embedded.data_folder import DataFolder
from admitone.embedded.privileges import Identity
from admitone.embedded.stale_lock import await_orphan, remove_stale_locks
from admitone.embedded.startup_error import StartupError

STOP_SECONDS_MAX = 20.0
INITDB_SECONDS_MAX = 120.0

SETTINGS: Mapping[str, str] = {
    # Only this folder's owner can reach the socket; the server does not listen on TCP.
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "wal_compression": "on",
    "random_page_cost": "1.1",
    # Statements are short and prepared: JIT compilation and parallel plans over 2 cores cost more than they save.
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    # A container's /dev/shm has 64 MB.
    "dynamic_shared_memory_type": "mmap",
    # A fifth of the default pace: the vacuum after a rush must not slow down the rest of the rush.
    "autovacuum_vacuum_cost_delay": "10ms",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
    "log_min_duration_statement": "1000",
    # Buyers' names and addresses are parameters of statements, and appear in the DETAIL of errors ("Key (email)=(…)").
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_error_verbosity": "terse",
}


class PostgreSQL:
    """One cluster in `DATA/postgresql`, reachable at `url()`."""

    name = "PostgreSQL"
    restart_seconds_max = 15.0

    def __init__(
        self, programs: Path, folder: DataFolder, identity: Identity, settings: Mapping[str, str] | None = None
    ) -> None:
        self._programs = programs
        self._folder = folder
        self._identity = identity
        self._settings = {**SETTINGS, **(settings or {})}
        self._home = folder.server_folder("postgresql", identity)
        self._log = folder.path / "logs" / "postgresql.log"
        self.data = self._home / f"data-{_major_version(programs)}"

    @property
    def socket(self) -> Path:
        return self._folder.sockets / ".s.PGSQL.5432"

    def url(self, database: str = "admitone", role: str = "postgres") -> str:
        """Return a libpq URI, the superuser's by default; the socket folder is percent-encoded."""
        return f"postgresql://{role}@/{database}?host={quote(str(self._folder.sockets), safe='/')}"

    def prepare(self) -> bool:
        """Create the cluster if missing, in about half a second; return whether it was created."""
        if self.data.exists():
            return False
        if others := sorted(self._home.glob("data-*")):
            raise StartupError(
                f"{others[-1]} was created by another major version of PostgreSQL than {self.data.name[5:]}. Dump it "
                "with that version and restore it here, or choose an empty folder with --data."
            )
        # A killed first start would leave a partial cluster: create it under another name and rename it when complete.
        partial = self._home / "partial"
        shutil.rmtree(partial, ignore_errors=True)
        Child(self._initdb(partial)).wait(INITDB_SECONDS_MAX)
        if not (partial / "PG_VERSION").exists():
            raise StartupError(f"PostgreSQL's data could not be created; the reason is in {self._log}.")
        partial.rename(self.data)
        return True

    def spawn(self) -> Child:
        """Start the server; it accepts connections after `wait_ready`."""
        await_orphan(self.data, STOP_SECONDS_MAX)
        remove_stale_locks(self.data, self._folder.sockets)
        settings = {"unix_socket_directories": f'"{self._folder.sockets}"', **self._settings}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return Child(
            Program(
                name=self.name,
                arguments=[str(self._programs / "postgres"), "-D", str(self.data), *options],
                log=self._log,
                identity=self._identity,
                # SIGINT is the fast shutdown: it ends sessions; committed transactions are flushed.
                stop_signal=signal.SIGINT,
                death_signal=signal.SIGINT,
                stop_seconds_max=STOP_SECONDS_MAX,
            )
        )

    def answers(self) -> bool:
        try:
            with psycopg.connect(self.url("postgres"), connect_timeout=2) as conn:
                return conn.execute("select 1").fetchone() == (1,)
        except psycopg.OperationalError:
            return False

    def create_database(self, name: str = "admitone", *, template: str | None = None) -> None:
        """Create a database unless one of that name exists."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as conn:
            if conn.execute("select 1 from pg_database where datname = %s", [name]).fetchone() is None:
                source = sql.SQL(" template {}").format(sql.Identifier(template)) if template else None
                conn.execute(sql.SQL("create database {}{}").format(sql.Identifier(name), source or sql.SQL("")))

    def _initdb(self, target: Path) -> Program:
        return Program(
            name="initdb",
            arguments=[
                str(self._programs / "initdb"),
                f"--pgdata={target}",
                "--username=postgres",
                "--auth-local=trust",  # inside a folder that only its owner can enter
                "--auth-host=reject",
                "--encoding=UTF8",
                # The same everywhere: a fresh machine has no other locale. The app computes the keys that sort words.
                *_locale_options(self._programs),
            ],
            log=self._log,
            identity=self._identity,
        )


def _locale_options(programs: Path) -> list[str]:
    if int(_major_version(programs)) >= 17:  # the first version with a built-in locale provider
        return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    return ["--locale=C.UTF-8"]


def _major_version(programs: Path) -> str:
    # "postgres (PostgreSQL) 18.6 (Debian …)"
    answer = subprocess.run([programs / "postgres", "--version"], check=True, capture_output=True, text=True).stdout
    return answer.split(")", 1)[1].split()[0].split(".")[0]
