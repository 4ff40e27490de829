"""Limits of attempts: how many have no wait, and how long the next one waits.

A payment has a limit for each hold (its `attempt`), for each client and for each address block: card testers pay small
amounts with many cards. A promo code has a limit for each hold, buyer, client and address block: codes can be guessed.
An address block has more free attempts, because more people are behind it.
"""

from datetime import datetime, timedelta

ATTEMPTS_FREE = 3
ATTEMPT_WAIT_SECONDS = 5
# Twice as long after each attempt: a hold of an hour ends before its thirteenth.
ATTEMPT_DOUBLINGS_MAX = 12

CLIENT_DECLINES_FREE, BLOCK_DECLINES_FREE = 6, 30
HOLD_GUESSES_FREE, BUYER_GUESSES_FREE, CLIENT_GUESSES_FREE, BLOCK_GUESSES_FREE = 5, 5, 10, 40


def next_attempt_at(attempt: int, paying_since: datetime | None) -> datetime | None:
    """Return when a hold may be paid again after `attempt` attempts, the last begun at `paying_since`; None: now.

    `begin_payments` in `store/sql/payments.sql` has the same rule, and decides.
    """
    if attempt < ATTEMPTS_FREE or paying_since is None:
        return None
    doublings = min(attempt - ATTEMPTS_FREE, ATTEMPT_DOUBLINGS_MAX)
    return paying_since + timedelta(seconds=ATTEMPT_WAIT_SECONDS * 2**doublings)


def decline_keys(client_key: str | None, block_key: str | None) -> dict[str, int]:
    """Return key → free attempts of the keys that a declined payment counts for, beside its hold."""
    keys = {f"pay:client:{client_key}": CLIENT_DECLINES_FREE} if client_key else {}
    return keys | ({f"pay:block:{block_key}": BLOCK_DECLINES_FREE} if block_key else {})


def guess_keys(
    *, booking_id: str | None = None, buyer: str | None = None, client: str | None = None, block: str | None = None
) -> dict[str, int]:
    """Return key → free attempts of the keys that a typed promo code counts for."""
    keys = {
        f"code:hold:{booking_id}": HOLD_GUESSES_FREE if booking_id else 0,
        f"code:buyer:{buyer}": BUYER_GUESSES_FREE if buyer else 0,
        f"code:client:{client}": CLIENT_GUESSES_FREE if client else 0,
        f"code:block:{block}": BLOCK_GUESSES_FREE if block else 0,
    }
    return {key: free for key, free in keys.items() if free}
