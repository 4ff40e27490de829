"""`/tickets/transfers…`: offer tickets to a friend, undo the offer, accept it; and the organizer's terms."""

from litestar import Response, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from admitone.kit.http.access import bearer_token
from admitone.kit.http.caching import NO_STORE
from admitone.kit.http.changes import keep_replaced
from admitone.kit.http.strict_request import AnyRequest
from admitone.organizers.contracts import Identity
from admitone.tickets.schemas.transfers import (
    AcceptedOut,
    AcceptIn,
    OfferIn,
    OfferOut,
    TransferTermsBody,
    UndoIn,
    accepted_out,
    offer_out,
    terms_body,
    terms_of,
)
from admitone.tickets.usecases.deps import Deps
from admitone.tickets.usecases.read_holding import read_holding
from admitone.tickets.usecases.transfer_terms import read_transfer_terms, set_transfer_terms
from admitone.tickets.usecases.transfers import accept_offer, check_holder, offer_tickets, undo_offer


@post(
    "/tickets/transfers",
    operation_id="offerTickets",
    summary="Offer tickets to a friend by a link (booking token, or holder token of an accepted transfer)",
    status_code=201,
)
async def post_transfer(
    deps: NamedDependency[Deps], request: AnyRequest, data: JSONBody[OfferIn]
) -> Response[OfferOut]:
    await check_holder(deps, data.holder_id, bearer_token(request))
    offer = await offer_tickets(
        deps,
        holder_id=data.holder_id,
        ticket_ids=data.ticket_ids,
        friend=data.friend,
        friend_email=data.friend_email,
    )
    return Response(offer_out(offer, deps.public_url), headers=NO_STORE)


@post(
    "/tickets/transfers/accept",
    operation_id="acceptTickets",
    summary="Accept offered tickets: the giver's codes stop working at once",
    status_code=200,
)
async def post_acceptance(deps: NamedDependency[Deps], data: JSONBody[AcceptIn]) -> Response[AcceptedOut]:
    transfer_id = await accept_offer(deps, code=data.code, name=data.name, email=data.email)
    holding = await read_holding(deps, holder_id=transfer_id)
    return Response(accepted_out(holding, deps.issue_holder_token(transfer_id)), headers=NO_STORE)


@post(
    "/tickets/transfers/{transfer_id:str}/undo",
    operation_id="undoTransfer",
    summary="Take back an offer that was not accepted (token of the holder who made it)",
    status_code=204,
)
async def post_undo(
    deps: NamedDependency[Deps], request: AnyRequest, transfer_id: FromPath[str], data: JSONBody[UndoIn]
) -> None:
    await check_holder(deps, data.holder_id, bearer_token(request))
    await undo_offer(deps, holder_id=data.holder_id, transfer_id=transfer_id)


@get(
    "/organizer/events/{event_id:str}/transfers",
    operation_id="readTransferTerms",
    summary="Get the terms of ticket transfers of an event (role box office)",
)
async def get_terms(
    deps: NamedDependency[Deps], identity: NamedDependency[Identity], event_id: FromPath[str]
) -> Response[TransferTermsBody]:
    terms = await read_transfer_terms(deps, organization_id=identity.organization_id, event_id=event_id)
    return Response(terms_body(terms), headers=NO_STORE)


@put(
    "/organizer/events/{event_id:str}/transfers",
    operation_id="setTransferTerms",
    summary="Allow or stop ticket transfers of an event, with a deadline (role manager)",
)
async def put_terms(
    request: AnyRequest,
    deps: NamedDependency[Deps],
    identity: NamedDependency[Identity],
    event_id: FromPath[str],
    data: JSONBody[TransferTermsBody],
) -> Response[TransferTermsBody]:
    before, terms = await set_transfer_terms(
        deps, organization_id=identity.organization_id, event_id=event_id, terms=terms_of(data)
    )
    keep_replaced(request.state, terms_body(before), terms_body(terms))
    return Response(terms_body(terms), headers=NO_STORE)
