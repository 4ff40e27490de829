"""Signed texts: a place in the queue, and a pass. Any process with the key checks them without a look-up.

`<kind>.<event id>.<entry>.<moment>.<signature of all before the last point>` (`kit.keys`); the moment is in Unix
seconds: when the place was given, or when the pass ends.
"""

from msgspec import Struct

from admitone.kit.keys import KeyRing

QUEUE, PASS = "q1", "p1"
TOKEN_CHARACTERS_MAX = 300
_NUMBER_DIGITS_MAX = 15


class Token(Struct, frozen=True):
    event_id: str
    entry: int
    moment: int


def sign_token(keys: KeyRing, kind: str, token: Token) -> str:
    text = f"{kind}.{token.event_id}.{token.entry}.{token.moment}"
    return f"{text}.{keys.sign(text)}"


def read_token(keys: KeyRing, kind: str, text: str) -> Token | None:
    """Return the token that was signed as `kind`, or None for any other text. Compares in constant time."""
    if len(text) > TOKEN_CHARACTERS_MAX or not text.isascii():
        return None
    signed, _, signature = text.rpartition(".")
    if not keys.is_signature(signed, signature):
        return None
    parts = signed.rsplit(".", 2)
    prefix, _, event_id = parts[0].partition(".")
    if prefix != kind or len(parts) != 3 or not all(_is_number(part) for part in parts[1:]):
        return None
    return Token(event_id, int(parts[1]), int(parts[2]))


def _is_number(text: str) -> bool:
    return text.isdecimal() and len(text) <= _NUMBER_DIGITS_MAX
