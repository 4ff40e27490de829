"""`/tickets/…`: a ticket's code, its page to print, its transfer."""

from typing import Annotated

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from admitone.kit.http.access import bearer_token
from admitone.kit.http.disconnects import ClientLeft, unless_client_leaves
from admitone.kit.http.strict_request import AnyRequest
from admitone.tickets.answers import print_passes
from admitone.tickets.domain.refusals import TicketNotFound
from admitone.tickets.drawing.barcode_image import code_svg
from admitone.tickets.drawing.printer import TicketPrinter
from admitone.tickets.schemas.transfers import Transfer, TransferBody
from admitone.tickets.usecases.deps import Deps
from admitone.tickets.usecases.holding import read_booking_passes, read_pass, transfer_ticket

PDF_SUFFIX = ".pdf"
BOOKING_PREFIX = "bkg_"
_PRIVATE = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}
_CLIENT_LEFT = 499
"""As nginx logs it; no client sees it."""

LinkSignature = Annotated[
    str | None,
    QueryParameter(
        name="s", max_length=100, description="Part of `barcode_url` and `pdf_url`; or send the booking token."
    ),
]
Still = Annotated[
    bool,
    QueryParameter(
        name="still",
        description="Return the printed code, which does not change, for a phone that is offline.",
    ),
]

ShownAt = Annotated[
    int | None,
    QueryParameter(ge=0, description="Any number: a new number makes a browser reload the picture."),
]


@get(
    "/tickets/{ticket_id:str}/barcode",
    operation_id="ticketBarcode",
    summary="Get the ticket's current QR code as a picture; it changes every 15 s",
    media_type="image/svg+xml",
)
async def ticket_barcode(
    deps: NamedDependency[Deps],
    request: AnyRequest,
    ticket_id: FromPath[str],
    signature: LinkSignature = None,
    still: Still = False,
    at: ShownAt = None,
) -> Response[bytes]:
    found = await read_pass(deps, ticket_id=ticket_id, signature=signature, bearer=bearer_token(request))
    picture = code_svg(found.paper_code if still else found.screen_code, f"Code of ticket {ticket_id}")
    return Response(picture, media_type="image/svg+xml", headers=_PRIVATE)


@get(
    "/tickets/{document:str}",
    operation_id="ticketPdf",
    summary="Get printable tickets: `document` is the id of a ticket, or of a booking for all its tickets, then `.pdf`",
    media_type="application/pdf",
)
async def ticket_pdf(
    deps: NamedDependency[Deps],
    printer: NamedDependency[TicketPrinter],
    request: AnyRequest,
    document: FromPath[str],
    signature: LinkSignature = None,
) -> Response[bytes]:
    if not document.endswith(PDF_SUFFIX):
        raise TicketNotFound
    name, bearer = document.removesuffix(PDF_SUFFIX), bearer_token(request)
    if name.startswith(BOOKING_PREFIX):
        shown = await read_booking_passes(deps, booking_id=name, signature=signature, bearer=bearer)
    else:
        shown = (await read_pass(deps, ticket_id=name, signature=signature, bearer=bearer),)
    try:
        page = await unless_client_leaves(request.receive, print_passes(deps, printer, shown))
    except ClientLeft:
        return Response(b"", status_code=_CLIENT_LEFT, media_type="application/pdf")
    headers = {**_PRIVATE, "Content-Disposition": f'inline; filename="{document}"'}
    return Response(page, media_type="application/pdf", headers=headers)


@post(
    "/tickets/{ticket_id:str}/transfer",
    operation_id="transferTicket",
    summary="Transfer a ticket; the old code stops working at once (booking token or transfer token)",
    status_code=200,
)
async def ticket_transfer(
    deps: NamedDependency[Deps],
    request: AnyRequest,
    ticket_id: FromPath[str],
    data: JSONBody[TransferBody],
    signature: LinkSignature = None,
) -> Response[Transfer]:
    given = await transfer_ticket(
        deps,
        ticket_id=ticket_id,
        signature=signature,
        bearer=bearer_token(request),
        holder_name=data.name,
    )
    links = given.links
    return Response(Transfer(ticket_id, links.barcode_url, links.pdf_url, given.transfer_token), headers=_PRIVATE)
