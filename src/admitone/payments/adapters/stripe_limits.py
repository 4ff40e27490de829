"""What Stripe's limits mean for sales: https://docs.stripe.com/rate-limits.

A named operation (`POST /v1/payment_intents`) is an endpoint; each has a limit beside the account's.
"""

from admitone.payments.ports import Endpoint, WriteRates

WRITES_PER_SECOND = 100.0
"""The default of a live account. `ADMITONE_STRIPE_WRITES_PER_SECOND` is the installation's own; the budget learns less
from rejections (`redis_budget`)."""
ENDPOINT_SHARE = 0.25
"""An endpoint's default limit is 25 calls a second, a quarter of the account's."""
WRITES_A_BOOKING = 2
"""Create and confirm. Captures and refunds take what buyers leave."""
SHARE_FOR_ADMISSIONS = 0.75
"""The rest is for declined cards, cancelled attempts and retries."""


def bookings_per_minute(rates: WriteRates) -> float:
    """Return how many buyers a minute can pay while captures wait: the account's limit or an endpoint's decides."""
    endpoints = (rates.endpoints[endpoint] for endpoint in (Endpoint.CREATE, Endpoint.CONFIRM))
    return min(rates.account / WRITES_A_BOOKING, *endpoints) * SHARE_FOR_ADMISSIONS * 60
