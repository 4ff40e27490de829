"""Signatures that name the version of what they open: raising the version ends all of before.

The first version is the plain signature of the subject, so almost every link is checked without a look-up. A check
returns the version that was signed; the reader of the subject compares it with the version of now.
"""

from admitone.kit.keys import KeyRing

_DIGITS_MAX = 5


def sign_version(keys: KeyRing, subject: str, version: int = 0) -> str:
    """Return a signature, safe in URLs, with the version in front unless it is the first one."""
    return f"{version}.{keys.sign(_signed(subject, version))}" if version else keys.sign(subject)


def signed_version(keys: KeyRing, subject: str, text: str) -> int | None:
    """Return the version of a signature that we made for the subject, None for any other text. Compares in constant
    time."""
    number, dot, signature = text.rpartition(".")
    if not dot:
        return 0 if keys.is_signature(subject, text) else None
    if not (number.isascii() and number.isdigit() and len(number) <= _DIGITS_MAX):
        return None
    version = int(number)
    return version if version and keys.is_signature(_signed(subject, version), signature) else None


def named_version(text: str) -> int:
    """Return the version that a text names which `signed_version` has accepted."""
    return int(text.rpartition(".")[0] or 0)


def _signed(subject: str, version: int) -> str:
    return f"{subject} {version}"
