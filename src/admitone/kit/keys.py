"""The installation's secrets as a key ring: a key for each purpose (HKDF-SHA256, RFC 5869), and signatures under it.

The ring holds the newest secret first. The newest signs; every secret of the ring verifies, so links and tokens from
before a rotation stay valid until their secret leaves the ring. A signature names its key.
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from msgspec import Struct

KEY_BYTES = 32
KEY_ID_CHARACTERS = 4
_KEY_ID_BYTES = 3
_MAC_CHARACTERS = 43
SIGNATURE_CHARACTERS = KEY_ID_CHARACTERS + _MAC_CHARACTERS


class SigningKey(Struct, frozen=True):
    """`id` is derived from the secret: 4 characters of base64url that say which secret signed."""

    id: str
    key: bytes


class KeyRing(Struct, frozen=True):
    """The keys of one purpose, the newest first."""

    keys: tuple[SigningKey, ...]

    @property
    def newest(self) -> bytes:
        """Return the key that signs and encrypts."""
        return self.keys[0].key

    def sign(self, text: str) -> str:
        """Return 47 URL-safe characters that only the holder of the newest key can make for `text`."""
        newest = self.keys[0]
        return newest.id + _mac(newest.key, text)

    def is_signature(self, text: str, signature: str) -> bool:
        """Compare in constant time. Accepts any text. A signature without a key id (43 characters, from before there
        was a ring) is tried with every key."""
        if len(signature) == _MAC_CHARACTERS:
            return any(_is_mac(key.key, text, signature) for key in self.keys)
        key_id, mac = signature[:KEY_ID_CHARACTERS], signature[KEY_ID_CHARACTERS:]
        return any(_is_mac(key.key, text, mac) for key in self.keys if key.id == key_id)


def derive_key(secret: str, purpose: str) -> bytes:
    """Return 32 bytes for `purpose`; they reveal neither the secret nor the keys of other purposes."""
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=f"admitone {purpose}".encode()).derive(secret.encode())


def derive_ring(secrets: Sequence[str], purpose: str) -> KeyRing:
    """Return the keys of all secrets (newest first) for `purpose`. Raises `ValueError` without a secret."""
    if not secrets:
        raise ValueError("a key ring needs at least one secret")
    return KeyRing(tuple(SigningKey(key_id(secret), derive_key(secret, purpose)) for secret in secrets))


def key_id(secret: str) -> str:
    """Return the id under which a secret's signatures are recognised; it reveals nothing about the secret."""
    return base64.urlsafe_b64encode(derive_key(secret, "key id")[:_KEY_ID_BYTES]).decode()


def _mac(key: bytes, text: str) -> str:
    digest = hmac.digest(key, text.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _is_mac(key: bytes, text: str, mac: str) -> bool:
    return hmac.compare_digest(_mac(key, text).encode(), mac.encode("utf-8", "replace"))
