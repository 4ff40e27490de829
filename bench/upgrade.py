"""`./run bench upgrade --from REVISION [--json FILE]`: upgrade an installation in the middle of a sale.

Takes the program of an earlier revision out of git, and runs it on a database that it has migrated itself. Buyers buy
all the time. Then, as docs/how-to/run_in_production.md#release says, the new program migrates the database while the
old one sells; a new process starts beside the old one, and both sell the same events; the old one stops.

Both programs run with the packages of this checkout. Prints the sales and the failed calls of each phase, and whether
the invariants hold over all of them.
"""

import argparse
import asyncio
import json
import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from admitone.embedded.binaries import find_binaries, make_readable
from admitone.embedded.data_folder import hold_data_folder
from admitone.embedded.http_probe import answers_at
from admitone.embedded.postgresql import PostgreSQL
from admitone.embedded.postgresql_roles import APP, OWNER, give_to_owner, grant_rights
from admitone.embedded.privileges import choose_identity
from admitone.embedded.readiness import wait_until_ready
from admitone.embedded.redis_server import RedisServer
from admitone.testing.history import History
from admitone.testing.invariants import check_invariants
from admitone.testing.organizer import Organizer, Show
from bench.fault_load import Load
from bench.figures import occasion

OLD_PORT, NEW_PORT = 8471, 8472
EVENTS, PLACES, BUYERS = 4, 5_000, 4
PHASE_SECONDS = 5.0
START_SECONDS_MAX = 120.0
DATABASE = "admitone"
ROOT = Path(__file__).parents[1]
NEW = ROOT / "src"


class Version:
    """A program of one revision: its commands, and one process of all roles with a worker beside it."""

    def __init__(self, source: Path, environment: Mapping[str, str], roles: tuple[str, ...], port: int) -> None:
        self._environment = {**os.environ, **environment, "PYTHONPATH": str(source)}
        self._roles, self.port = roles, port
        self._processes: list[subprocess.Popen[bytes]] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def command(self, *words: str, **environment: str) -> str:
        program = [sys.executable, "-m", "admitone", *words]
        settings = {**self._environment, **environment}
        return subprocess.run(
            program, env=settings, cwd="/", check=True, stdout=subprocess.PIPE, text=True
        ).stdout.strip()

    async def start(self, log: Path) -> None:
        for words in (["serve", *self._roles, "--port", str(self.port)], ["worker"]):
            with log.open("ab") as output:
                program = [sys.executable, "-m", "admitone", *words]
                self._processes.append(
                    subprocess.Popen(program, env=self._environment, cwd="/", stdout=output, stderr=output)
                )
        async with asyncio.timeout(START_SECONDS_MAX):
            while not await asyncio.to_thread(answers_at, "127.0.0.1", self.port):
                assert self._processes[0].poll() is None, log.read_text()
                await asyncio.sleep(0.1)

    def stop(self) -> None:
        """Stop in order: requests in progress are answered."""
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            process.wait()
        self._processes.clear()


def check_out(revision: str, folder: Path) -> Path:
    """Write the program of a revision; return its source folder."""
    archive = subprocess.run(["git", "-C", str(ROOT), "archive", revision, "src"], check=True, stdout=subprocess.PIPE)
    subprocess.run(["tar", "-x", "-C", str(folder)], input=archive.stdout, check=True)
    return folder / "src"


@contextmanager
def run_engines(path: Path) -> Iterator[tuple[PostgreSQL, RedisServer]]:
    identity = choose_identity(path)
    with hold_data_folder(path, identity) as folder:
        binaries = make_readable(find_binaries(os.environ), folder.path / "runtime", identity)
        redis = RedisServer(binaries.redis, folder, identity)
        postgresql = PostgreSQL(binaries.postgres_folder, folder, identity)
        redis_child = redis.spawn()
        try:
            postgresql.prepare()
            postgresql_child = postgresql.spawn()
            try:
                wait_until_ready(redis_child, redis.answers)
                wait_until_ready(postgresql_child, postgresql.answers)
                postgresql.create_database(DATABASE)
                give_to_owner(postgresql.url(DATABASE))
                yield postgresql, redis
            finally:
                postgresql_child.stop()
        finally:
            redis_child.stop()


