"""Issue and check the links and cookies that open the pages of one booking, or of one accepted transfer.

A link contains a code: a signature of the booking's id under a key of its own. The code opens the pages and nothing
else; the HTTP API refuses it. Opening a link exchanges its code for a cookie whose value is the booking token, so that
no address, browser history or log contains the token.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from admitone.kit.keys import KeyRing
from admitone.kit.link_versions import named_version, sign_version, signed_version
from admitone.kit.refusal import Kind, Refusal

COOKIES_MAX = 30
"""Cookies of bookings in one browser. 30 of them are 3 kB; the gateway accepts 8 kB for all cookies."""
COOKIE_SECONDS = 400 * 24 * 3600
"""Browsers keep no cookie longer (RFC 6265bis)."""

_ULID = re.compile(r"[0-9a-z]{1,26}")
_EXPIRED_MAX = 50


class BookingLinkInvalid(Refusal):
    """The code or token of a link is not one of this booking."""

    code = "booking-not-found"
    kind = Kind.NOT_FOUND

    def __init__(self) -> None:
        super().__init__("There is no such booking, or the link does not belong to it.")


class BookingLinkRequired(Refusal):
    """The request has neither a link's code nor the booking's cookie."""

    code = "booking-link-required"
    kind = Kind.NOT_FOUND

    def __init__(self) -> None:
        super().__init__("Open the booking's link first: it sets the cookie that this address needs.")


@dataclass(frozen=True)
class BookingLinks:
    """`keys` sign the codes. `issue_token`: (booking id, version of its links) → booking token; `is_token`: (booking
    id, token) → we made it. Who reads the booking with the token learns whether its version is the booking's.

    `is_secure`: the public URL is https. The cookies then have the `__Host-` prefix and are sent over https only.
    """

    keys: KeyRing
    issue_token: Callable[[str, int], str]
    is_token: Callable[[str, str], bool]
    is_secure: bool

    def code(self, booking_id: str, version: int = 0) -> str:
        """Return 47 characters, safe in URLs, and the version if the booking's address was corrected."""
        return sign_version(self.keys, booking_id, version)

    def exchange(self, booking_id: str, *, code: str, token: str) -> str:
        """Return the booking token for the code or token of a link. Raises `BookingLinkInvalid`."""
        if self.is_token(booking_id, token):
            return token
        version = signed_version(self.keys, booking_id, code)
        if version is None:
            raise BookingLinkInvalid
        return self.issue_token(booking_id, version)

    def read_cookie(self, booking_id: str, cookies: Mapping[str, str]) -> str:
        """Return the booking token of the booking's cookie. Raises `BookingLinkRequired`."""
        token = cookies.get(self.cookie_name(booking_id), "")
        if not self.is_token(booking_id, token):
            raise BookingLinkRequired
        return token

    def latest_token(self, booking_id: str, token: str, cookies: Mapping[str, str]) -> str:
        """Return `token`, or that of the booking's cookie if it is of a later version: a link from before a correction
        takes nothing from the browser that confirmed it."""
        own = cookies.get(self.cookie_name(booking_id), "")
        is_later = self.is_token(booking_id, own) and named_version(own) > named_version(token)
        return own if is_later else token

    def cookie_name(self, booking_id: str) -> str:
        return self._name_prefix + booking_id.rpartition("_")[2]

    def outdated_cookies(self, booking_id: str, cookies: Mapping[str, str]) -> list[str]:
        """Return the names of the cookies that expire when the booking's cookie is set.

        These are the oldest bookings above `COOKIES_MAX`: the names contain ULIDs, which sort by time.
        """
        prefix, own = self._name_prefix, self.cookie_name(booking_id)
        others = sorted(
            name
            for name in cookies
            if name.startswith(prefix) and name != own and _ULID.fullmatch(name.removeprefix(prefix))
        )
        return others[: max(0, len(others) - (COOKIES_MAX - 1))][:_EXPIRED_MAX]

    @property
    def _name_prefix(self) -> str:
        return "__Host-admitone-b-" if self.is_secure else "admitone-b-"
