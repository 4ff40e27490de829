"""`./run bench restore --barman PROGRAM [--json FILE]`: back up during a sale, destroy the machine, restore to another.

Runs the drill of `docs/runbook/restore_from_a_backup.md` twice, on the embedded stack as the demo starts it, with
Barman (`pip install barman`; it needs rsync): once with WAL that is streamed as it comes, once with commits that wait
for it. Eight buyers buy all the time. A base backup is made while they buy; then every process is killed and the data
folder deleted. The second machine gets the restored database and the secret, with an empty Redis and no search index.

Prints the acknowledged sales that are lost, the seconds from the loss to the first sale on the second machine, and
whether the invariants hold over all sales of both. A run takes about two minutes.
"""

import argparse
import asyncio
import getpass
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg

from admitone.embedded.binaries import find_binaries
from admitone.testing.demo_process import Demo, descendants
from admitone.testing.history import History, Outcome
from admitone.testing.invariants import check_invariants
from admitone.testing.organizer import Organizer, Show
from bench.fault_load import Load
from bench.faults import database_url
from bench.figures import occasion

PLACES, EVENTS = 20_000, 50
KEPT = ("secret_key", "sample.json")
"""Files of the data folder that an operator keeps beside the database's backup: settings, in production."""
LOST = "7: "
SALES_MIN = 100
"""Sales before the backup, and again after it."""
WAIT_SECONDS_MAX = 120.0
STEADY_SECONDS = 2.0
CONFIGURATION = """
[barman]
barman_home = {home}
barman_user = {user}
log_file = {home}.log
configuration_files_directory = {home}
path_prefix = {programs}

[admitone]
description = AdmitOne
conninfo = host={sockets} user=postgres dbname=postgres
streaming_conninfo = host={sockets} user=postgres dbname=postgres
backup_method = postgres
streaming_archiver = on
slot_name = barman
"""


class Barman:
    """Barman beside one demo, with a folder of its own that outlives the demo's."""

    def __init__(self, program: Path, home: Path, demo: Demo) -> None:
        home.mkdir()
        self._home = home
        self._settings = home.with_name("barman.conf")
        programs = find_binaries(os.environ).postgres_folder
        sockets, user = demo.data / "run", getpass.getuser()
        self._settings.write_text(CONFIGURATION.format(home=home, user=user, programs=programs, sockets=sockets))
        self._command = [str(program), "-q", "-c", str(self._settings)]

    def do(self, *arguments: str) -> None:
        """Run a command. Raises `subprocess.CalledProcessError`, after printing what Barman said."""
        try:
            subprocess.run(
                [*self._command, *arguments], check=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
            )
        except subprocess.CalledProcessError as error:
            print(error.output, file=sys.stderr)
            raise

    @contextmanager
    def receiving(self) -> Iterator[None]:
        """Receive WAL as PostgreSQL writes it, as `barman cron` does in production."""
        self.do("receive-wal", "--create-slot", "admitone")
        with self._home.with_name("receive-wal.log").open("wb") as log:
            process = subprocess.Popen([*self._command, "receive-wal", "admitone"], stdout=log, stderr=log)
        try:
            yield
        finally:
            process.terminate()
            process.wait(30)

    def restore(self, target: Path) -> None:
        """Restore the base backup with all received WAL, the unfinished segment included."""
        self.do("archive-wal", "admitone")
        self.do("restore", "admitone", "latest", str(target))
        (unfinished,) = (self._home / "admitone" / "streaming").glob("*.partial")
        shutil.copyfile(unfinished, target / "pg_wal" / unfinished.stem)
        with (target / "postgresql.auto.conf").open("a") as settings:
            # The backup has the first machine's setting: every commit would wait for a server that does not follow yet.
            settings.write("synchronous_standby_names = ''\n")


def wait_for_commits(demo: Demo) -> None:
    """Let commits wait until Barman has flushed them."""
    with psycopg.connect(database_url(demo), autocommit=True) as conn:
        conn.execute("alter system set synchronous_standby_names = 'barman_receive_wal'")
        conn.execute("select pg_reload_conf()")


def destroy(demo: Demo) -> None:
    """Kill every process at once, as a power cut does, and delete the disk."""
    os.kill(demo.pid, signal.SIGSTOP)  # or it restarts its parts, and ends them in order when it dies
    for pid, _ in list(descendants(demo.pid)):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    os.kill(demo.pid, signal.SIGKILL)
    demo.wait_for_end()
    shutil.rmtree(demo.data)


async def sell(load: Load, sales: int) -> None:
    """Wait until this many more sales were acknowledged."""
    before, deadline = len(load.sold_at), time.monotonic() + WAIT_SECONDS_MAX
    while len(load.sold_at) < before + sales:
        assert time.monotonic() < deadline, f"{len(load.sold_at) - before} sales only"
        await asyncio.sleep(0.05)


