"""What Stripe's write limit means for sales: https://docs.stripe.com/rate-limits."""

WRITES_PER_SECOND = 100.0
"""The default of a live account. `ADMITONE_STRIPE_WRITES_PER_SECOND` is the installation's own; the budget learns less
from rejections (`redis_budget`)."""
WRITES_A_BOOKING = 2
"""Create and confirm. Captures and refunds take what buyers leave."""
SHARE_FOR_ADMISSIONS = 0.75
"""The rest is for declined cards, cancelled attempts and retries."""


def bookings_per_minute(writes_per_second: float) -> float:
    """Return how many buyers a minute can pay while captures wait."""
    return writes_per_second / WRITES_A_BOOKING * SHARE_FOR_ADMISSIONS * 60
