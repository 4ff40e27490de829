"""What the organization tells buyers about itself, and the versions of its terms."""

import msgspec
from litestar import Response, get, post, put
from litestar.di import NamedDependency
from litestar.params import JSONBody

from admitone.kit.http.access import NEEDED
from admitone.kit.http.caching import NO_STORE
from admitone.kit.http.changes import keep_changed
from admitone.kit.http.problem_schema import refusals
from admitone.kit.http.strict_request import AnyRequest
from admitone.organizers.contracts import Identity, Permission
from admitone.organizers.domain.settings import Settings
from admitone.organizers.schemas.settings import SettingsIn, SettingsOut, TermsIn, TermsList, TermsOut
from admitone.organizers.usecases.deps import Deps
from admitone.organizers.usecases.settings import change_settings, read_settings
from admitone.organizers.usecases.terms import list_terms, publish_terms

Caller = NamedDependency[Identity]
Given = NamedDependency[Deps]
_SEE = {NEEDED: Permission.VIEW}


@get(
    "/settings",
    operation_id="getSettings",
    summary="Show what the organization tells buyers about itself (role box_office)",
    opt=_SEE,
)
async def get_settings(organizers_deps: Given, identity: Caller) -> Response[SettingsOut]:
    name, settings = await read_settings(organizers_deps, identity.organization_id)
    return Response(SettingsOut.of(identity.organization_id, name, settings), headers=NO_STORE)


@put(
    "/settings",
    operation_id="changeSettings",
    summary="Change what the organization tells buyers about itself (role owner)",
    responses=refusals(400, 401, 403, 422),
)
async def put_settings(
    request: AnyRequest, organizers_deps: Given, identity: Caller, data: JSONBody[SettingsIn]
) -> Response[SettingsOut]:
    after = msgspec.convert(data, Settings, from_attributes=True)
    edit = keep_changed(request.state, lambda _: after)
    name, settings = await change_settings(organizers_deps, identity.organization_id, edit)
    return Response(SettingsOut.of(identity.organization_id, name, settings), headers=NO_STORE)


@get("/terms", operation_id="listTerms", summary="List the versions of your terms, the newest first", opt=_SEE)
async def get_terms(organizers_deps: Given, identity: Caller) -> Response[TermsList]:
    found = await list_terms(organizers_deps, identity.organization_id)
    return Response(TermsList([TermsOut.of(identity.organization_id, terms) for terms in found]), headers=NO_STORE)


@post(
    "/terms",
    operation_id="publishTerms",
    summary="Publish a new version of your terms; buyers agree to it from now on (role owner)",
    responses=refusals(400, 401, 403, 409, 422),
)
async def post_terms(organizers_deps: Given, identity: Caller, data: JSONBody[TermsIn]) -> Response[TermsOut]:
    terms = await publish_terms(organizers_deps, identity.organization_id, url=data.url, body=data.body)
    headers = {**NO_STORE, "Location": f"/organizer/terms/{terms.number}"}
    return Response(TermsOut.of(identity.organization_id, terms), headers=headers)
