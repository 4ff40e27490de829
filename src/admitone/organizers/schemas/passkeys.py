"""Passkeys of the caller."""

from datetime import datetime
from typing import Annotated, Any

from msgspec import Meta, Struct

from admitone.kit.text import NAME
from admitone.organizers.usecases.passkeys import PasskeyList

Name = Annotated[str, Meta(max_length=100, extra={"rule": NAME})]


class PasskeyOut(Struct):
    id: str
    name: str
    created_at: datetime
    last_used_at: datetime | None


class PasskeyListOut(Struct):
    """`is_available`: passkeys need a public URL with a domain name."""

    passkeys: list[PasskeyOut]
    is_available: bool

    @classmethod
    def of(cls, found: PasskeyList) -> "PasskeyListOut":
        passkeys = [PasskeyOut(key.id, key.name, key.created_at, key.last_used_at) for key in found.passkeys]
        return cls(passkeys, found.is_available)


class AttestationIn(Struct):
    """`AuthenticatorAttestationResponse` as JSON; base64url without padding."""

    clientDataJSON: Annotated[str, Meta(max_length=4_000)]  # noqa: N815 # the name of the standard
    attestationObject: Annotated[str, Meta(max_length=12_000)]  # noqa: N815


class CredentialIn(Struct):
    """What `PublicKeyCredential.toJSON` of a new passkey returns; other members are not read."""

    id: Annotated[str, Meta(max_length=1_400)]
    rawId: Annotated[str, Meta(max_length=1_400)]  # noqa: N815
    type: Annotated[str, Meta(max_length=40)]
    response: AttestationIn


class PasskeyIn(Struct, forbid_unknown_fields=True):
    name: Name
    credential: CredentialIn


class PasskeyOptionsOut(Struct):
    """`public_key`: what `PublicKeyCredential.parseCreationOptionsFromJSON` takes."""

    public_key: dict[str, Any]


class CreatedPasskeyOut(Struct):
    id: str
