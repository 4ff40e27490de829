"""The booking token: proof that one made the booking, without a row or a session.

A signature of the booking's id under a key of its own, so that it costs no look-up to check and nothing that leaks
from the database helps to forge it.
"""

from admitone.kit.keys import is_signature, sign


def booking_token(key: bytes, booking_id: str) -> str:
    return sign(key, booking_id)


def is_booking_token(key: bytes, booking_id: str, token: str) -> bool:
    return is_signature(key, booking_id, token)
