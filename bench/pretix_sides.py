"""The two sides of `bench.pretix`: one turn of each returns figures of the same names."""

import os
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Protocol
from urllib.parse import urlsplit

import psycopg
import uvloop

from bench.buyers import sell_out
from bench.calibration import calibrate
from bench.fans import Seen
from bench.figures import percentiles_ms
from bench.http_client import Connection
from bench.invariant_checks import captures_owed, find_violations
from bench.onsale_event import OnSale, put_on_sale
from bench.pretix_buyers import PretixSale, order_together, valid_positions
from bench.pretix_buyers import find_violations as find_pretix_violations
from bench.pretix_buyers import put_on_sale as put_on_sale_at_pretix
from bench.pretix_server import Pretix
from bench.processes import cpu_seconds, cpu_seconds_of_all, proportional_megabytes, wait_until_idle
from bench.running_demo import RunningDemo

SETTLE_SECONDS_MAX = 60.0
DUE = """
select count(*) from procrastinate_jobs
 where status = 'doing' or (status = 'todo' and coalesce(scheduled_at, now()) <= now())
"""
IDLE_CPU_SHARE = 0.2
"""Of one core, over a second."""
_MEASURED_MS = 0.05
"""Processes with less CPU an order are not listed."""


class Side(Protocol):
    """One of the two programs. `kind`: of an event, as `bench.onsale_event` names them."""

    name: str

    def cpu_seconds(self) -> dict[str, float]:
        """Return CPU seconds by process; "ended processes" for those that ended."""

    def megabytes(self) -> dict[str, int]:
        """Return memory in MB by process."""

    def turn(self, kind: str, buyers: int, seconds: float) -> dict[str, Any]:
        """Let the buyers order, wait for the background work, check the invariants, and return the figures."""


class PretixSide:
    name = "pretix"

    def __init__(self, pretix: Pretix) -> None:
        self._pretix = pretix
        self._sales: dict[str, PretixSale] = {}

    def cpu_seconds(self) -> dict[str, float]:
        return self._pretix.cpu_seconds()

    def megabytes(self) -> dict[str, int]:
        return self._pretix.megabytes()

    def turn(self, kind: str, buyers: int, seconds: float) -> dict[str, Any]:
        if kind not in self._sales:
            self._sales[kind] = put_on_sale_at_pretix(self._pretix, kind, f"bench-{kind}")
        sale = self._sales[kind]
        self._pretix.wait_for_tasks()
        with _measuring(self) as costs:
            tally = uvloop.run(order_together(self._pretix, sale, buyers=buyers, seconds_max=seconds))
            settling = time.perf_counter()
            left = self._pretix.wait_for_tasks()
        positions = valid_positions(self._pretix.database_url, sale.slug)
        return _figures(tally.orders, tally.refused, tally.answers, tally.sold_at, tally.tickets, costs) | {
            "settle_seconds": round(costs.ended - settling, 1),
            "background_tasks_left": left,
            "violations": find_pretix_violations(positions, sale.bookings, sale.places),
        }


class AdmitOneSide:
    name = "AdmitOne"

    def __init__(self, demo: RunningDemo) -> None:
        self._demo = demo
        parts = urlsplit(demo.address)
        self._host, self._port = parts.hostname or "127.0.0.1", parts.port or 80

    def cpu_seconds(self) -> dict[str, float]:
        pid = self._demo.process.pid
        alive = cpu_seconds(pid)
        return alive | {"ended processes": cpu_seconds_of_all(pid) - sum(alive.values())}

    def megabytes(self) -> dict[str, int]:
        return {name: round(size) for name, size in proportional_megabytes(self._demo.process.pid).items()}

    def turn(self, kind: str, buyers: int, seconds: float) -> dict[str, Any]:
        sale = uvloop.run(self._put_on_sale(kind))
        self._wait_for_jobs()
        with _measuring(self) as costs:
            tally = uvloop.run(sell_out(self._host, self._port, sale, buyers=buyers, seconds_max=seconds))
            settling = time.perf_counter()
            left = self._wait_for_jobs()
        seen = Seen(began=0.0, bookings=tally.bookings)
        violations = uvloop.run(find_violations(self._demo.data, sale.event_id, seen, max_active=None))
        owed = uvloop.run(captures_owed(self._demo.data, sale.event_id))
        return _figures(tally.whole, tally.refused, tally.answers, tally.sold_at, tally.tickets, costs) | {
            "checkout_ms": percentiles_ms(tally.checkout),
            "confirm_ms": percentiles_ms(tally.confirm),
            "settle_seconds": round(costs.ended - settling, 1),
            "background_tasks_left": left,
            "captures_owed": owed["bookings"],
            "violations": violations,
        }

    async def _put_on_sale(self, kind: str) -> OnSale:
        connection = Connection(self._host, self._port)
        try:
            return await put_on_sale(connection, self._demo.api_key, kind)
        finally:
            connection.close()

    def _wait_for_jobs(self) -> int:
        deadline = time.monotonic() + SETTLE_SECONDS_MAX
        with psycopg.connect(
            host=str(self._demo.data / "run"), dbname="admitone", user="postgres", autocommit=True
        ) as conn:
            while (left := _count(conn)) and time.monotonic() < deadline:
                time.sleep(0.1)
        return left


