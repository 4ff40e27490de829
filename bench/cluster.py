"""`./run bench cluster [--json FILE] [words of a fault…]`: what each fault of a cluster costs, in the middle of a sale.

Starts the cluster of `./run cluster` (needs root): two gateways, three hosts of applications, PostgreSQL under Patroni
with etcd, Redis with Sentinels. Buyers buy through the gateways all the time. Each fault has an event of its own. After
each, every host is repaired and the invariants are checked over every call of the buyers.

Prints a table: the fault, the seconds without an acknowledged sale that are allowed and those measured, acknowledged
sales that were lost, and the responses other than success that the buyers got. `--rates` measures sales a second
without a fault, and what uses the cores.
"""

import argparse
import asyncio
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from scripts.cluster import engines
from scripts.cluster.cluster import Cluster, add_options, read_forms, run_cluster
from scripts.cluster.namespaces import enter
from scripts.cluster.product import VIRTUAL_ADDRESS

from admitone.testing.invariants import check_invariants
from admitone.testing.organizer import Organizer, Show
from bench.cluster_cpu import watch_cores
from bench.cluster_faults import FAULTS, Fault
from bench.cluster_searchers import Searchers
from bench.cluster_streams import Streams
from bench.fault_load import Load
from bench.figures import occasion

ADDRESS = f"https://{VIRTUAL_ADDRESS}"
EVENTS, PLACES = 4, 2_000
BUYERS, READERS, PAUSE = 10, 2, 0.05
STEADY_SECONDS, CALM_SECONDS = 2.0, 5.0
RATE_PLACES, RATE_SECONDS = 10_000, 10.0
WARM_SECONDS_MAX, RECOVER_SECONDS_MAX = 60.0, 60.0
SEARCH_SECONDS_MAX = 2.0
LOST = "7: "

Report = Callable[[str, list[dict[str, Any]]], None]
"""Is called after each measurement, with all rows until then."""


async def wait_for_steady_sales(load: Load, since: float, seconds_max: float) -> bool:
    """Return whether sales were steady for `STEADY_SECONDS` after `since`."""
    while not load.is_steady(since, STEADY_SECONDS):
        if time.monotonic() > since + seconds_max:
            return False
        await asyncio.sleep(0.05)
    return True


async def measure_fault(fault: Fault, cluster: Cluster, buyers: int) -> dict[str, Any]:
    """Sell, cause the fault, wait for steady sales, repair every host, and check what was sold."""
    async with Organizer(ADDRESS, cluster.api_key) as organizer:
        shows = [await organizer.show(standing=PLACES, hold_seconds=60) for _ in range(EVENTS)]
    load = Load(ADDRESS, *shows, buyers=buyers, pause=PAUSE, readers=READERS)
    streams = Streams(ADDRESS, [show.id for show in shows], fault.streams)
    searchers = Searchers(ADDRESS, shows[0].name, fault.searchers)
    async with load.running(), streams.running(), searchers.running():
        await searchers.until_found()
        assert await wait_for_steady_sales(load, time.monotonic(), WARM_SECONDS_MAX), "no steady sales before the fault"
        calm_at = time.monotonic()
        cores_used = watch_cores(cluster)
        await asyncio.sleep(CALM_SECONDS)
        cores = cores_used()
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
    searched = searchers.report(struck_at, until, ended_at)
    gap, repair_gap = load.longest_gap(struck_at, until), load.longest_gap(until, ended_at)
    broken = await find_violations(cluster, shows, load)
    return {
        "fault": fault.name,
        "allowed_seconds": fault.seconds_max,
        "seconds_without_a_sale_before": round(load.longest_gap(calm_at, struck_at), 2),
        "seconds_without_a_sale": round(gap, 2),
        "seconds_without_a_sale_of_an_event": round(load.longest_gap_of_an_event(struck_at, until), 2),
        "seconds_without_a_read": round(load.longest_gap_of_reads(struck_at, until), 2),
        "seconds_without_a_sale_in_repair": round(repair_gap, 2),
        "sales_a_second_before": round(rate, 1),
        "cores_before": cores,
        "load_average": round(os.getloadavg()[0], 1),
        "sales": len(load.sold_at),
        "failures": dict(load.failures(struck_at, ended_at).most_common()),
        "slowest_answer_seconds": round(max(call.seconds for call in load.history.calls), 1),
        "is_within": is_back
        and gap <= fault.seconds_max
        and searched.get("seconds_without_an_answer", 0.0) <= SEARCH_SECONDS_MAX
        and (not fault.is_planned or not load.failures(struck_at, until)),
        "sales_lost": sum(each.startswith(LOST) for each in broken),
        "invariants_broken": broken,
        "noticed": noticed,
        **({"search": searched} if searched else {}),
    }


