"""The audit trail: a page of it, or all of it as CSV."""

from datetime import datetime
from typing import Annotated, Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromQuery, QueryParameter
from litestar.response import Stream

from admitone.kit.http.access import NEEDED
from admitone.kit.http.caching import NO_STORE
from admitone.kit.http.paging import PageNumber, PageSize
from admitone.kit.http.strict_request import AnyRequest
from admitone.kit.paging import page_of
from admitone.organizers.contracts import ActorKind, Identity, Permission
from admitone.organizers.domain.audit import AuditFilter
from admitone.organizers.schemas.audit import AuditEntryOut, AuditTrailOut, audit_lines
from admitone.organizers.usecases.audit_trail import export_audit_entries, list_audit_entries
from admitone.organizers.usecases.deps import Deps

CSV_TYPE = "text/csv"
Words = Annotated[
    str,
    QueryParameter(max_length=200, description="A part of a name, an id, an action, a subject, or of what was sent."),
]


@get(
    "/audit",
    operation_id="listAuditEntries",
    summary="List who changed what, the newest first; all of it with `Accept: text/csv` (role manager)",
    opt={NEEDED: Permission.SEE_AUDIT},
    responses={200: ResponseSpec(data_container=AuditTrailOut, description="One page.", generate_examples=False)},
)
async def get_audit_trail(
    request: AnyRequest,
    organizers_deps: NamedDependency[Deps],
    identity: NamedDependency[Identity],
    q: Words = "",
    actor: FromQuery[ActorKind | None] = None,
    starts: FromQuery[datetime | None] = None,
    ends: FromQuery[datetime | None] = None,
    page: PageNumber = 0,
    size: PageSize = 50,
) -> Response[Any]:
    wanted = AuditFilter(words=q, actor_kind=actor, starts=starts, ends=ends)
    organization_id = identity.organization_id
    headers = {**NO_STORE, "Vary": "Accept"}
    if CSV_TYPE in request.headers.get("accept", ""):
        entries = export_audit_entries(organizers_deps, organization_id=organization_id, wanted=wanted)
        name = {"Content-Disposition": 'attachment; filename="audit.csv"'}
        return Stream(audit_lines(entries), media_type=CSV_TYPE, headers=headers | name)
    found, total = await list_audit_entries(
        organizers_deps, organization_id=organization_id, wanted=wanted, page=page, size=size
    )
    body = AuditTrailOut([AuditEntryOut.of(entry) for entry in found], page_of(page, size, total))
    return Response(body, headers=headers)