def _count(conn: psycopg.Connection) -> int:
    row = conn.execute(DUE).fetchone()
    return int(row[0]) if row else 0


class _Costs:
    """CPU seconds by process between two moments; `ended`: the second moment."""

    def __init__(self, side: Side) -> None:
        self._side = side
        self._before, self._own = side.cpu_seconds(), sum(os.times()[:2])
        self.ended = 0.0
        self.seconds: dict[str, float] = {}
        self.load_generator = 0.0

    def end(self) -> None:
        self.ended = time.perf_counter()
        now = self._side.cpu_seconds()
        self.seconds = {name: value - self._before.get(name, 0.0) for name, value in now.items()}
        self.load_generator = sum(os.times()[:2]) - self._own


@contextmanager
def _measuring(side: Side) -> Iterator[_Costs]:
    costs = _Costs(side)
    yield costs
    costs.end()


def _figures(
    orders: Sequence[float],
    refused: Sequence[float],
    answers: Counter[str],
    sold_at: Sequence[float],
    tickets: int,
    costs: _Costs,
) -> dict[str, Any]:
    seconds = max(sold_at, default=0.0)
    count = max(1, len(orders))
    each = {name: used * 1_000 / count for name, used in costs.seconds.items()}
    return {
        "seconds": round(seconds, 2),
        "orders": len(orders),
        "tickets": tickets,
        "orders_a_second": round(len(orders) / seconds, 2) if seconds else 0.0,
        "answers": dict(answers),
        "refused": len(refused),
        "order_ms": percentiles_ms(orders),
        "refused_ms": percentiles_ms(refused),
        "cpu_ms_an_order": round(sum(each.values()), 3),
        "cpu_ms_an_order_by_process": {
            name: round(ms, 3) for name, ms in sorted(each.items(), key=lambda pair: -pair[1]) if ms >= _MEASURED_MS
        },
        "load_generator_cpu_ms_an_order": round(costs.load_generator * 1_000 / count, 3),
    }


def _used(sides: Iterable[Side]) -> float:
    return sum(sum(side.cpu_seconds().values()) for side in sides)


def take_turn(
    sides: Mapping[str, Side], name: str, sale: str, kind: str, buyers: int, seconds: float
) -> dict[str, Any]:
    """Run one turn, with the state of the machine: its speed, its load, and what the idle side used meanwhile."""
    # Both have work to do after their start that no buyer waits for: indexes are built, modules are compiled.
    share = wait_until_idle(lambda: _used(sides.values()), share_max=IDLE_CPU_SHARE)
    speed, load = calibrate()["python_steps_a_second"], os.getloadavg()[0]
    idle = [side for other, side in sides.items() if other != name]
    before = _used(idle)
    figures = sides[name].turn(kind, buyers, seconds)
    return {
        "side": name,
        "sale": sale,
        "buyers": buyers,
        **figures,
        "memory_mb": sum(sides[name].megabytes().values()),
        "idle_side_cpu_seconds": round(_used(idle) - before, 1),
        "busy_before": round(share, 2),
        "load_average_before": round(load, 1),
        "python_steps_a_second": speed,
    }
