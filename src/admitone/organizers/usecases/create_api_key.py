"""A key is returned here and never again."""

import os

from admitone.kit.ids import new_id
from admitone.kit.refusal import Kind, Refusal
from admitone.organizers.contracts import Role
from admitone.organizers.domain.api_key import RANDOM_BYTES, encode_api_key, hash_api_key
from admitone.organizers.store.accounts import insert_api_key
from admitone.organizers.usecases.deps import Deps


class OrganizationNotFound(Refusal):
    code = "organization-not-found"
    kind = Kind.NOT_FOUND


async def create_api_key(deps: Deps, *, organization_id: str, role: Role, label: str) -> str:
    """Return a new key of the organization. Raises `OrganizationNotFound`."""
    key = encode_api_key(os.urandom(RANDOM_BYTES))
    async with deps.pool.connection() as conn:
        known = await insert_api_key(
            conn,
            key_id=new_id("key"),
            organization_id=organization_id,
            key_hash=hash_api_key(key),
            role=role,
            label=label,
            now=deps.now(),
        )
    if not known:
        raise OrganizationNotFound("There is no such organization.")
    return key
