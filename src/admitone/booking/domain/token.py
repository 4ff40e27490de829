"""The booking token: proof that the bearer made the booking, without a row or a session.

A signature of the booking's id under a key of its own: a leak of the database does not help to forge it. It names the
version of the booking's links, which `check_link_version` compares once the booking is read.
"""

from admitone.booking.contracts import Booking
from admitone.booking.domain.correction_refusals import BookingLinkReplaced
from admitone.kit.keys import KeyRing
from admitone.kit.link_versions import named_version, sign_version, signed_version
from admitone.kit.text import masked_address


def booking_token(keys: KeyRing, booking_id: str, version: int = 0) -> str:
    return sign_version(keys, booking_id, version)


def is_booking_token(keys: KeyRing, booking_id: str, token: str) -> bool:
    """Return whether we made the token for this booking, for its links of now or from before a correction."""
    return signed_version(keys, booking_id, token) is not None


def check_link_version(booking: Booking, token: str) -> None:
    """Raises `BookingLinkReplaced` for a token from before the booking's address was corrected. The caller has asked
    `is_booking_token` before it read the booking."""
    if named_version(token) != booking.link_version:
        raise BookingLinkReplaced(masked_address(booking.buyer_email or ""))
