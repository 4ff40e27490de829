"""`/check-in/…`: the gates, with an API key of role scanner or above."""

from typing import Annotated

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, QueryParameter

from admitone.kit.http.access import NEEDED
from admitone.kit.http.changes import RECORDED
from admitone.kit.http.paging import PageNumber, PageSize
from admitone.organizers.contracts import Identity, Permission
from admitone.tickets.schemas.check_in import (
    ConflictList,
    OfflineScansIn,
    OfflineScansOut,
    ScanBody,
    conflict_list,
    offline_lines,
)
from admitone.tickets.usecases.check_in import Scan, list_conflicts, scan_ticket
from admitone.tickets.usecases.deps import Deps
from admitone.tickets.usecases.offline_check_in import SignedManifest, read_manifest, submit_scans

Caller = NamedDependency[Identity]
EventId = Annotated[str, QueryParameter(max_length=64)]


@post(
    "/check-in/scans",
    operation_id="scanTicket",
    summary="Scan a ticket's code; the first scan admits",
    opt={RECORDED: False},  # every scan has a row of its own
    status_code=200,
)
async def check_in_scan(deps: NamedDependency[Deps], identity: Caller, data: JSONBody[ScanBody]) -> Scan:
    return await scan_ticket(
        deps,
        identity=identity,
        code=data.code,
        gate=data.gate,
        event_id=data.event_id,
    )


@get(
    "/check-in/manifest",
    operation_id="checkInManifest",
    summary="Get the signed data that a scanner needs to work offline (JWS, EdDSA)",
)
async def check_in_manifest(deps: NamedDependency[Deps], identity: Caller, event_id: EventId) -> SignedManifest:
    return await read_manifest(deps, organization_id=identity.organization_id, event_id=event_id)


@post(
    "/check-in/offline-scans",
    operation_id="submitScans",
    summary="Submit scans that were made offline; the earliest scan admits, whenever it is submitted",
    opt={RECORDED: False},
    status_code=200,
)
async def check_in_offline_scans(
    deps: NamedDependency[Deps], identity: Caller, data: JSONBody[OfflineScansIn]
) -> OfflineScansOut:
    results = await submit_scans(
        deps,
        identity=identity,
        event_id=data.event_id,
        device=data.device,
        lines=offline_lines(data),
    )
    return OfflineScansOut(results)


@get(
    "/check-in/conflicts",
    operation_id="listCheckInConflicts",
    summary="List tickets that admitted more than one person, and admissions without a valid ticket (role box office)",
    opt={NEEDED: Permission.VIEW},
)
async def check_in_conflicts(
    deps: NamedDependency[Deps],
    identity: Caller,
    event_id: EventId,
    page: PageNumber = 0,
    size: PageSize = 20,
) -> ConflictList:
    rows, total = await list_conflicts(
        deps, organization_id=identity.organization_id, event_id=event_id, page=page, size=size
    )
    return conflict_list(rows, page=page, size=size, total=total)
