"""Which passwords are accepted: long enough, and none of those that are tried first (NIST SP 800-63B, 3.1.1)."""

from collections.abc import Iterable

from admitone.organizers.domain.common_passwords import common_passwords

CHARACTERS_MIN, CHARACTERS_MAX = 10, 200
_RUNS = (
    "01234567890123456789",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
)
_DIFFERENT_MIN = 5


def password_fault(password: str, about: Iterable[str] = ()) -> str | None:
    """Say why a password is not accepted. `about`: the person's name and address, which are tried first too."""
    if len(password) < CHARACTERS_MIN:
        return f"Use at least {CHARACTERS_MIN} characters. Three or four words are easy to remember."
    if len(password) > CHARACTERS_MAX:
        return f"Use at most {CHARACTERS_MAX} characters."
    plain = password.casefold()
    if plain in common_passwords() or _is_plain(plain):
        return "This password is one of the first that others would try. Choose another one."
    words = {word for text in about for word in (text.casefold(), text.casefold().partition("@")[0]) if len(word) > 3}
    if any(plain.strip("0123456789!.-_ ") == word for word in words):
        return "Do not use your name or address as password."
    return None


def _is_plain(plain: str) -> bool:
    """Return whether it is a run on the keyboard, or made of very few characters."""
    return len(set(plain)) < _DIFFERENT_MIN or any(plain in run or plain in run[::-1] for run in _RUNS)
