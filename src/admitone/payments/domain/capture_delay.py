"""How long a capture gives way: the processor's writes belong to buyers who are paying (`kit.rush_delay`).

A capture that finds the write budget spent is put off again, until it is overdue: an authorization ends after days.
"""

PUT_OFF_SECONDS = 30.0, 90.0
OVERDUE_SECONDS = 6 * 3_600.0
"""After this a capture gives way no longer: Stripe ends most authorizations after 5 to 7 days."""


def is_overdue(put_off_since: float | None, now: float) -> bool:
    """Return whether a capture that was first put off at that Unix time must be made before buyers' payments.

    A time that far in the future is from a clock that was wrong: how long the capture has waited is not known.
    """
    return put_off_since is not None and abs(now - put_off_since) > OVERDUE_SECONDS