@asynccontextmanager
async def selling(loads: list[Load]) -> AsyncIterator[None]:
    """Sell by all loads for the block, and for a while after it."""
    if not loads:
        yield
        return
    async with loads[0].running(), selling(loads[1:]):
        yield


async def drill(revision: str, path: Path) -> dict[str, Any]:
    with run_engines(path / "data") as (postgresql, redis):
        settings = {
            "ADMITONE_DATABASE_URL": postgresql.url(DATABASE, APP),
            "ADMITONE_REDIS_URL": redis.url(),
            "ADMITONE_SECRET_KEY": secrets.token_hex(32),
            "ADMITONE_PAYMENTS": "simulated",
            "ADMITONE_DATA_DIR": str(path),
        }
        as_owner = {"ADMITONE_DATABASE_URL": postgresql.url(DATABASE, OWNER)}
        old = Version(check_out(revision, path), settings, ("catalogue", "booking", "live", "pages"), OLD_PORT)
        new = Version(NEW, settings, ("catalogue", "booking", "live", "pages", "console"), NEW_PORT)
        old.command("migrate", **as_owner)
        grant_rights(postgresql.url(DATABASE))
        owner = old.command("organizer", "create", "--name", "Cluster").split()[0]
        key = old.command("key", "create", "--organizer", owner, "--role", "owner", "--name", "drill").split()[-1]
        try:
            await old.start(path / "old.log")
            async with Organizer(old.address, key) as organizer:
                shows = [await organizer.show(standing=PLACES, hold_seconds=60) for _ in range(EVENTS)]
            return await upgrade(old, new, shows, postgresql, as_owner, path)
        finally:
            old.stop()
            new.stop()


async def upgrade(
    old: Version, new: Version, shows: list[Show], postgresql: PostgreSQL, as_owner: Mapping[str, str], path: Path
) -> dict[str, Any]:
    """Go through the phases; return the figures of each."""
    phases: dict[str, Any] = {}
    loads: list[Load] = []

    async def sell(name: str, versions: list[Version], then: Any = None) -> None:
        own = [Load(version.address, *shows, buyers=BUYERS) for version in versions]
        loads.extend(own)
        async with selling(own):
            await asyncio.sleep(PHASE_SECONDS)
            if then is not None:
                await asyncio.to_thread(then)
                await asyncio.sleep(PHASE_SECONDS)
        phases[name] = {
            "sales": [len(load.sold_at) for load in own],
            "failures": sorted({what for load in own for _, what in load.failed_at}),
        }

    def migrate() -> None:
        new.command("migrate", **as_owner)
        grant_rights(postgresql.url(DATABASE))

    await sell("old", [old])
    await sell("old, while the new one migrates", [old], migrate)
    await new.start(path / "new.log")
    await sell("old and new", [old, new])
    await asyncio.to_thread(old.stop)
    await sell("new", [new])
    history = History()
    for load in loads:
        history.calls.extend(load.history.calls)
    broken: list[str] = []
    try:
        await check_invariants(new.address, postgresql.url(DATABASE), shows, history)
    except AssertionError as error:
        broken = str(error).splitlines()
    return {"phases": phases, "defects": find_defects(path), "invariants_broken": broken}


def find_defects(path: Path) -> list[str]:
    """Return what each program logged as a defect, once each."""
    found = set()
    for log in (path / "old.log", path / "new.log"):
        for line in log.read_text("utf-8", "replace").splitlines():
            if '"event": "defect"' in line:
                found.add(f"{log.stem}: {json.loads(line).get('exception', '').splitlines()[-1]}")
    return sorted(found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--from", dest="revision", required=True, help="a revision of git: the program that runs first")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="admitone-upgrade-") as folder:
        Path(folder).chmod(0o755)
        report = asyncio.run(drill(arguments.revision, Path(folder)))
    for name, phase in report["phases"].items():
        print(f"  {name:34} sales {phase['sales']}   {', '.join(phase['failures']) or '–'}")
    if arguments.json:
        arguments.json.write_text(json.dumps({**occasion(), **report}, indent=2, ensure_ascii=False) + "\n")
    for fault in [*report["defects"][:20], *report["invariants_broken"][:20]]:
        print(f"  {fault}")
    if report["invariants_broken"]:
        sys.exit("  not every invariant holds")


if __name__ == "__main__":
    main()
