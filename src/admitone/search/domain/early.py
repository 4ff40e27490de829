"""When to compute a cached value again before it expires, so that no crowd ever meets an expired one.

XFetch: A. Vattani, F. Chierichetti, K. Lowenstein, "Optimal Probabilistic Cache Stampede Prevention",
Proceedings of the VLDB Endowment 8(8), 2015, doi 10.14778/2757807.2757813.
"""

from math import log

BETA = 1.0
"""Above 1 computes earlier. 1 is optimal for a value whose cost is known."""


def is_due_early(*, now: float, expires_at: float, cost_seconds: float, chance: float) -> bool:
    """True the likelier, the nearer the expiry and the dearer the value. `chance` is uniform in (0, 1]; one clock."""
    return now - cost_seconds * BETA * log(chance) >= expires_at
