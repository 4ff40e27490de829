"""One secret, a key for each purpose: HKDF-SHA256 (RFC 5869)."""

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32


def derive_key(secret: str, purpose: str) -> bytes:
    """Return 32 bytes for `purpose`; knowing them tells nothing of the secret or of other purposes' keys."""
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=f"admitone {purpose}".encode()).derive(secret.encode())
