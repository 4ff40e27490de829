"""`./run bench cluster [--json FILE] [words of a fault…]`: what each fault of a cluster costs, in the middle of a sale.

Starts the cluster of `./run cluster` (needs root): two gateways, three hosts of applications, PostgreSQL under Patroni
with etcd, Redis with Sentinels. Buyers buy through the gateways all the time. Each fault has an event of its own. After
each, every host is repaired and the invariants are checked over every call of the buyers.

Prints a table: the fault, the seconds without an acknowledged sale that are allowed and those measured, acknowledged
sales that were lost, and the responses other than success that the buyers got.
"""

import argparse
import asyncio
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from scripts.cluster import engines
from scripts.cluster.cluster import REDIS_FORMS, Cluster, run_cluster
from scripts.cluster.namespaces import enter
from scripts.cluster.product import VIRTUAL_ADDRESS

from admitone.testing.invariants import check_invariants
from admitone.testing.organizer import Organizer, Show
from bench.cluster_faults import FAULTS, Fault
from bench.cluster_streams import Streams
from bench.fault_load import Load
from bench.figures import occasion

ADDRESS = f"https://{VIRTUAL_ADDRESS}"
EVENTS, PLACES = 4, 2_000
BUYERS, READERS, PAUSE = 10, 2, 0.05
STEADY_SECONDS, CALM_SECONDS = 2.0, 5.0
WARM_SECONDS_MAX, RECOVER_SECONDS_MAX = 60.0, 60.0
LOST = "7: "


async def wait_for_steady_sales(load: Load, since: float, seconds_max: float) -> bool:
    """Return whether sales were steady for `STEADY_SECONDS` after `since`."""
    while not load.is_steady(since, STEADY_SECONDS):
        if time.monotonic() > since + seconds_max:
            return False
        await asyncio.sleep(0.05)
    return True


async def measure_fault(fault: Fault, cluster: Cluster) -> dict[str, Any]:
    """Sell, cause the fault, wait for steady sales, repair every host, and check what was sold."""
    async with Organizer(ADDRESS, cluster.api_key) as organizer:
        shows = [await organizer.show(standing=PLACES, hold_seconds=60) for _ in range(EVENTS)]
    load = Load(ADDRESS, *shows, buyers=BUYERS, pause=PAUSE, readers=READERS)
    streams = Streams(ADDRESS, [show.id for show in shows], fault.streams)
    async with load.running(), streams.running():
        assert await wait_for_steady_sales(load, time.monotonic(), WARM_SECONDS_MAX), "no steady sales before the fault"
        calm_at = time.monotonic()
        await asyncio.sleep(CALM_SECONDS)
        struck_at = time.monotonic()
        rate = sum(at > calm_at for at in load.sold_at) / (struck_at - calm_at)
        noticed = await asyncio.to_thread(fault.strike, cluster) or {}
        over_at = time.monotonic()
        is_back = await wait_for_steady_sales(load, over_at, RECOVER_SECONDS_MAX)
        await streams.until_all_open()
        until = time.monotonic()
        if fault.streams:
            noticed |= {
                "streams": fault.streams,
                "opened_again": streams.opened,
                "longest_silence": round(streams.longest_silence, 1),
            }
        await asyncio.to_thread(fault.repair, cluster)
        await asyncio.to_thread(cluster.wait_until_whole)
        repaired_at = time.monotonic()
        await wait_for_steady_sales(load, repaired_at, RECOVER_SECONDS_MAX)
        ended_at = time.monotonic()
    gap, repair_gap = load.longest_gap(struck_at, until), load.longest_gap(until, ended_at)
    broken = await find_violations(cluster, shows, load)
    return {
        "fault": fault.name,
        "allowed_seconds": fault.seconds_max,
        "seconds_without_a_sale": round(gap, 2),
        "seconds_without_a_read": round(load.longest_gap_of_reads(struck_at, until), 2),
        "seconds_without_a_sale_in_repair": round(repair_gap, 2),
        "sales_a_second_before": round(rate, 1),
        "sales": len(load.sold_at),
        "failures": dict(load.failures(struck_at, ended_at).most_common()),
        "slowest_answer_seconds": round(max(call.seconds for call in load.history.calls), 1),
        "is_within": is_back
        and gap <= fault.seconds_max
        and (not fault.is_planned or not load.failures(struck_at, until)),
        "sales_lost": sum(each.startswith(LOST) for each in broken),
        "invariants_broken": broken,
        "noticed": noticed,
    }


async def find_violations(cluster: Cluster, shows: list[Show], load: Load) -> list[str]:
    primary = engines.primary_of(cluster.databases)
    assert primary is not None
    url = f"postgresql://postgres@{primary.address}/admitone"
    try:
        await check_invariants(ADDRESS, url, shows, load.history)
    except AssertionError as error:
        return str(error).splitlines()
    return []


def line(row: dict[str, Any]) -> str:
    answers = ", ".join(f"{count} × {what}" for what, count in row["failures"].items()) or "–"
    verdict = "" if row["is_within"] else "  NOT MET"
    broken = f"  {len(row['invariants_broken'])} BROKEN" if row["invariants_broken"] else ""
    seconds = f"{row['allowed_seconds']:4.0f} s {row['seconds_without_a_sale']:6.2f} s"
    seconds += f" {row['seconds_without_a_read']:6.2f} s"
    repair = f"{row['seconds_without_a_sale_in_repair']:6.2f} s {row['slowest_answer_seconds']:5.1f} s"
    return f"  {row['fault']:52} {seconds} {repair} {row['sales_a_second_before']:5.0f}/s   {answers}{verdict}{broken}"


def run(words: list[str], redis: str, report: Path | None, logs: Path | None) -> list[dict[str, Any]]:
    """Start the cluster and measure each fault; write the report after each."""
    rows: list[dict[str, Any]] = []
    began = time.monotonic()
    with run_cluster(
        lambda text: print(f"  {text}", flush=True), public_url=ADDRESS, redis=redis, logs=logs
    ) as cluster:
        os.environ["SSL_CERT_FILE"] = str(cluster.trusted)
        print(f"  ready after {time.monotonic() - began:.0f} s", flush=True)
        print(
            f"  {'fault':46} {'max':>6} {'sales':>8} {'reads':>8} {'repair':>8} {'slowest':>7} {'before':>7}",
            flush=True,
        )
        for fault in FAULTS:
            if words and not any(word in fault.name for word in words):
                continue
            rows.append(asyncio.run(measure_fault(fault, cluster)))
            print(line(rows[-1]), flush=True)
            if rows[-1]["noticed"]:
                print(f"      {rows[-1]['noticed']}", flush=True)
            if report:
                report.write_text(
                    json.dumps({**occasion(), "redis": redis, "faults": rows}, indent=2, ensure_ascii=False) + "\n"
                )
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    parser.add_argument("--logs", type=Path, help="keep the logs of all hosts in this folder")
    parser.add_argument(
        "--redis", choices=REDIS_FORMS, default="sentinel", help="a primary and a replica, or a cluster"
    )
    parser.add_argument("words", nargs="*", help="only faults whose names contain one of these")
    arguments = parser.parse_args()
    enter("bench.cluster", sys.argv[1:])
    rows = run(arguments.words, arguments.redis, arguments.json, arguments.logs)
    for row in rows:
        for violation in row["invariants_broken"][:10]:
            print(f"  {row['fault']}: {violation}")
    if not all(row["is_within"] and not row["invariants_broken"] for row in rows):
        sys.exit("  not every fault is within its bound")


if __name__ == "__main__":
    main()
