"""A sign-in at an OpenID Connect provider: what the browser keeps meanwhile, and what the provider says of a person."""

import base64
import hashlib
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct

from admitone.kit.refusal import Kind, Refusal
from admitone.kit.text import clean_name, email_fault, name_fault
from admitone.organizers.domain.member import NAME_CHARACTERS_MAX

WAIT = timedelta(minutes=10)
CLOCK_SECONDS = 30
"""How far the provider's clock may be off."""
RANDOM_BYTES = 32
SUBJECT_CHARACTERS_MAX = 255


class ProviderRefused(Refusal):
    """The provider gave no proof that is valid, or for a person who is unknown here."""

    code = "provider-sign-in-refused"
    kind = Kind.FORBIDDEN


class NoProvider(Refusal):
    code = "no-identity-provider"
    kind = Kind.NOT_FOUND

    def __init__(self) -> None:
        super().__init__("This installation has no identity provider.")


class ProviderUnavailable(Refusal):
    code = "provider-unavailable"
    kind = Kind.BUSY

    def __init__(self) -> None:
        super().__init__("The identity provider does not answer as it should. Try again shortly.")


class Pending(Struct, frozen=True):
    """What the browser keeps between leaving for the provider and coming back. `session_id`: of the session that is
    confirmed; None for a sign-in."""

    state: str
    nonce: str
    verifier: str
    next: str
    session_id: str | None
    began_at: datetime

    @property
    def ends_at(self) -> datetime:
        return self.began_at + WAIT


class ProviderPerson(Struct, frozen=True):
    """`email`: only an address that the provider has verified."""

    subject: str
    email: str | None
    name: str
    authenticated_at: int | None


def code_challenge(verifier: str) -> str:
    """Return the S256 challenge of a verifier (RFC 7636)."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def provider_person(claims: dict[str, Any]) -> ProviderPerson:
    """Return the person of verified claims. Raises `ProviderRefused` without a subject."""
    subject, email, auth_time = claims.get("sub"), claims.get("email"), claims.get("auth_time")
    if not isinstance(subject, str) or not 0 < len(subject) <= SUBJECT_CHARACTERS_MAX or "\0" in subject:
        raise ProviderRefused("The identity provider names no person.")
    # Anyone may type the address of another person at many providers: only a verified one counts.
    is_verified = claims.get("email_verified") is True and isinstance(email, str)
    address = clean_name(email) if is_verified and isinstance(email, str) else None
    if address is not None and email_fault(address) is not None:
        address = None
    name = clean_name(str(claims.get("name") or ""))[:NAME_CHARACTERS_MAX]
    if not name or name_fault(name) is not None:
        name = address or "Colleague"
    return ProviderPerson(subject, address, name, auth_time if type(auth_time) is int else None)
