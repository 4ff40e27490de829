"""The booking token: proof that the bearer made the booking, without a row or a session.

A signature of the booking's id under a key of its own: checking it costs no look-up, and a leak of the database does
not help to forge it.
"""

from admitone.kit.keys import KeyRing


def booking_token(keys: KeyRing, booking_id: str) -> str:
    return keys.sign(booking_id)


def is_booking_token(keys: KeyRing, booking_id: str, token: str) -> bool:
    return keys.is_signature(booking_id, token)
