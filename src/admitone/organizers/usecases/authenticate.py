"""Who is asking, and may they? Asked on every organizer request, so good keys are remembered for 10 s."""

from datetime import UTC, datetime, timedelta

from admitone.kit.refusal import Kind, Refusal
from admitone.organizers.contracts import Identity, Role
from admitone.organizers.domain.api_key import hash_api_key, read_bearer
from admitone.organizers.store.accounts import read_identity
from admitone.organizers.usecases.deps import Deps

REMEMBERED = timedelta(seconds=10)
"""A revoked key works at most this long in a process that has just seen it."""
REMEMBERED_MAX = 10_000


class NotAuthenticated(Refusal):
    code = "not-authenticated"
    kind = Kind.UNAUTHENTICATED


class RoleMissing(Refusal):
    code = "role-missing"
    kind = Kind.FORBIDDEN


async def authenticate(deps: Deps, authorization: str | None, needed: Role) -> Identity:
    """Return whose key this is. Raises `NotAuthenticated` (no or no good key) or `RoleMissing`.

    Bound to its `deps` it is a `contracts.Authenticate`.
    """
    identity = await _identify(deps, authorization)
    if not identity.role.covers(needed):
        raise RoleMissing(
            f"This needs the role {needed.value}; the key has the role {identity.role.value}.",
            needed=needed.value,
        )
    return identity


async def _identify(deps: Deps, authorization: str | None) -> Identity:
    key = read_bearer(authorization)
    if key is None:
        raise NotAuthenticated("Send an API key: Authorization: Bearer ak_….")
    key_hash, now = hash_api_key(key), deps.now()
    remembered = deps.identities.get(key_hash)
    if remembered is not None and now < remembered[1]:
        return remembered[0]
    deps.identities.pop(key_hash, None)
    async with deps.pool.connection() as conn:
        found = await read_identity(conn, key_hash=key_hash, now=now)
    if found is None:
        raise NotAuthenticated("The API key is unknown, expired, or was revoked.")
    identity, expires_at = found
    if len(deps.identities) >= REMEMBERED_MAX:
        deps.identities.clear()
    deps.identities[key_hash] = (identity, min(now + REMEMBERED, expires_at or datetime.max.replace(tzinfo=UTC)))
    return identity
