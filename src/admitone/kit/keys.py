"""One secret, a key for each purpose (HKDF-SHA256, RFC 5869), and short signatures under it (HMAC-SHA256, RFC 2104)."""

import base64
import hashlib
import hmac

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32


def derive_key(secret: str, purpose: str) -> bytes:
    """Return 32 bytes for `purpose`; knowing them tells nothing of the secret or of other purposes' keys."""
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=f"admitone {purpose}".encode()).derive(secret.encode())


def sign(key: bytes, text: str) -> str:
    """Return 43 characters, fit for addresses, that only the holder of `key` can make for `text`."""
    digest = hmac.digest(key, text.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def is_signature(key: bytes, text: str, signature: str) -> bool:
    """Compare in constant time. Any text may come in."""
    return hmac.compare_digest(sign(key, text).encode(), signature.encode("utf-8", "replace"))
