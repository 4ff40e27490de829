"""Identify the organization of an API key, and check the key's role. Cache valid keys for 10 s."""

from admitone.kit.refusal import Kind, Refusal
from admitone.organizers.contracts import Identity, Role
from admitone.organizers.domain.api_key import hash_api_key, is_api_key
from admitone.organizers.store.accounts import read_identity
from admitone.organizers.usecases.deps import Deps


class NotAuthenticated(Refusal):
    code = "not-authenticated"
    kind = Kind.UNAUTHENTICATED


class RoleMissing(Refusal):
    code = "role-missing"
    kind = Kind.FORBIDDEN


async def authenticate(deps: Deps, api_key: str | None, needed: Role) -> Identity:
    """Return the identity of the API key. Raises `NotAuthenticated` (no key, or no valid one) or `RoleMissing`.

    Bound to its `deps` it is a `contracts.Authenticate`.
    """
    identity = await _identify(deps, api_key)
    if not identity.role.covers(needed):
        raise RoleMissing(
            f"This needs the role {needed.value}; the key has the role {identity.role.value}.",
            needed=needed.value,
        )
    return identity


async def _identify(deps: Deps, api_key: str | None) -> Identity:
    if api_key is None or not is_api_key(api_key):
        raise NotAuthenticated("Send an API key: Authorization: Bearer ak_….")
    key_hash, now = hash_api_key(api_key), deps.now()
    remembered = deps.identities.get(key_hash)
    if remembered is not None:
        return remembered[0]
    async with deps.pool.connection() as conn:
        found = await read_identity(conn, key_hash=key_hash, now=now)
    if found is None:
        raise NotAuthenticated("The API key is unknown, expired, or was revoked.")
    deps.identities[key_hash] = found
    return found[0]
