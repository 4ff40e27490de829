"""Create the links and cookies of bookings with this installation's keys."""

from collections.abc import Sequence

from admitone.booking.domain.token import booking_token, is_booking_token
from admitone.kit.keys import KeyRing, derive_ring
from admitone.pages.domain.booking_links import BookingLinks


def booking_links(secret_keys: Sequence[str], token_keys: KeyRing, *, is_secure: bool) -> BookingLinks:
    """Return the links. `token_keys` sign booking tokens. `is_secure`: the public URL is https."""
    return BookingLinks(
        derive_ring(secret_keys, "booking link"),
        issue_token=lambda booking_id, version: booking_token(token_keys, booking_id, version),
        is_token=lambda booking_id, token: is_booking_token(token_keys, booking_id, token),
        is_secure=is_secure,
    )
