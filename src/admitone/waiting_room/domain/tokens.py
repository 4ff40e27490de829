"""Signed texts: a place in the line, and leave to enter. Checked without a look-up, wherever the key is.

`<kind>.<event id>.<entry>.<moment>.<HMAC-SHA256 of all before the last point, base64url>`; the moment is in Unix
seconds: when the place was given, or when the leave ends.
"""

import base64
import hashlib
import hmac

from msgspec import Struct

QUEUE, PASS = "q1", "p1"
TOKEN_CHARACTERS_MAX = 300
_NUMBER_DIGITS_MAX = 15


class Token(Struct, frozen=True):
    event_id: str
    entry: int
    moment: int


def sign_token(key: bytes, kind: str, token: Token) -> str:
    text = f"{kind}.{token.event_id}.{token.entry}.{token.moment}"
    return f"{text}.{_mac(key, text)}"


def read_token(key: bytes, kind: str, text: str) -> Token | None:
    """Return what was signed as `kind`, or None for any other text. Compares in constant time."""
    if len(text) > TOKEN_CHARACTERS_MAX or not text.isascii():
        return None
    signed, _, mac = text.rpartition(".")
    if not hmac.compare_digest(_mac(key, signed).encode(), mac.encode()):
        return None
    parts = signed.rsplit(".", 2)
    prefix, _, event_id = parts[0].partition(".")
    if prefix != kind or len(parts) != 3 or not all(_is_number(part) for part in parts[1:]):
        return None
    return Token(event_id, int(parts[1]), int(parts[2]))


def _mac(key: bytes, text: str) -> str:
    digest = hmac.digest(key, text.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _is_number(text: str) -> bool:
    return text.isdecimal() and len(text) <= _NUMBER_DIGITS_MAX
