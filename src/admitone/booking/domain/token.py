"""The booking token: proof that one made the booking, without a row or a session.

HMAC-SHA256 (RFC 2104) of the booking's id under a key of its own, so that it costs no look-up to check and
nothing that leaks from the database helps to forge it.
"""

import base64
import hashlib
import hmac


def booking_token(key: bytes, booking_id: str) -> str:
    digest = hmac.digest(key, booking_id.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def is_booking_token(key: bytes, booking_id: str, token: str) -> bool:
    """Compare in constant time. Any text may come in."""
    return hmac.compare_digest(booking_token(key, booking_id).encode(), token.encode("utf-8", "replace"))
