"""`/organizer/people/…`: export and erase what is stored of a buyer or a ticket holder, by the address.

The address is in the body, never in a path: paths are in the logs. The audit trail gets the reference of the person.
"""

from typing import Any

from litestar import Response, post
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import JSONBody

from admitone.booking.routes.access import Caller, Given
from admitone.booking.schemas.personal_data import (
    ErasureIn,
    ErasureOut,
    PersonIn,
    StoredPersonOut,
    erasure_out,
    person_document,
    stored_person_out,
)
from admitone.booking.usecases.personal_data import erase_person, find_person
from admitone.kit.http.access import NEEDED
from admitone.kit.http.caching import NO_STORE
from admitone.kit.http.changes import RECORDED, keep_before
from admitone.kit.http.strict_request import AnyRequest
from admitone.organizers.contracts import Fresh, Permission

_OWNER = Fresh(Permission.ADMINISTER)


@post(
    "/organizer/people/find",
    operation_id="findPerson",
    summary="Show what is stored of an address at your events, and what prevents its erasure (role owner)",
    opt={NEEDED: _OWNER, RECORDED: False},
    status_code=200,
)
async def post_find(identity: Caller, data: JSONBody[PersonIn], organizer_deps: Given) -> Response[StoredPersonOut]:
    found = await find_person(
        organizer_deps.personal_data, organization_id=identity.organization_id, address=data.email
    )
    return Response(stored_person_out(found), headers=NO_STORE)


@post(
    "/organizer/people/export",
    operation_id="exportPerson",
    summary="Export what is stored of an address at your events, as JSON (role owner)",
    opt={NEEDED: _OWNER},
    status_code=200,
    responses={
        200: ResponseSpec(data_container=dict[str, Any], description="The rows by table.", generate_examples=False)
    },
)
async def post_export(
    request: AnyRequest, identity: Caller, data: JSONBody[PersonIn], organizer_deps: Given
) -> Response[bytes]:
    deps = organizer_deps.personal_data
    found = await find_person(deps, organization_id=identity.organization_id, address=data.email)
    keep_before(request.state, {"person": found.reference})
    document = person_document(found, exported_at=deps.now())
    headers = {**NO_STORE, "Content-Disposition": 'attachment; filename="person.json"'}
    return Response(document, media_type="application/json", headers=headers)


@post(
    "/organizer/people/erase",
    operation_id="erasePerson",
    summary="Erase name and address of a person at your events; bookings and money stay (role owner)",
    opt={NEEDED: _OWNER},
    status_code=200,
)
async def post_erase(
    request: AnyRequest, identity: Caller, data: JSONBody[ErasureIn], organizer_deps: Given
) -> Response[ErasureOut]:
    erased = await erase_person(
        organizer_deps.personal_data,
        organization_id=identity.organization_id,
        address=data.email,
        also_upcoming=data.also_upcoming,
    )
    keep_before(request.state, {"person": erased.data.reference, "bookings": len(erased.data.bookings)})
    return Response(erasure_out(erased), headers=NO_STORE)
