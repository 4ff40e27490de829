"""`./run bench pythons --python PATH … [--run stadium-256] [--times N] [--json FILE]`: one program, several Pythons.

Each PATH is a Python with the packages of `requirements/test.txt`, for example made by

    python3.13 -m venv 313 && 313/bin/pip install --require-hashes --no-deps -r requirements/test.txt

They take turns (A B C, then again): each runs an on-sale on a stack of its own (`bench.onsale`), whose processes run on
that Python. The figure is CPU time for a booking: of the booking role, and of all the product's Python processes.
PostgreSQL, Valkey and nginx show how much of a difference is the machine's. The first PATH is what the others are
compared with.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.figures import occasion
from bench.onsale import RUNS

_ROOT = Path(__file__).resolve().parent.parent
PROGRAM = (str(_ROOT), str(_ROOT / "src"))
"""Not this Python's own path: the standard library and the packages are those of the Python that is measured."""
OTHERS = frozenset({"postgres", "nginx", "valkey-server", "redis-server"})


def measure(python: str, run: str) -> dict[str, Any]:
    """Run one on-sale on this Python; return milliseconds of CPU for a booking, by process."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "onsale.json"
        subprocess.run(
            [python, "-m", "bench.onsale", "--runs", run, "--json", str(path)],
            check=True,
            stdout=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(PROGRAM)},
        )
        sold = json.loads(path.read_text())
    measured = sold["runs"][0]
    each = {name: seconds * 1_000 / measured["bookings"] for name, seconds in measured["cpu_seconds"].items()}
    return {
        "version": sold["machine"]["python"],
        "bookings_a_second": measured["bookings_a_second"],
        "booking_ms": round(each["booking"], 4),
        "python_ms": round(sum(ms for name, ms in each.items() if name not in OTHERS), 4),
        "others_ms": round(sum(ms for name, ms in each.items() if name in OTHERS), 4),
        "load_generator_ms": round(measured["load_generator_cpu_seconds"] * 1_000 / measured["bookings"], 4),
        "resident_mb": measured["resident_mb"].get("booking"),
        "load": os.getloadavg()[0],
    }


def summary(turns: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the median of each version, in the order of their first turns, with ratios to the first."""
    by_version: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for turn in turns:
        by_version[turn["version"]].append(turn)
    medians = [
        {"version": version}
        | {
            name: round(statistics.median(turn[name] for turn in same), 3)
            for name in ("booking_ms", "python_ms", "others_ms", "load_generator_ms", "bookings_a_second")
        }
        for version, same in by_version.items()
    ]
    for name in ("booking_ms", "python_ms", "others_ms"):
        for row in medians:
            row[f"{name}_as_ratio"] = round(row[name] / medians[0][name], 3)
    return medians


def show(report: dict[str, Any]) -> None:
    table = Table(title=f"CPU ms a booking, {report['run']}", box=None, header_style="bold")
    heads = {
        "Python": "version",
        "booking role": "booking_ms",
        "ratio": "booking_ms_as_ratio",
        "all Python processes": "python_ms",
        "ratio ": "python_ms_as_ratio",
        "databases and nginx": "others_ms",
        "ratio  ": "others_ms_as_ratio",
        "bookings/s": "bookings_a_second",
    }
    for head in heads:
        table.add_column(head, justify="right")
    for row in report["versions"]:
        table.add_row(*(str(row[name]) for name in heads.values()))
    Console(width=120, soft_wrap=True).print(table)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", nargs="+", default=[sys.executable], metavar="PATH")
    parser.add_argument("--run", choices=RUNS, default="stadium-256")
    parser.add_argument("--times", type=int, default=2)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    turns = [measure(python, arguments.run) for _ in range(arguments.times) for python in arguments.python]
    report = {**occasion(), "run": arguments.run, "versions": summary(turns), "turns": turns}
    show(report)
    if arguments.json:
        arguments.json.write_text(json.dumps(report, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
