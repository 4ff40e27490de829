"""Idempotency keys of calls to the provider: each names (booking, attempt, step)."""

from admitone.kit.ids import new_id


def create_key(booking_id: str, attempt: int) -> str:
    return f"{booking_id}:{attempt}:create"


def confirm_key(booking_id: str, attempt: int) -> str:
    return f"{booking_id}:{attempt}:confirm"


def capture_key(booking_id: str, attempt: int) -> str:
    return f"{booking_id}:{attempt}:capture"


def cancel_key(booking_id: str, attempt: int) -> str:
    return f"{booking_id}:{attempt}:cancel"


def refund_key(refund_id: str) -> str:
    return f"{refund_id}:refund"


def another_key(key: str) -> str:
    """Return a new key for the call of `key`, because the provider replays an old error for `key` for a day.

    Use it only where a second call is harmless: the intent's state allows the step once, or we saw that the first
    call did nothing.
    """
    return f"{key}:{new_id('try')}"
