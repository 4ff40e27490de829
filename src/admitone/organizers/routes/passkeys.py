"""Passkeys of the caller: list, add, remove."""

from http import HTTPStatus

import msgspec
from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from admitone.kit.http.access import NEEDED
from admitone.kit.http.caching import NO_STORE
from admitone.kit.http.changes import RECORDED, keep_before
from admitone.kit.http.strict_request import AnyRequest
from admitone.organizers.contracts import Fresh, Identity, Permission
from admitone.organizers.schemas.passkeys import CreatedPasskeyOut, PasskeyIn, PasskeyListOut, PasskeyOptionsOut
from admitone.organizers.usecases.deps import Deps
from admitone.organizers.usecases.passkeys import add_passkey, begin_passkey, list_passkeys, remove_passkey

Caller = NamedDependency[Identity]
Given = NamedDependency[Deps]
SURE = {NEEDED: Fresh(Permission.BELONG)}


@get(
    "/me/passkeys",
    operation_id="listPasskeys",
    summary="List your passkeys",
    opt={NEEDED: Permission.BELONG},
)
async def get_passkeys(organizers_deps: Given, identity: Caller) -> Response[PasskeyListOut]:
    return Response(PasskeyListOut.of(await list_passkeys(organizers_deps, identity)), headers=NO_STORE)


@post(
    "/me/passkeys/options",
    operation_id="beginPasskey",
    summary="Begin to add a passkey: options for the browser",
    status_code=HTTPStatus.OK,
    opt={**SURE, RECORDED: False},
)
async def post_options(organizers_deps: Given, identity: Caller) -> Response[PasskeyOptionsOut]:
    options = msgspec.json.decode(await begin_passkey(organizers_deps, identity))
    return Response(PasskeyOptionsOut(options), headers=NO_STORE)


@post("/me/passkeys", operation_id="addPasskey", summary="Add a passkey that the browser made", opt=SURE)
async def post_passkey(
    organizers_deps: Given, identity: Caller, data: JSONBody[PasskeyIn]
) -> Response[CreatedPasskeyOut]:
    answer = msgspec.to_builtins(data.credential)
    passkey_id = await add_passkey(organizers_deps, identity, name=data.name, answer=answer)
    headers = {**NO_STORE, "Location": f"/organizer/me/passkeys/{passkey_id}"}
    return Response(CreatedPasskeyOut(passkey_id), status_code=HTTPStatus.CREATED, headers=headers)


@delete("/me/passkeys/{passkey_id:str}", operation_id="removePasskey", summary="Remove one of your passkeys", opt=SURE)
async def delete_passkey(
    request: AnyRequest, organizers_deps: Given, identity: Caller, passkey_id: FromPath[str]
) -> None:
    keep_before(request.state, await remove_passkey(organizers_deps, identity, passkey_id))
