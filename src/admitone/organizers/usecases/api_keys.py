"""API keys of an organization: create, list, revoke."""

import os
from datetime import datetime

from msgspec import Struct

from admitone.kit.ids import new_id
from admitone.kit.refusal import InvalidBody, Kind, Refusal
from admitone.organizers.contracts import Role
from admitone.organizers.domain.api_key import RANDOM_BYTES, ApiKey, encode_api_key, hash_api_key
from admitone.organizers.domain.number_limits import Limited
from admitone.organizers.store import accounts as store
from admitone.organizers.store.one_time_links import revoke_invitations_of
from admitone.organizers.usecases.credentials.check_number import check_organization_number
from admitone.organizers.usecases.deps import Deps


class OrganizationNotFound(Refusal):
    code = "organization-not-found"
    kind = Kind.NOT_FOUND


class ApiKeyNotFound(Refusal):
    code = "api-key-not-found"
    kind = Kind.NOT_FOUND


class CreatedKey(Struct, frozen=True):
    id: str
    key: str
    """`ak_…`; it cannot be shown again."""


async def create_api_key(
    deps: Deps, *, organization_id: str, role: Role, label: str, expires_at: datetime | None = None
) -> CreatedKey:
    """Return a new key. Raises `OrganizationNotFound`, `LimitReached`, or `InvalidBody` for a key that has expired
    already."""
    if expires_at is not None and expires_at <= deps.now():
        raise InvalidBody([("/expires_at", "The key would be expired from the start.")])
    key_id = new_id("key")
    key = encode_api_key(os.urandom(RANDOM_BYTES))
    async with deps.pool.connection() as conn, conn.transaction():
        await check_organization_number(conn, Limited.API_KEYS, organization_id=organization_id, now=deps.now())
        known = await store.insert_api_key(
            conn,
            key_id=key_id,
            organization_id=organization_id,
            key_hash=hash_api_key(key),
            role=role,
            label=label,
            now=deps.now(),
            expires_at=expires_at,
        )
    if not known:
        raise OrganizationNotFound("There is no such organization.")
    return CreatedKey(key_id, key)


async def list_api_keys(deps: Deps, *, organization_id: str) -> list[ApiKey]:
    """Return all keys, the newest first: label, role, last use, and whether they still work."""
    async with deps.pool.connection() as conn:
        return await store.list_api_keys(conn, organization_id=organization_id)


async def revoke_api_key(deps: Deps, *, organization_id: str, key_id: str) -> dict[str, str]:
    """End the key and the invitations that it made; other processes forget it in at most 10 s (`authenticate`). Return
    its label and role.

    Raises `ApiKeyNotFound`.
    """
    now = deps.now()
    async with deps.pool.connection() as conn, conn.transaction():
        revoked = await store.revoke_api_key(conn, organization_id=organization_id, key_id=key_id, now=now)
        await revoke_invitations_of(conn, organization_id=organization_id, actor_id=key_id, now=now)
    if revoked is None:
        raise ApiKeyNotFound("There is no such API key, or it was revoked before.")
    for key_hash in list(deps.identities):
        known = deps.identities.get(key_hash)
        if known is not None and known[0].actor_id == key_id:
            deps.identities.pop(key_hash, None)
    return revoked
