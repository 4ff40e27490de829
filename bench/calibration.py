"""Measure the machine in the same run as a benchmark: a result travels only as a ratio to what its machine does.

- *python*: steps of a plain loop a second, in one thread.
- *memory*: GB copied a second, in one thread.
- *pgbench*: transactions a second, where PostgreSQL runs (`bench.raw_limit`).
- *static*: requests a second for one file, where a gateway runs (`bench.edge`).
"""

import time
from collections.abc import Callable, Mapping

LOOP_STEPS = 1_000_000
BLOCK_BYTES = 64 * 1024 * 1024
ROUNDS = 3
"""The best round counts: another process can only slow one down."""


def calibrate() -> dict[str, float]:
    """Return what this machine does now: `python_steps_a_second`, `memory_gb_a_second`. Takes half a second."""
    block = bytearray(BLOCK_BYTES)
    return {
        "python_steps_a_second": round(LOOP_STEPS / _fastest(_loop)),
        "memory_gb_a_second": round(BLOCK_BYTES / _fastest(lambda: bytes(block)) / 1e9, 2),
    }


def ratios(figure: float, machine: Mapping[str, float]) -> dict[str, float]:
    """Return a result in terms of its machine, as {"per_million_python_steps": …, "per_memory_gb": …, …}."""
    named = {
        "python_steps_a_second": ("per_million_python_steps", 1e6),
        "memory_gb_a_second": ("per_memory_gb", 1.0),
        "pgbench_transactions_a_second": ("per_pgbench_transaction", 1.0),
        "static_requests_a_second": ("per_static_request", 1.0),
    }
    found = ((named[name], value) for name, value in machine.items() if name in named and value)
    return {name: round(figure / value * unit, 4) for (name, unit), value in found}


def in_words(machine: Mapping[str, float]) -> str:
    """Return one line for a report."""
    figures = (f"{name.replace('_', ' ')} {value:,.4g}" for name, value in machine.items())
    return f"This machine in the same run: {'; '.join(figures)}."


def _fastest(work: Callable[[], object]) -> float:
    taken = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return min(taken)


def _loop() -> int:
    total = 0
    for step in range(LOOP_STEPS):
        total += step & 7
    return total
