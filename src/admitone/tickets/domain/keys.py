"""Keys of the tickets slice, derived from the installation's secrets."""

from collections.abc import Sequence

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from msgspec import Struct

from admitone.kit.keys import KEY_BYTES, KeyRing, derive_key, derive_ring


class CodeKeys(Struct, frozen=True):
    """One secret's keys for ticket codes. `signing` makes codes that anyone with its public key can check. `rotating`
    never leaves the server; the gates of an event get a key derived from it."""

    signing: Ed25519PrivateKey
    rotating: bytes

    @property
    def public_key(self) -> Ed25519PublicKey:
        return self.signing.public_key()

    @property
    def public_bytes(self) -> bytes:
        return self.public_key.public_bytes_raw()


class TicketKeys(Struct, frozen=True):
    """`codes`: the newest secret's first; it signs, all of them verify. `links` signs links that show a ticket,
    `transfers` the right to transfer one."""

    codes: tuple[CodeKeys, ...]
    links: KeyRing
    transfers: KeyRing

    @property
    def newest(self) -> CodeKeys:
        return self.codes[0]


def derive_keys(secrets: Sequence[str]) -> TicketKeys:
    """Derive the same keys from the same secrets in every process (RFC 5869)."""
    return TicketKeys(
        tuple(
            CodeKeys(
                Ed25519PrivateKey.from_private_bytes(derive_key(secret, "ticket codes")),
                derive_key(secret, "rotating codes"),
            )
            for secret in secrets
        ),
        derive_ring(secrets, "ticket links"),
        derive_ring(secrets, "ticket transfers"),
    )


def event_rotating_key(keys: CodeKeys, event_id: str) -> bytes:
    """Return the key with which the gates of one event check the rotating part of a code."""
    return HKDF(hashes.SHA256(), KEY_BYTES, salt=None, info=event_id.encode()).derive(keys.rotating)
