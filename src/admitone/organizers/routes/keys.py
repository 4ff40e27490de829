"""API keys of the organization."""

from http import HTTPStatus

from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from admitone.kit.http.caching import NO_STORE
from admitone.kit.http.changes import keep_before
from admitone.kit.http.idempotency import IdempotencyKey
from admitone.kit.http.strict_request import AnyRequest
from admitone.organizers.contracts import Identity
from admitone.organizers.schemas.members import CreatedKeyOut, KeyIn, KeyList, KeyOut
from admitone.organizers.usecases.api_keys import create_api_key, list_api_keys, revoke_api_key
from admitone.organizers.usecases.deps import Deps

Caller = NamedDependency[Identity]
Given = NamedDependency[Deps]


@get("/keys", operation_id="listApiKeys", summary="List the API keys, the newest first (role owner)")
async def get_keys(organizers_deps: Given, identity: Caller) -> Response[KeyList]:
    keys = await list_api_keys(organizers_deps, organization_id=identity.organization_id)
    return Response(KeyList([KeyOut.of(key, organizers_deps.now()) for key in keys]), headers=NO_STORE)


@post("/keys", operation_id="createApiKey", summary="Create an API key; it is shown once (role owner)")
async def post_key(
    organizers_deps: Given, identity: Caller, data: JSONBody[KeyIn], idempotency_key: IdempotencyKey = None
) -> Response[CreatedKeyOut]:
    created = await create_api_key(
        organizers_deps,
        organization_id=identity.organization_id,
        role=data.role,
        label=data.name,
        expires_at=data.expires_at,
    )
    headers = {**NO_STORE, "Location": f"/organizer/keys/{created.id}"}
    return Response(CreatedKeyOut(created.id, created.key), status_code=HTTPStatus.CREATED, headers=headers)


@delete("/keys/{key_id:str}", operation_id="revokeApiKey", summary="Revoke an API key (role owner)")
async def delete_key(request: AnyRequest, organizers_deps: Given, identity: Caller, key_id: FromPath[str]) -> None:
    revoked = await revoke_api_key(organizers_deps, organization_id=identity.organization_id, key_id=key_id)
    keep_before(request.state, revoked)
