"""Compare the turns of `bench.pretix`: medians, ratios, and a table."""

import statistics
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from rich.table import Table

Turn = Mapping[str, Any]
SIDES = ("pretix", "AdmitOne")
_MEDIANS = ("orders_a_second", "cpu_ms_an_order", "memory_mb")


def summary(turns: Sequence[Turn]) -> list[dict[str, Any]]:
    """Return one row for each sale and number of buyers: the medians of both sides, and AdmitOne's as ratios to them.

    The rates of all turns, refused orders and violations are not medians: all are listed, or their sum is.
    """
    by_run: defaultdict[tuple[str, int], list[Turn]] = defaultdict(list)
    for turn in turns:
        by_run[turn["sale"], turn["buyers"]].append(turn)
    rows = []
    for (sale, buyers), same in by_run.items():
        sides = {name: _side([turn for turn in same if turn["side"] == name]) for name in SIDES}
        pretix, admitone = (sides[name] for name in SIDES)
        rows.append(
            {
                "sale": sale,
                "buyers": buyers,
                **sides,
                "orders_a_second_as_ratio": _ratio(admitone["orders_a_second"], pretix["orders_a_second"]),
                "cpu_an_order_as_ratio": _ratio(admitone["cpu_ms_an_order"], pretix["cpu_ms_an_order"]),
            }
        )
    return rows


def _side(turns: Sequence[Turn]) -> dict[str, Any]:
    figures: dict[str, Any] = {name: round(statistics.median(turn[name] for turn in turns), 2) for name in _MEDIANS}
    return {
        **figures,
        "orders_a_second_each_time": [turn["orders_a_second"] for turn in turns],
        "order_ms": {
            share: round(statistics.median(turn["order_ms"].get(share, 0.0) for turn in turns), 1)
            for share in ("p50", "p95", "p99")
        },
        "orders": sum(turn["orders"] for turn in turns),
        "refused": sum(turn["refused"] for turn in turns),
        "violations": sum(sum(turn["violations"].values()) for turn in turns),
    }


def _ratio(value: float, other: float) -> float | None:
    return round(value / other, 3) if other else None


def table(rows: Sequence[Mapping[str, Any]]) -> Table:
    """Return the summary as a table: two lines for each sale and number of buyers."""
    shown = Table(title="Orders of two tickets", box=None, header_style="bold")
    heads = ("sale", "buyers", "side", "orders/s", "p50 / p95 / p99", "CPU ms an order", "refused", "violations", "MB")
    for number, head in enumerate(heads):
        shown.add_column(head, justify="left" if number in (0, 2) else "right")
    for row in rows:
        for name in SIDES:
            side = row[name]
            shown.add_row(
                row["sale"],
                str(row["buyers"]),
                name,
                f"{side['orders_a_second']:,.1f}",
                " / ".join(f"{ms:,.0f}" for ms in side["order_ms"].values()) + " ms",
                f"{side['cpu_ms_an_order']:,.1f}",
                f"{side['refused']:,} of {side['refused'] + side['orders']:,}",
                str(side["violations"]),
                f"{side['memory_mb']:,.0f}",
            )
    return shown


def ratios_in_words(row: Mapping[str, Any]) -> str:
    """Return one line for each row of the summary."""
    rate, cpu = row["orders_a_second_as_ratio"], row["cpu_an_order_as_ratio"]
    if rate is None or cpu is None:
        return f"{row['sale']}, {row['buyers']} buyers: pretix took no order, so there is no ratio."
    return (
        f"{row['sale']}, {row['buyers']} buyers: AdmitOne makes {rate:,.1f} times as many orders a second"
        f" with {cpu:.3f} of the CPU an order."
    )
