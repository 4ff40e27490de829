"""How long a capture waits: in a rush, the processor's writes belong to buyers who are paying.

Reserved money can be taken minutes later, and not all of it in the same minute.
"""

from collections.abc import Callable

RUSH_SECONDS = 120.0, 360.0


def capture_delay_seconds(*, is_rush: bool, uniform: Callable[[float, float], float]) -> float:
    """Return for how many seconds the queue leaves a capture alone. `uniform` spreads the captures of a rush."""
    return uniform(*RUSH_SECONDS) if is_rush else 0.0
