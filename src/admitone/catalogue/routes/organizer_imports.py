"""`POST /organizer/imports`: JSON Lines, read as they arrive."""

from litestar import post
from litestar.openapi.datastructures import ResponseSpec

from admitone.catalogue.domain.import_lines import Report
from admitone.catalogue.routes.access import Caller, Given
from admitone.catalogue.usecases.import_lines import import_lines
from admitone.kit.http.declared_request import MEDIA_TYPES
from admitone.kit.http.problem_schema import refusals
from admitone.kit.http.strict_request import AnyRequest

_MEDIA_TYPES = ("application/x-ndjson", "application/jsonl", "application/json-lines", "application/ndjson")


@post(
    "/imports",
    operation_id="importLines",
    summary="Import venues, performers and events as JSON Lines (application/x-ndjson)",
    status_code=200,
    request_max_body_size=None,
    opt={MEDIA_TYPES: _MEDIA_TYPES},
    responses={
        200: ResponseSpec(data_container=Report, description="The result of each line.", generate_examples=False),
        **refusals(401, 403, 415),
    },
)
async def import_json_lines(request: AnyRequest, deps: Given, identity: Caller) -> Report:
    return await import_lines(deps, organization_id=identity.organization_id, chunks=request.stream())
