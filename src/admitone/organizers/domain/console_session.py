"""Tokens of console sessions and one-time links, and when sessions end. A token is 256 random bits."""

import base64
import hashlib
import re
from datetime import datetime, timedelta

from admitone.organizers.domain.api_key import RANDOM_BYTES

PREFIX = "cs_"
_SESSION = re.compile(r"cs_[A-Za-z0-9_-]{43}", re.ASCII)
_LINK = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)

IDLE = timedelta(hours=12)
"""A session ends when its person did nothing for this long."""
LIFETIME = timedelta(days=14)
"""A session ends after this time in any case."""
TOUCH_EVERY = timedelta(minutes=1)
"""`last_seen_at` is written at most this often a session."""
LINK_LIFETIME = timedelta(days=7)
"""An invitation or the link of a first owner works this long."""
AGENT_CHARACTERS_MAX = 300


def encode_session_token(random_bytes: bytes) -> str:
    """Return the token of a session for 32 random bytes."""
    return PREFIX + encode_link_token(random_bytes)


def encode_link_token(random_bytes: bytes) -> str:
    """Return the token of a one-time link for 32 random bytes."""
    assert len(random_bytes) == RANDOM_BYTES, "fewer bytes could be guessed"
    return base64.urlsafe_b64encode(random_bytes).rstrip(b"=").decode()


def hash_token(token: str) -> bytes:
    """Return the SHA-256 that is stored. Looking up by hash leaks no timing of the token itself."""
    return hashlib.sha256(token.encode()).digest()


def is_session_token(text: str) -> bool:
    return _SESSION.fullmatch(text) is not None


def is_link_token(text: str) -> bool:
    return _LINK.fullmatch(text) is not None


def session_end(now: datetime) -> datetime:
    """Return when a session that begins now ends in any case."""
    return now + LIFETIME


def link_end(now: datetime) -> datetime:
    """Return when a link that is made now stops working."""
    return now + LINK_LIFETIME
