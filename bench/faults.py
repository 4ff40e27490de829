"""`./run bench faults [--json FILE] [words of a fault…]`: seconds without an acknowledged sale, for each fault.

Kills, stops and empties one component after the other while eight buyers buy through the gateway, on the embedded stack
as the demo starts it. Prints a table: the fault, the seconds without a sale that docs/invariants.md allows, those
measured, and the responses that clients got meanwhile. At the end it checks the invariants over all sales.

A fault is over when sales have been acknowledged for two seconds without a gap of a second. The run takes about four
minutes, six at most.
"""

import argparse
import asyncio
import json
import os
import signal
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from redis.asyncio import Redis

from admitone.testing.demo_process import Demo, is_running
from admitone.testing.invariants import check_invariants
from admitone.testing.organizer import Organizer
from bench.fault_load import Load
from bench.figures import occasion
from bench.running_demo import run_demo

PLACES = 20_000
WARM_SECONDS_MAX = 30.0
STEADY_SECONDS = 2.0
RECOVER_SECONDS_MAX = 30.0
ALL_SECONDS_MAX = 240.0
HANG_SECONDS_MAX = 15.0
PAUSE_SECONDS = 3.0
ROLE, REDIS, POSTGRESQL = 2.0, 5.0, 15.0
"""Seconds without a sale that docs/invariants.md allows after a kill."""
REPLACED = 10.0
"""For a hung role: until it is detected and replaced."""


@dataclass(frozen=True)
class Fault:
    """`strike` returns after the fault (stopped processes continue)."""

    name: str
    expected: float
    strike: Callable[[Demo], Awaitable[None]]


async def kill(name: str, demo: Demo) -> None:
    os.kill(await asyncio.to_thread(demo.find, name), signal.SIGKILL)


async def kill_host(demo: Demo) -> None:
    """Kill the process that has loaded the program and forks every role: the parent of a role."""
    role = await asyncio.to_thread(demo.find, "booking")
    os.kill(int(Path(f"/proc/{role}/stat").read_text().rpartition(")")[2].split()[1]), signal.SIGKILL)


async def kill_backend(demo: Demo) -> None:
    """Kill a backend: PostgreSQL restarts completely if one of its processes is killed."""
    async with await psycopg.AsyncConnection.connect(database_url(demo)) as conn:
        cursor = await conn.execute(
            "select pid from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid() limit 1"
        )
        row = await cursor.fetchone()
    assert row is not None
    os.kill(int(row[0]), signal.SIGKILL)


async def end_connections(demo: Demo) -> None:
    async with await psycopg.AsyncConnection.connect(database_url(demo)) as conn:
        await conn.execute(
            """
            select pg_terminate_backend(pid) from pg_stat_activity
            where backend_type = 'client backend' and pid <> pg_backend_pid()
            """
        )


async def pause(name: str, demo: Demo) -> None:
    pid = await asyncio.to_thread(demo.find, name)
    os.kill(pid, signal.SIGSTOP)
    try:
        await asyncio.sleep(PAUSE_SECONDS)
    finally:
        _continue(pid)


async def hang(name: str, demo: Demo) -> None:
    """Stop a role until it is replaced. A role that is not replaced continues at the end."""
    pid = await asyncio.to_thread(demo.find, name)
    os.kill(pid, signal.SIGSTOP)
    try:
        deadline = time.monotonic() + HANG_SECONDS_MAX
        while is_running(pid) and time.monotonic() < deadline:
            await asyncio.sleep(0.05)
    finally:
        _continue(pid)


async def empty_redis(demo: Demo) -> None:
    async with Redis(unix_socket_path=str(demo.data / "run" / "redis.sock")) as redis:
        await redis.flushall()


def _continue(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGCONT)