async def measure_rate(cluster: Cluster, buyers: int) -> dict[str, Any]:
    """Sell one event without a fault and without pauses; say what the machine's cores do meanwhile."""
    async with Organizer(ADDRESS, cluster.api_key) as organizer:
        show = await organizer.show(standing=RATE_PLACES, hold_seconds=60)
    load = Load(ADDRESS, show, buyers=buyers, pause=0)
    async with load.running():
        assert await wait_for_steady_sales(load, time.monotonic(), WARM_SECONDS_MAX), "no steady sales"
        began, cores_used = time.monotonic(), watch_cores(cluster)
        await asyncio.sleep(RATE_SECONDS)
        ended, cores = time.monotonic(), cores_used()
    return {
        "buyers": buyers,
        "sales_a_second": round(sum(at > began for at in load.sold_at) / (ended - began), 1),
        "cores": cores,
        "failures": dict(load.failures(began, ended)),
        "invariants_broken": await find_violations(cluster, [show], load),
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


def measure_faults(cluster: Cluster, words: Sequence[str], buyers: int, say: Report) -> list[dict[str, Any]]:
    """Measure each fault whose name contains one of the words; all, without words."""
    rows: list[dict[str, Any]] = []
    print(f"  {'fault':52} {'max':>6} {'sales':>8} {'reads':>8} {'repair':>8} {'slowest':>7} {'before':>7}", flush=True)
    for fault in FAULTS:
        if words and not any(word in fault.name for word in words):
            continue
        if fault.searchers and not cluster.search_hosts:
            continue
        rows.append(asyncio.run(measure_fault(fault, cluster, buyers)))
        print(line(rows[-1]), flush=True)
        for noticed in filter(None, (rows[-1]["noticed"], rows[-1].get("search"))):
            print(f"      {noticed}", flush=True)
        say("faults", rows)
    return rows


def measure_rates(cluster: Cluster, counts: Sequence[int], say: Report) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for buyers in counts:
        rows.append(asyncio.run(measure_rate(cluster, buyers)))
        print(f"  {rows[-1]}", flush=True)
        say("rates", rows)
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    parser.add_argument("--logs", type=Path, help="keep the logs of all hosts in this folder")
    add_options(parser)
    parser.add_argument("--buyers", type=int, default=BUYERS, help="buyers of the sale in which a fault happens")
    parser.add_argument(
        "--rates",
        type=int,
        nargs="+",
        metavar="BUYERS",
        help="sales a second with these numbers of buyers, without faults; with words, these faults afterwards",
    )
    parser.add_argument("words", nargs="*", help="only faults whose names contain one of these")
    arguments = parser.parse_args()
    forms = read_forms(arguments)
    enter("bench.cluster", sys.argv[1:])

    report: dict[str, Any] = {"redis": forms.redis, "search": forms.search}

    def say(name: str, rows: list[dict[str, Any]]) -> None:
        report[name] = rows
        if arguments.json:
            report.update(occasion())
            arguments.json.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n")

    began = time.monotonic()
    progress = partial(print, " ", flush=True)
    with run_cluster(progress, public_url=ADDRESS, forms=forms, logs=arguments.logs) as cluster:
        os.environ["SSL_CERT_FILE"] = str(cluster.trusted)
        progress(f"ready after {time.monotonic() - began:.0f} s")
        rows = measure_rates(cluster, arguments.rates, say) if arguments.rates else []
        if arguments.words or not arguments.rates:
            rows += measure_faults(cluster, arguments.words, arguments.buyers, say)
    for row in rows:
        for violation in row["invariants_broken"][:10]:
            print(f"  {row.get('fault', row.get('buyers'))}: {violation}")
    if not all(row.get("is_within", True) and not row["invariants_broken"] for row in rows):
        sys.exit("  not every fault is within its bound")


if __name__ == "__main__":
    main()
