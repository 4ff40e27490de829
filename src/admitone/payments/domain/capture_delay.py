"""How long a capture gives way: the processor's writes belong to buyers who are paying (`kit.rush_delay`).

A capture that finds the write budget spent is put off again, until it is overdue: an authorization ends after days.
"""

from datetime import timedelta

PUT_OFF_SECONDS = 30.0, 90.0
OVERDUE_SECONDS = 6 * 3_600.0
"""After this a capture gives way no longer: Stripe ends most authorizations after 5 to 7 days."""
CAPTURE_WITHIN = timedelta(days=4, hours=18)
"""The shortest authorization of a card that pays online, of any network
(https://docs.stripe.com/payments/place-a-hold-on-a-payment-method)."""
LATE_AFTER = timedelta(hours=12)
"""An alarm: captures that give way for six hours have been made by then."""


def is_overdue(put_off_since: float | None, now: float) -> bool:
    """Return whether a capture that was first put off at that Unix time must be made before buyers' payments.

    A time that far in the future is from a clock that was wrong: how long the capture has waited is not known.
    """
    return put_off_since is not None and abs(now - put_off_since) > OVERDUE_SECONDS
