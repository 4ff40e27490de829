"""How long a capture waits: in a rush, the processor's writes belong to buyers who are paying.

Reserved money can be taken minutes later, and not all of it in the same minute. A capture that finds the write budget
spent is put off again, until it is overdue: an authorization ends after days.
"""

from collections.abc import Callable

RUSH_SECONDS = 120.0, 360.0
PUT_OFF_SECONDS = 30.0, 90.0
OVERDUE_SECONDS = 6 * 3_600.0
"""After this a capture gives way no longer: Stripe ends most authorizations after 5 to 7 days."""


def capture_delay_seconds(*, is_rush: bool, uniform: Callable[[float, float], float]) -> float:
    """Return for how many seconds the queue leaves a capture alone. `uniform` spreads the captures of a rush."""
    return uniform(*RUSH_SECONDS) if is_rush else 0.0


def is_overdue(put_off_since: float | None, now: float) -> bool:
    """Return whether a capture that was first put off at that Unix time must be made before buyers' payments."""
    return put_off_since is not None and now - put_off_since > OVERDUE_SECONDS
