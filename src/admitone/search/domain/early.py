"""Recompute a cached value before it expires, so that simultaneous requests never meet an expired one.

XFetch: A. Vattani, F. Chierichetti, K. Lowenstein, "Optimal Probabilistic Cache Stampede Prevention", Proceedings of
the VLDB Endowment 8(8), 2015, doi 10.14778/2757807.2757813.
"""

from math import log

BETA = 1.0
"""Above 1 recomputes earlier. 1 is optimal for a value of known cost."""


def is_due_early(*, now: float, expires_at: float, cost_seconds: float, chance: float) -> bool:
    """Return True more often near the expiry and for costly values. `chance`: uniform in (0, 1]; times of one clock."""
    return now - cost_seconds * BETA * log(chance) >= expires_at
