"""A key that was lost or is no longer needed ends within the memory of `authenticate`."""

from admitone.kit.refusal import Kind, Refusal
from admitone.organizers.store.accounts import revoke_api_key as store_revocation
from admitone.organizers.usecases.deps import Deps


class ApiKeyNotFound(Refusal):
    code = "api-key-not-found"
    kind = Kind.NOT_FOUND


async def revoke_api_key(deps: Deps, *, organization_id: str, key_id: str) -> None:
    """End the key; other processes forget it in at most 10 s. Raises `ApiKeyNotFound`."""
    async with deps.pool.connection() as conn:
        revoked = await store_revocation(conn, organization_id=organization_id, key_id=key_id, now=deps.now())
    if not revoked:
        raise ApiKeyNotFound("There is no such API key, or it was revoked before.")
    for key_hash, (identity, _) in list(deps.identities.items()):
        if identity.key_id == key_id:
            del deps.identities[key_hash]