async def sell_until_the_loss(barman: Barman, demo: Demo, address: str) -> tuple[Load, Show, float]:
    """Sell, back up meanwhile, sell on, and lose the machine in the middle of it. The time is that of the loss."""
    key = json.loads((demo.data / "credentials.json").read_text())["organizer_api_key"]
    async with Organizer(address, key) as organizer:
        show = await organizer.show(standing=PLACES, hold_seconds=60)
    load = Load(address, show)
    async with load.running():
        await sell(load, SALES_MIN)
        await asyncio.to_thread(barman.do, "backup", "--immediate-checkpoint", "admitone")
        await sell(load, SALES_MIN)
        lost_at = time.monotonic()
        await asyncio.to_thread(destroy, demo)
    return load, show, lost_at


async def sell_again(address: str, show: Show) -> float:
    """Return when the first sale was acknowledged, after sales were steady."""
    load, began = Load(address, show), time.monotonic()
    async with load.running():
        while not load.is_steady(began, STEADY_SECONDS):
            assert time.monotonic() < began + WAIT_SECONDS_MAX, (
                f"no steady sale: {load.failures(began, time.monotonic())}"
            )
            await asyncio.sleep(0.05)
    return load.sold_at[0]


def count_lost(demo: Demo, history: History) -> int:
    """Return how many acknowledged sales the restored database lacks."""
    told = [call.booking_id for call in history.of("confirm", Outcome.OK)]
    with psycopg.connect(database_url(demo)) as conn:
        row = conn.execute(
            "select count(*) from booking.bookings where id = any(%s) and status = 'confirmed'", [told]
        ).fetchone()
    assert row is not None
    return len(told) - int(row[0])


def find_faults(address: str, demo: Demo, show: Show, history: History) -> list[str]:
    """Return the violations of invariants; lost sales (invariant 7) are among them."""
    try:
        asyncio.run(check_invariants(address, database_url(demo), [show], history))
    except AssertionError as error:
        return str(error).splitlines()
    return []


def measure(program: Path, folder: Path, *, commits_wait: bool) -> dict[str, Any]:
    """Run the drill once. `commits_wait`: for Barman, so that no acknowledged sale can be lost."""
    first = Demo(folder / "first", "--port", "0", "--events", str(EVENTS))
    try:
        address = first.wait_until_ready()
        first.wait_until_loaded()
        kept = {name: (first.data / name).read_bytes() for name in KEPT}
        (cluster,) = (first.data / "postgresql").iterdir()
        barman = Barman(program, folder / "barman", first)
        with barman.receiving():
            if commits_wait:
                wait_for_commits(first)
            load, show, lost_at = asyncio.run(sell_until_the_loss(barman, first, address))
    finally:
        first.end()
    data = folder / "second"
    (data / "postgresql").mkdir(parents=True)
    for name, content in kept.items():
        (data / name).write_bytes(content)
    barman.restore(data / "postgresql" / cluster.name)
    restored_at = time.monotonic()
    second = Demo(data, "--port", "0", "--events", str(EVENTS))
    try:
        address = second.wait_until_ready()
        sold_at = asyncio.run(sell_again(address, show))
        lost = count_lost(second, load.history)
        faults = find_faults(address, second, show, load.history)
    finally:
        second.end()
    return {
        "commits_wait": commits_wait,
        "sales_before_the_loss": len(load.sold_at),
        "sales_lost": lost,
        "seconds_to_restore": round(restored_at - lost_at, 1),
        "seconds_to_the_first_sale": round(sold_at - lost_at, 1),
        "invariants_broken": [fault for fault in faults if not fault.startswith(LOST)],
    }


def line(row: dict[str, Any]) -> str:
    waits = "commits wait for the backup server" if row["commits_wait"] else "WAL is streamed as it comes"
    broken = "; ".join(row["invariants_broken"]) or "all hold"
    return (
        f"  {waits:36} {row['sales_lost']:5} of {row['sales_before_the_loss']:5}"
        f" {row['seconds_to_restore']:9.1f} s {row['seconds_to_the_first_sale']:9.1f} s   {broken}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--barman", type=Path, required=True, help="Barman's program")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    arguments = parser.parse_args()
    print(f"  {'':36} {'sales lost':>14} {'restored':>11} {'sale after':>11}   invariants", flush=True)
    rows = []
    for commits_wait in (False, True):
        with tempfile.TemporaryDirectory(prefix="admitone-bench-") as name:
            folder = Path(name)
            folder.chmod(0o711)
            rows.append(measure(arguments.barman, folder, commits_wait=commits_wait))
        print(line(rows[-1]), flush=True)
    if arguments.json:
        arguments.json.write_text(json.dumps({**occasion(), "restores": rows}, indent=2) + "\n")


if __name__ == "__main__":
    main()
