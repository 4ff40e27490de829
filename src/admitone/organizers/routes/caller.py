"""Who the credential of a request speaks for; a person's sessions, password and organization."""

from http import HTTPStatus

from litestar import Response, delete, get, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from admitone.kit.http.access import NEEDED
from admitone.kit.http.caching import NO_STORE
from admitone.kit.http.strict_request import AnyRequest
from admitone.organizers.contracts import Fresh, Identity, Permission
from admitone.organizers.routes.origin import origin_of
from admitone.organizers.schemas.caller import CallerOut, PasswordIn, SessionList, SwitchIn
from admitone.organizers.usecases.account import (
    change_password,
    describe_caller,
    end_session,
    list_sessions,
    switch_organization,
)
from admitone.organizers.usecases.deps import Deps

Caller = NamedDependency[Identity]
Given = NamedDependency[Deps]
ANYONE = {NEEDED: Permission.BELONG}
SURE = {NEEDED: Fresh(Permission.BELONG)}


@get("/me", operation_id="getCaller", summary="Show whom this credential speaks for", opt=ANYONE)
async def get_caller(organizers_deps: Given, identity: Caller) -> Response[CallerOut]:
    return Response(CallerOut.of(await describe_caller(organizers_deps, identity)), headers=NO_STORE)


@get("/me/sessions", operation_id="listSessions", summary="List your sessions in the console", opt=ANYONE)
async def get_sessions(organizers_deps: Given, identity: Caller) -> Response[SessionList]:
    sessions = await list_sessions(organizers_deps, identity)
    return Response(SessionList.of(sessions, identity.session_id), headers=NO_STORE)


@delete("/me/sessions/{session_id:str}", operation_id="endSession", summary="End one of your sessions", opt=ANYONE)
async def delete_session(organizers_deps: Given, identity: Caller, session_id: FromPath[str]) -> None:
    await end_session(organizers_deps, identity, session_id)


@put(
    "/me/password",
    operation_id="changePassword",
    summary="Change your password; your other sessions end",
    status_code=HTTPStatus.NO_CONTENT,
    opt=SURE,
)
async def put_password(organizers_deps: Given, identity: Caller, data: JSONBody[PasswordIn]) -> None:
    await change_password(organizers_deps, identity, data.password)


@put(
    "/me/organization",
    operation_id="switchOrganization",
    summary="Go on in another organization that you are a member of",
    status_code=HTTPStatus.NO_CONTENT,
    opt=ANYONE,
)
async def put_organization(
    request: AnyRequest, organizers_deps: Given, identity: Caller, data: JSONBody[SwitchIn]
) -> None:
    await switch_organization(organizers_deps, identity, data.organization_id, origin_of(request))
