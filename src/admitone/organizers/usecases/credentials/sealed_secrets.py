"""Encrypt what must be read again (AES-256-GCM): a backup of the database alone opens no second factor."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from admitone.kit.keys import KeyRing

_NONCE_BYTES = 12


def seal(keys: KeyRing, text: str, *, owner: str) -> bytes:
    """Return the text encrypted with the newest key; it opens for the same `owner` only."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(keys.newest).encrypt(nonce, text.encode(), owner.encode())


def unseal(keys: KeyRing, sealed: bytes, *, owner: str) -> str | None:
    """Return the text; None where its key has left the ring."""
    for key in keys.keys:
        try:
            return AESGCM(key.key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], owner.encode()).decode()
        except InvalidTag:
            continue
    return None
