"""The origin of a request, by which limits count."""

import hashlib
import hmac

from msgspec import Struct

from admitone.kit.keys import KeyRing


class Origin(Struct, frozen=True):
    """`client`: the id of a signed client token. `block`: the client's address block. None: not counted."""

    client: str | None = None
    block: str | None = None


NO_ORIGIN = Origin()


def stored_key(keys: KeyRing, kind: str, value: str | None) -> str | None:
    """Return the database key of `value`: a keyed hash, from which no address can be read.

    After a rotation of the secret the keys differ, and limits start from zero.
    """
    if value is None:
        return None
    return hmac.digest(keys.newest, f"{kind}\n{value}".encode(), hashlib.sha256)[:12].hex()
