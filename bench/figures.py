"""Data common to all measurements: when and where they ran, and percentiles of latencies."""

import os
import platform
import statistics
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from bench.calibration import calibrate


def occasion() -> dict[str, Any]:
    """Return `measured_at` (UTC, RFC 3339), `machine` (processors, Python, operating system) and its `calibration`."""
    return {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "calibration": calibrate(),
        "machine": {"processors": os.cpu_count(), "python": platform.python_version(), "system": platform.platform()},
    }


def percentiles_ms(
    seconds: Sequence[float], shares: Sequence[int] = (50, 95, 99), *, digits: int = 1
) -> dict[str, float]:
    """Return ms by name, as {"p50": 12.3, …}; empty for fewer than two values."""
    if len(seconds) < 2:
        return {}
    cuts = statistics.quantiles(seconds, n=100)
    return {f"p{share}": round(cuts[share - 1] * 1000, digits) for share in shares}


def percentile_ms(seconds: Sequence[float], share: int) -> float | None:
    """Return one percentile in ms; of a single value itself, None without values."""
    if len(seconds) < 2:
        return round(seconds[0] * 1000, 1) if seconds else None
    return percentiles_ms(seconds, (share,))[f"p{share}"]
