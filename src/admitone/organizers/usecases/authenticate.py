"""Find whose API key or console session a request has, and whether the role suffices.

Keys that worked are remembered for 10 s. Sessions are read each time: a sign-out and a new role work at once.
"""

from datetime import datetime

from admitone.kit.refusal import Kind, Refusal
from admitone.organizers.contracts import Fresh, Identity, Needed, Permission, least_role, permission_of
from admitone.organizers.domain.api_key import hash_api_key, is_api_key
from admitone.organizers.domain.console_session import hash_token, is_fresh, is_session_token
from admitone.organizers.store.accounts import read_identity
from admitone.organizers.store.sessions import read_session
from admitone.organizers.usecases.deps import Deps


class NotAuthenticated(Refusal):
    code = "not-authenticated"
    kind = Kind.UNAUTHENTICATED


class RoleMissing(Refusal):
    code = "role-missing"
    kind = Kind.FORBIDDEN


class FreshSignInNeeded(Refusal):
    code = "fresh-sign-in-needed"
    kind = Kind.FORBIDDEN


async def authenticate(deps: Deps, credential: str | None, needed: Needed) -> Identity:
    """Return whose API key or session token this is. Raises `NotAuthenticated` (none, or no valid one),
    `RoleMissing`, `FreshSignInNeeded`.

    Bound to its `deps` it is a `contracts.Authenticate`.
    """
    if credential is not None and is_session_token(credential):
        return await authenticate_session(deps, credential, needed)
    return _check(await _identify_key(deps, credential), needed, deps.now())


async def authenticate_session(deps: Deps, token: str | None, needed: Needed) -> Identity:
    """Return whose session this is; an API key is none. Raises as `authenticate`."""
    identity = None
    if token is not None and is_session_token(token):
        async with deps.pool.connection() as conn:
            identity = await read_session(conn, token_hash=hash_token(token), now=deps.now())
    if identity is None:
        raise NotAuthenticated("The session has ended. Sign in.")
    return _check(identity, needed, deps.now())


def _check(identity: Identity, needed: Needed, now: datetime) -> Identity:
    permission = permission_of(needed)
    if not identity.covers(needed):
        if permission is Permission.OPERATE:
            raise RoleMissing(
                "This needs a person who operates the installation: admitone operator grant.",
                permission=permission.value,
            )
        role = least_role(permission).value
        raise RoleMissing(
            f"This needs the role {role}; the {identity.actor_kind.value} has the role {identity.role.value}.",
            needed=role,
            permission=permission.value,
        )
    if isinstance(needed, Fresh) and not is_fresh(identity.authenticated_at, now):
        raise FreshSignInNeeded("Sign in again before you change this: your last sign-in was too long ago.")
    return identity


async def _identify_key(deps: Deps, api_key: str | None) -> Identity:
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
