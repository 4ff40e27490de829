"""Codes of an authenticator app (RFC 6238), and recovery codes."""

import hashlib
from datetime import datetime

import pyotp

STEP_SECONDS = 30
CODES = 10
CODE_BYTES = 10
_TOLERATED_STEPS = (0, -1, 1)
"""A phone's clock may be half a minute off."""


def matching_step(secret: str, code: str, now: datetime) -> int | None:
    """Return the step whose code this is; None for no code of about now. Compares in constant time."""
    totp, current = pyotp.TOTP(secret), int(now.timestamp()) // STEP_SECONDS
    typed = "".join(code.split())
    steps = [
        current + offset
        for offset in _TOLERATED_STEPS
        if pyotp.utils.strings_equal(typed, totp.at((current + offset) * STEP_SECONDS))
    ]
    return steps[0] if steps else None


def provisioning_uri(secret: str, *, account: str, organization: str) -> str:
    """Return what the app reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=f"AdmitOne {organization}")


def hash_recovery_code(code: str) -> bytes:
    """Return what is stored of a code of 80 random bits, however it is spaced and written."""
    return hashlib.sha256("".join(code.split()).replace("-", "").lower().encode("utf-8", "surrogatepass")).digest()


def encode_recovery_code(random_bytes: bytes) -> str:
    """Return 20 hexadecimal digits in groups of five."""
    assert len(random_bytes) == CODE_BYTES, "fewer bytes could be guessed"
    digits = random_bytes.hex()
    return "-".join(digits[at : at + 5] for at in range(0, len(digits), 5))
