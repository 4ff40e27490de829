"""Where a request comes from, as far as limits count it."""

import hashlib
import hmac

from msgspec import Struct

from admitone.kit.keys import KeyRing


class Origin(Struct, frozen=True):
    """`client`: the id of a signed client token. `block`: the client's address block. None: there is none to count."""

    client: str | None = None
    block: str | None = None


NO_ORIGIN = Origin()


def stored_key(keys: KeyRing, kind: str, value: str | None) -> str | None:
    """Return what stands for `value` in the database: a keyed hash, so that no address can be read from it.

    A rotation of the secret makes other keys: limits begin to count again.
    """
    if value is None:
        return None
    return hmac.digest(keys.newest, f"{kind}\n{value}".encode(), hashlib.sha256)[:12].hex()
