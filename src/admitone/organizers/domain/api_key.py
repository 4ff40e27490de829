"""API keys: `ak_` and 43 characters of base64url, which are 256 random bits."""

import base64
import hashlib
import re
from datetime import datetime

from msgspec import Struct

from admitone.organizers.contracts import Role

PREFIX = "ak_"
RANDOM_BYTES = 32
_SHAPE = re.compile(r"ak_[A-Za-z0-9_-]{43}", re.ASCII)


class ApiKey(Struct, frozen=True):
    """The stored data of a key, without the key itself. `label`: a name that its owner chose."""

    id: str
    role: Role
    label: str
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime | None
    revoked_at: datetime | None

    def state(self, now: datetime) -> str:
        """Return `live`, `expired` or `revoked`."""
        if self.revoked_at is not None:
            return "revoked"
        return "expired" if self.expires_at is not None and self.expires_at <= now else "live"


class Organization(Struct, frozen=True):
    id: str
    name: str
    created_at: datetime
    live_keys: int
    owners: int
    """How many people are its owner in the console."""


def encode_api_key(random_bytes: bytes) -> str:
    """Return the key for 32 random bytes. Raises `ValueError` for another length: it would weaken the key."""
    if len(random_bytes) != RANDOM_BYTES:
        raise ValueError(f"an API key needs {RANDOM_BYTES} random bytes, not {len(random_bytes)}")
    return PREFIX + base64.urlsafe_b64encode(random_bytes).rstrip(b"=").decode()


def hash_api_key(key: str) -> bytes:
    """Return the SHA-256 that is stored. Looking up by hash leaks no timing of the key itself."""
    return hashlib.sha256(key.encode()).digest()


def is_api_key(text: str) -> bool:
    """Return whether the text has the shape of an API key."""
    return _SHAPE.fullmatch(text) is not None
