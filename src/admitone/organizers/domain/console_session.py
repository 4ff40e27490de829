"""Tokens of console sessions and one-time links, and when sessions end. A token is 256 random bits."""

import base64
import hashlib
import re
from datetime import datetime, timedelta

from msgspec import Struct

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
FRESH = timedelta(minutes=30)
"""Members, keys and money are changed, and a person's data is exported and erased, by people who proved who they are in
this time."""
CODE_WAIT = timedelta(minutes=10)
AGENT_CHARACTERS_MAX = 300


class ConsoleSession(Struct, frozen=True):
    """A running session, as its person sees it."""

    id: str
    organization_name: str
    created_at: datetime
    last_seen_at: datetime
    address: str | None
    agent: str


class WaitingSession(Struct, frozen=True):
    """A session whose password was right, and whose code is missing."""

    id: str
    person_id: str
    organization_id: str


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


def is_fresh(authenticated_at: datetime | None, now: datetime) -> bool:
    """Return whether a person proved who they are recently; a key and a person without a password need not."""
    return authenticated_at is None or now - authenticated_at < FRESH


def session_end(now: datetime) -> datetime:
    """Return when a session that begins now ends in any case."""
    return now + LIFETIME


def code_end(now: datetime) -> datetime:
    """Return until when a session that begins now waits for the code of the second factor."""
    return now + CODE_WAIT


def link_end(now: datetime) -> datetime:
    """Return when a link that is made now stops working."""
    return now + LINK_LIFETIME
