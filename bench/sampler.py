"""Sample once a second: the length of the queue, the buyers in the sale, the CPU of every process."""

import os
import threading
import time
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any, Self

import psycopg
from psycopg.rows import dict_row

from admitone.kit.sql import load_sql
from admitone.testing.demo_process import Demo
from admitone.waiting_room.domain.admission import HEAD_ROOM
from bench.fans import Seen
from bench.figures import percentile_ms
from bench.processes import cpu_seconds

# Sampled often, to detect a limit that is exceeded only for a moment.
COUNTS_A_SECOND = 5
LINE = """
select q.id, q.serving, q.capacity_per_minute, q.shown_per_minute, i.size
  from waiting_room.queues q join waiting_room.intakes i on i.queue_id = q.id
 where q.event_id = %s
"""


class Sampler:
    """Sample in a thread while fans are active (`with`), then return the `series`.

    The fans' event loop is late when they are many, and the samples must not be.
    """

    def __init__(self, demo: Demo, data: Path, seen: Seen, event_id: str) -> None:
        self._demo, self._seen, self._event_id = demo, seen, event_id
        self._database = f"host={data / 'run'} dbname=admitone user=postgres"
        self._count_queue = load_sql("admitone.waiting_room.store", "count_queue")
        self.active: list[int | None] = []
        self._waiting: list[int | None] = []
        self._serving: list[int | None] = []
        self._allowed: list[float | None] = []
        self.shown_per_minute = 0.0
        self._streams: list[int] = []
        self._cpu: list[dict[str, float]] = []
        self._first = self._cpu_now()
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _run(self) -> None:
        with psycopg.connect(self._database, autocommit=True, row_factory=dict_row) as conn:
            while not self._is_over.is_set():
                self._sample(conn, len(self.active))

    def _sample(self, conn: Any, second: int) -> None:
        most, row = None, None
        for part in range(COUNTS_A_SECOND):
            due = self._seen.began + second + (part + 1) / COUNTS_A_SECOND
            time.sleep(max(0.0, due - time.perf_counter()))
            row = conn.execute(LINE, [self._event_id]).fetchone()
            if row is not None:
                count = conn.execute(self._count_queue, {"queue_id": row["id"]}).fetchone()
                most = max(most or 0, int(count["active"] + count["called"]))
        self.active.append(most)
        self._waiting.append(None if row is None else row["size"] - row["serving"])
        self._serving.append(None if row is None else row["serving"])
        self._allowed.append(None if row is None else round(row["capacity_per_minute"] * HEAD_ROOM / 60, 1))
        self.shown_per_minute = 0.0 if row is None else row["shown_per_minute"]
        self._streams.append(self._seen.streams)
        self._cpu.append(self._cpu_now())

    def cpu_total(self) -> dict[str, float]:
        now = self._cpu[-1] if self._cpu else self._first
        used = {name: value - self._first.get(name, 0.0) for name, value in now.items()}
        return {name: round(value, 1) for name, value in sorted(used.items(), key=lambda pair: -pair[1]) if value > 0.5}

    def series(self, seconds: int) -> dict[str, list[float | None]]:
        """Return one value a second of every observation."""
        sold = Counter(int(at) for at in self._seen.sold_at)
        found: dict[str, list[float | None]] = {
            "waiting": list(self._waiting),
            "active": list(self.active),
            "called": _steps(self._serving),
            "allowed": list(self._allowed),
            "streams": list(self._streams),
            "bookings": [sold[second] for second in range(seconds)],
            "errors": [self._seen.errors[second] for second in range(seconds)],
        }
        for kind in ("checkout", "status"):
            many = self._seen.latencies[kind]
            for share in (50, 99):
                found[f"{kind}_p{share}"] = [percentile_ms(many.get(second, []), share) for second in range(seconds)]
        for name in ("booking", "postgres", "nginx", "live", "fans"):
            values = [self._first.get(name, 0.0), *(usage.get(name, 0.0) for usage in self._cpu)]
            found[f"cpu_{name}"] = [round(max(0.0, after - before), 3) for before, after in pairwise(values)]
        return found

    def _cpu_now(self) -> dict[str, float]:
        return {**cpu_seconds(self._demo.pid), "fans": sum(os.times()[:2])}


def _steps(values: list[int | None]) -> list[float | None]:
    return [
        None if before is None or after is None else after - before
        for before, after in zip([0, *values], values, strict=False)
    ]
