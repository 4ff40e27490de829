"""How long work that can wait is put off in a rush: the servers, and the processor's writes, belong to buyers who are
paying.

Reserved money can be taken minutes later, and so can a confirmation be composed and sent; not all in the same minute.
"""

from collections.abc import Callable

RUSH_SECONDS = 120.0, 360.0
RUSH_CHECKOUTS = 25
"""A second, in all processes together: from here on checkouts are a rush."""


def rush_delay_seconds(*, is_rush: bool, uniform: Callable[[float, float], float]) -> float:
    """Return for how many seconds to leave the work alone. `uniform` spreads the work of a rush."""
    return uniform(*RUSH_SECONDS) if is_rush else 0.0
