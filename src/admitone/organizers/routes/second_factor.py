"""The caller's second factor: an authenticator app, and recovery codes."""

from http import HTTPStatus

from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from admitone.kit.http.access import NEEDED
from admitone.kit.http.caching import NO_STORE
from admitone.organizers.contracts import Fresh, Identity, Permission
from admitone.organizers.schemas.caller import CodeIn, NewSecondFactorOut, RecoveryCodesOut, SecondFactorOut
from admitone.organizers.usecases.deps import Deps
from admitone.organizers.usecases.second_factor import (
    begin_second_factor,
    confirm_second_factor,
    has_second_factor,
    remove_second_factor,
)

Caller = NamedDependency[Identity]
Given = NamedDependency[Deps]
SURE = {NEEDED: Fresh(Permission.BELONG)}


@get(
    "/me/second-factor",
    operation_id="getSecondFactor",
    summary="Show whether your sign-in needs a code",
    opt={NEEDED: Permission.BELONG},
)
async def get_second_factor(organizers_deps: Given, identity: Caller) -> Response[SecondFactorOut]:
    return Response(SecondFactorOut(await has_second_factor(organizers_deps, identity)), headers=NO_STORE)


@post(
    "/me/second-factor",
    operation_id="beginSecondFactor",
    summary="Begin to set up an authenticator app",
    status_code=HTTPStatus.OK,
    opt=SURE,
)
async def post_second_factor(organizers_deps: Given, identity: Caller) -> Response[NewSecondFactorOut]:
    new = await begin_second_factor(organizers_deps, identity)
    return Response(NewSecondFactorOut(new.secret, new.uri), headers=NO_STORE)


@post(
    "/me/second-factor/confirmation",
    operation_id="confirmSecondFactor",
    summary="Confirm the authenticator app by its first code",
    status_code=HTTPStatus.OK,
    opt=SURE,
)
async def post_confirmation(
    organizers_deps: Given, identity: Caller, data: JSONBody[CodeIn]
) -> Response[RecoveryCodesOut]:
    codes = await confirm_second_factor(organizers_deps, identity, data.code)
    return Response(RecoveryCodesOut(codes), headers=NO_STORE)


@delete("/me/second-factor", operation_id="removeSecondFactor", summary="Remove your second factor", opt=SURE)
async def delete_second_factor(organizers_deps: Given, identity: Caller) -> None:
    await remove_second_factor(organizers_deps, identity)
