"""Keys of the tickets slice, all derived from the installation's one secret."""

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from msgspec import Struct

from admitone.kit.keys import derive_key

KEY_BYTES = 32


class TicketKeys(Struct, frozen=True):
    """`signing` makes codes that anyone with its public half can check; the others never leave the server,
    except an event's own rotating key, which its doors get with the manifest."""

    signing: Ed25519PrivateKey
    links: bytes
    rotating: bytes

    @property
    def public_key(self) -> bytes:
        return self.signing.public_key().public_bytes_raw()


def derive_keys(secret_key: str) -> TicketKeys:
    """The same secret gives the same keys in every process (RFC 5869)."""
    return TicketKeys(
        Ed25519PrivateKey.from_private_bytes(derive_key(secret_key, "ticket codes")),
        derive_key(secret_key, "ticket links"),
        derive_key(secret_key, "rotating codes"),
    )


def event_rotating_key(keys: TicketKeys, event_id: str) -> bytes:
    """What the doors of one event need to check the part of a code that changes."""
    return _derive(keys.rotating, event_id)


def _derive(secret: bytes, purpose: str) -> bytes:
    return HKDF(hashes.SHA256(), KEY_BYTES, salt=None, info=purpose.encode()).derive(secret)
