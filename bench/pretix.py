"""`./run bench pretix [--json FILE] [--buyers N…] [--sales NAME…] [--seconds S] [--times N]`: pretix and AdmitOne.

Both sell tickets of an equal event to the same number of buyers on this machine, in turns: pretix, AdmitOne, and again.
A buyer orders pairs, one after another, until the time is over.

- *seats*: pairs of the sample's stadium, 39,616 seats, of one seating plan;
- *standing*: pairs of 40,000 standing places.

pretix is installed once, in a folder that git ignores (`bench.pretix_server`): its production set-up is nginx, gunicorn
with three workers, a Celery worker, PostgreSQL and Redis. AdmitOne is the embedded stack, as the demo starts it. The
engines are the same programs with the same settings, fsync on. Both stacks run all the time; while one takes its turn
the other is idle, and its CPU is reported. A turn ends when its background work is done: pretix's tasks, AdmitOne's
captures, which are not put off here as in a rush (`ADMITONE_DEFER_IN_RUSH=0`). That work counts as CPU of an order,
not in orders a second. Neither sends mails. After each turn the invariants are checked in the databases.

The two do not do the same for an order, and where they differ pretix does less: its REST API checks seats and quotas,
and records a paid order, and its buyers know which seats are free. AdmitOne's buyers read the map, hold seats at the
checkout, and pay at a (simulated) processor.
"""

import argparse
import asyncio
import json
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from bench.calibration import in_words, ratios
from bench.figures import occasion
from bench.pretix_report import SIDES, ratios_in_words, summary, table
from bench.pretix_server import REQUIREMENTS, WEB_WORKERS, run_pretix
from bench.pretix_sides import AdmitOneSide, PretixSide, Side, take_turn
from bench.raw_limit import transactions_a_second
from bench.running_demo import run_demo, with_settings

SALES = {"seats": "stadium", "standing": "standing"}
BUYERS = (32,)
SECONDS, WARM_SECONDS, TIMES = 10.0, 3.0, 2
ADMITONE_SETTINGS = {
    # Captures are part of each turn, as pretix's payments are, also with the many buyers of a rush.
    "ADMITONE_DEFER_IN_RUSH": "0",
    # Blank: no mail server, not even the demo's own. pretix's REST API sends no mail either.
    "ADMITONE_MAIL_URL": " ",
}


def say(text: str) -> None:
    """Report progress: a run takes minutes."""
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


def measure(sales: Sequence[str], buyers: Sequence[int], seconds: float, times: int) -> dict[str, Any]:
    """Start both, warm them, let them take turns, and return the report."""
    say("starting pretix, then AdmitOne")
    with run_pretix() as pretix, with_settings(ADMITONE_SETTINGS), run_demo(20) as demo:
        sides: dict[str, Side] = {"pretix": PretixSide(pretix), "AdmitOne": AdmitOneSide(demo)}
        for side in sides.values():
            side.turn("standing", buyers[0], WARM_SECONDS)
        say("both have sold: the turns begin")
        turns = [
            _take_turn(sides, name, sale, count, seconds)
            for sale in sales
            for count in buyers
            for _ in range(times)
            for name in SIDES
        ]
        raw = asyncio.run(transactions_a_second(demo.data / "run", "admitone"))
    when = occasion()
    when["calibration"] |= {"pgbench_transactions_a_second": round(raw)}
    for turn in turns:
        turn["orders_a_second_as_ratio"] = ratios(turn["orders_a_second"], when["calibration"])
    return {
        **when,
        "pretix": {"requirements": REQUIREMENTS, "gunicorn_workers": WEB_WORKERS},
        "seconds_max": seconds,
        "summary": summary(turns),
        "turns": turns,
    }


def _take_turn(sides: Mapping[str, Side], name: str, sale: str, buyers: int, seconds: float) -> dict[str, Any]:
    turn = take_turn(sides, name, sale, SALES[sale], buyers, seconds)
    say(f"{name}, {sale}, {buyers} buyers: {turn['orders_a_second']} orders a second")
    return turn


def show(report: dict[str, Any]) -> None:
    """Print the table, plain without a terminal, and what one order costs each process."""
    console = Console(width=130, soft_wrap=True)
    console.print(table(report["summary"]))
    for row in report["summary"]:
        console.print(ratios_in_words(row))
    for turn in report["turns"]:
        costs = "; ".join(f"{process} {ms:,.2f}" for process, ms in turn["cpu_ms_an_order_by_process"].items())
        console.print(
            f"{turn['sale']}, {turn['buyers']} buyers, {turn['side']}: CPU ms an order: {costs}; load generator"
            f" {turn['load_generator_cpu_ms_an_order']:,.2f}. Background work took {turn['settle_seconds']} s more;"
            f" the idle side used {turn['idle_side_cpu_seconds']} s. Load before: {turn['load_average_before']}."
        )
        broken = {name: count for name, count in turn["violations"].items() if count}
        if broken or turn["background_tasks_left"]:
            console.print(f"  Violations: {broken}; tasks left: {turn['background_tasks_left']}")
    console.print(in_words(report["calibration"]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    parser.add_argument("--buyers", type=int, nargs="+", default=list(BUYERS), metavar="N")
    parser.add_argument("--sales", nargs="+", choices=SALES, default=list(SALES))
    parser.add_argument("--seconds", type=float, default=SECONDS, help="of each turn; default 10")
    parser.add_argument("--times", type=int, default=TIMES, help="turns of each side; default 2")
    arguments = parser.parse_args()
    # A limit of time (`timeout`) ends the servers as an interrupt does.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    report = measure(arguments.sales, arguments.buyers, arguments.seconds, arguments.times)
    show(report)
    if arguments.json:
        arguments.json.write_text(json.dumps(report, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
