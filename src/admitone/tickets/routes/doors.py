"""`/check-in/…`: the doors, with an API key of role scanner or above."""

from typing import Annotated, Any

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, QueryParameter

from admitone.tickets.schemas import ScanBody
from admitone.tickets.usecases.deps import Deps
from admitone.tickets.usecases.read_manifest import SignedManifest, read_manifest
from admitone.tickets.usecases.scan_ticket import Scan, scan_ticket

AnyRequest = Request[Any, Any, Any]


@post(
    "/check-in/scans",
    operation_id="scanTicket",
    summary="Scan a code at a gate: the first scan of a ticket admits",
    status_code=200,
)
async def check_in_scan(deps: NamedDependency[Deps], request: AnyRequest, data: JSONBody[ScanBody]) -> Scan:
    return await scan_ticket(
        deps,
        authorization=request.headers.get("authorization"),
        code=data.code,
        gate=data.gate,
        event_id=data.event_id,
    )


@get(
    "/check-in/manifest",
    operation_id="checkInManifest",
    summary="What a door needs to work without a network, signed (JWS, EdDSA)",
)
async def check_in_manifest(
    deps: NamedDependency[Deps], request: AnyRequest, event_id: Annotated[str, QueryParameter(max_length=64)]
) -> SignedManifest:
    return await read_manifest(deps, authorization=request.headers.get("authorization"), event_id=event_id)
