"""Passkeys: what is stored of one, which site they belong to, and the challenges that their answers sign."""

import base64
import binascii
import hashlib
import ipaddress
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from msgspec import Struct

from admitone.kit.keys import SIGNATURE_CHARACTERS, KeyRing

CHALLENGE_LIFETIME = timedelta(minutes=10)
NONCE_BYTES = 16
NAME_CHARACTERS_MAX = 100
_SECONDS_DIGITS = 12
_DEFAULT_PORTS = {"http": 80, "https": 443}


class Passkey(Struct, frozen=True):
    """A passkey as its person sees it."""

    id: str
    credential_id: bytes
    name: str
    created_at: datetime
    last_used_at: datetime | None


class StoredKey(Struct, frozen=True):
    """What checks an answer."""

    id: str
    person_id: str
    public_key: bytes
    sign_count: int


class RelyingParty(Struct, frozen=True):
    """The site that passkeys belong to: its domain, and the origin of its pages."""

    id: str
    origin: str


def relying_party_of(public_url: str) -> RelyingParty | None:
    """Return the site of the installation's public URL; None for an IP address, which has no passkeys (WebAuthn)."""
    parts = urlsplit(public_url)
    host = parts.hostname or ""
    if not host or _is_ip_address(host):
        return None
    port = "" if parts.port in (None, _DEFAULT_PORTS.get(parts.scheme)) else f":{parts.port}"
    return RelyingParty(host, f"{parts.scheme}://{host}{port}")


def make_challenge(keys: KeyRing, purpose: str, *, random_bytes: bytes, now: datetime) -> bytes:
    """Return a challenge for `purpose` (what is signed in or confirmed, in which session). Nothing is stored of it:
    strangers open as many sign-in pages as they like."""
    assert len(random_bytes) == NONCE_BYTES, "fewer bytes could be guessed"
    ends = int((now + CHALLENGE_LIFETIME).timestamp())
    head = f"{ends:0{_SECONDS_DIGITS}}{random_bytes.hex()}"
    return f"{head}{keys.sign(f'{purpose} {head}')}".encode()


def challenge_end(keys: KeyRing, purpose: str, challenge: bytes, now: datetime) -> datetime | None:
    """Return when a challenge of ours for this purpose expires; None for any other, or an expired one."""
    text = challenge.decode("ascii", "replace")
    head, signature = text[:-SIGNATURE_CHARACTERS], text[-SIGNATURE_CHARACTERS:]
    if not keys.is_signature(f"{purpose} {head}", signature):
        return None
    ends_at = datetime.fromtimestamp(int(head[:_SECONDS_DIGITS]), now.tzinfo)
    return ends_at if now < ends_at else None


def hash_challenge(challenge: bytes) -> bytes:
    return hashlib.sha256(challenge).digest()


def encode_bytes(text: bytes) -> str:
    """Return base64url without padding, as WebAuthn's JSON has it."""
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def decode_bytes(text: str) -> bytes | None:
    """Return the bytes of base64url without padding, as WebAuthn's JSON has them; None for another text."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None


def _is_ip_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
