"""The share of Stripe's write limit that sales may use: https://docs.stripe.com/rate-limits."""

WRITES_PER_SECOND = 100
# A booking makes three writes: create, confirm, capture. A quarter stays free for refunds and retries.
BOOKINGS_PER_MINUTE = WRITES_PER_SECOND / 3 * 0.75 * 60
