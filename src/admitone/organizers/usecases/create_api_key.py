"""A key is returned here and never again."""

import os
from datetime import datetime

from msgspec import Struct

from admitone.kit.ids import new_id
from admitone.kit.refusal import InvalidParameter, Kind, Refusal
from admitone.organizers.contracts import Role
from admitone.organizers.domain.api_key import RANDOM_BYTES, encode_api_key, hash_api_key
from admitone.organizers.store.accounts import insert_api_key
from admitone.organizers.usecases.deps import Deps


class OrganizationNotFound(Refusal):
    code = "organization-not-found"
    kind = Kind.NOT_FOUND


class CreatedKey(Struct, frozen=True):
    id: str
    key: str
    """`ak_…`; it cannot be shown again."""


async def create_api_key(
    deps: Deps, *, organization_id: str, role: Role, label: str, expires_at: datetime | None = None
) -> CreatedKey:
    """Make a key of the organization. Raises `OrganizationNotFound`, `InvalidParameter` (it would never work)."""
    if expires_at is not None and expires_at <= deps.now():
        raise InvalidParameter("expires_at", "The key would have expired before it was made.")
    key_id = new_id("key")
    key = encode_api_key(os.urandom(RANDOM_BYTES))
    async with deps.pool.connection() as conn:
        known = await insert_api_key(
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