FAULTS = (
    *(Fault(f"kill -9 {role}", ROLE, partial(kill, role)) for role in ("booking", "catalogue", "live", "worker")),
    Fault("kill -9 the host of all roles", ROLE, kill_host),
    Fault("kill -9 nginx", ROLE, partial(kill, "nginx")),
    Fault("kill -9 Redis", REDIS, partial(kill, "valkey-server")),
    Fault("Redis FLUSHALL", REDIS, empty_redis),
    Fault(f"Redis stands still for {PAUSE_SECONDS:.0f} s", PAUSE_SECONDS + REDIS, partial(pause, "valkey-server")),
    Fault("all connections to PostgreSQL are closed", ROLE, end_connections),
    Fault("kill -9 a PostgreSQL backend", POSTGRESQL, kill_backend),
    Fault("kill -9 PostgreSQL", POSTGRESQL, partial(kill, "postgres")),
    Fault("the worker hangs (SIGSTOP)", ROLE, partial(hang, "worker")),
    Fault("booking hangs (SIGSTOP)", REPLACED, partial(hang, "booking")),
)


def database_url(demo: Demo) -> str:
    return f"postgresql://postgres@/admitone?host={quote(str(demo.data / 'run'), safe='/')}"


async def measure_fault(fault: Fault, demo: Demo, load: Load) -> dict[str, Any]:
    """Cause the fault, wait until sales are steady again, and return the measurements."""
    struck_at = time.monotonic()
    await fault.strike(demo)
    over_at = time.monotonic()
    while not (is_back := load.is_steady(over_at, STEADY_SECONDS)):
        if time.monotonic() > over_at + RECOVER_SECONDS_MAX:
            break
        await asyncio.sleep(0.05)
    until = time.monotonic()
    gap = load.longest_gap(struck_at, until)
    return {
        "fault": fault.name,
        "expected_seconds": fault.expected,
        "seconds_without_a_sale": round(gap, 2),
        "is_within": is_back and gap <= fault.expected,
        "is_back": is_back,
        "answers": dict(load.failures(struck_at, until).most_common()),
    }


async def measure(demo: Demo, address: str, api_key: str, wanted: list[str]) -> dict[str, Any]:
    async with Organizer(address, api_key) as organizer:
        show = await organizer.show(standing=PLACES, hold_seconds=60)
    load, rows = Load(address, show), []
    began = time.monotonic()
    async with load.running():
        while not load.is_steady(began, STEADY_SECONDS):
            assert time.monotonic() < began + WARM_SECONDS_MAX, "no sale before the first fault"
            await asyncio.sleep(0.05)
        calm = load.longest_gap(time.monotonic() - STEADY_SECONDS, time.monotonic())
        left_out = []
        for fault in FAULTS:
            if wanted and not any(word in fault.name for word in wanted):
                continue
            if time.monotonic() > began + ALL_SECONDS_MAX:
                left_out.append(fault.name)
                continue
            rows.append(await measure_fault(fault, demo, load))
            print(line(rows[-1]), flush=True)
        seconds = time.monotonic() - began
    try:
        await check_invariants(address, database_url(demo), [show], load.history)
        broken: list[str] = []
    except AssertionError as error:
        broken = str(error).splitlines()
    return {
        "sales": len(load.sold_at),
        "sales_a_second": round(len(load.sold_at) / seconds, 1),
        "seconds_without_a_sale_in_calm": round(calm, 2),
        "faults": rows,
        "left_out": left_out,
        "invariants_broken": broken,
    }


def line(row: dict[str, Any]) -> str:
    answers = ", ".join(f"{count} × {what}" for what, count in row["answers"].items()) or "–"
    verdict = "" if row["is_within"] else "  TOO LONG" if row["is_back"] else "  NOT BACK"
    measured = f"{row['expected_seconds']:5.0f} s {row['seconds_without_a_sale']:7.2f} s"
    return f"  {row['fault']:42} {measured}   {answers}{verdict}"


def run(wanted: list[str]) -> dict[str, Any]:
    """Start the stack and measure it."""
    with run_demo(50) as demo:
        print(f"  {'fault':42} {'allowed':>7} {'measured':>9}   failed responses", flush=True)
        measured = asyncio.run(measure(demo.process, demo.address, demo.api_key, wanted))
    return {**occasion(), **measured}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    parser.add_argument("words", nargs="*", help="only faults whose names contain one of these")
    arguments = parser.parse_args()
    report = run(arguments.words)
    print(f"  {report['sales']} sales, {report['sales_a_second']} a second", end="; ")
    print("invariants broken: " + "; ".join(report["invariants_broken"]) if report["invariants_broken"] else "all hold")
    if arguments.json:
        arguments.json.write_text(json.dumps(report, indent=2) + "\n")


if __name__ == "__main__":
    main()
