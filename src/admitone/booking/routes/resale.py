"""Returns of a booking's tickets, and how an event's organizer takes them back and sees who waits for them."""

from litestar import Response, get, post, put
from litestar.params import FromPath, FromQuery, JSONBody

from admitone.booking.contracts.resale import EntryState
from admitone.booking.domain.refusals import BookingNotFound
from admitone.booking.routes.access import Caller, Given
from admitone.booking.schemas.resale import (
    ResaleTermsIn,
    ResaleTermsOut,
    ReturnIn,
    ReturnMadeOut,
    ReturnOfferOut,
    WaitingListOut,
    resale_terms,
    resale_terms_out,
    return_made_out,
    return_offer_out,
    waiting_list_out,
)
from admitone.booking.usecases.resale_terms import get_own_resale_terms, put_resale_terms
from admitone.booking.usecases.return_tickets import get_return_offer, return_tickets, take_tickets_back
from admitone.booking.usecases.waiting_list import count_waiting, list_waiting
from admitone.kit.http.access import bearer_token
from admitone.kit.http.caching import NO_STORE
from admitone.kit.http.changes import keep_replaced
from admitone.kit.http.idempotency import IdempotencyKey
from admitone.kit.http.paging import PageNumber, PageSize
from admitone.kit.http.strict_request import AnyRequest

RETURNS_PATH = "/booking/{booking_id:str}/returns"
BY_TOKEN: list[dict[str, list[str]]] = [{"booking_token": []}]


@get(
    RETURNS_PATH,
    operation_id="readReturnOffer",
    summary="Which tickets of a booking can be given back now, for how much",
    security=BY_TOKEN,
)
async def get_returns(
    booking_id: FromPath[str], request: AnyRequest, organizer_deps: Given
) -> Response[ReturnOfferOut]:
    offer = await get_return_offer(organizer_deps, booking_id=booking_id, booking_token=_token(request))
    return Response(return_offer_out(offer), headers=NO_STORE)


@post(
    RETURNS_PATH,
    operation_id="returnTickets",
    summary="Give tickets of a booking back, or offer them; the same tickets again are the same return",
    status_code=201,
    security=BY_TOKEN,
)
async def post_returns(
    booking_id: FromPath[str],
    request: AnyRequest,
    data: JSONBody[ReturnIn],
    organizer_deps: Given,
    idempotency_key: IdempotencyKey = None,
) -> Response[ReturnMadeOut]:
    made = await return_tickets(
        organizer_deps, booking_id=booking_id, booking_token=_token(request), ticket_ids=data.ticket_ids
    )
    return Response(return_made_out(made), headers=NO_STORE)


@post(
    f"{RETURNS_PATH}/withdrawals",
    operation_id="takeTicketsBack",
    summary="Take tickets back that are on offer, all or none; one that is held, if it is not bought",
    status_code=200,
    security=BY_TOKEN,
)
async def post_withdrawals(
    booking_id: FromPath[str], request: AnyRequest, data: JSONBody[ReturnIn], organizer_deps: Given
) -> Response[ReturnOfferOut]:
    owned = {"booking_id": booking_id, "booking_token": _token(request)}
    await take_tickets_back(organizer_deps, **owned, ticket_ids=data.ticket_ids)
    return Response(return_offer_out(await get_return_offer(organizer_deps, **owned)), headers=NO_STORE)


@get(
    "/organizer/events/{event_id:str}/resale-terms",
    operation_id="readResaleTerms",
    summary="How an event takes tickets back and offers freed places (role box office)",
)
async def get_terms(event_id: FromPath[str], identity: Caller, organizer_deps: Given) -> Response[ResaleTermsOut]:
    terms = await get_own_resale_terms(
        organizer_deps.booking, organization_id=identity.organization_id, event_id=event_id
    )
    return Response(resale_terms_out(terms), headers=NO_STORE)


@put(
    "/organizer/events/{event_id:str}/resale-terms",
    operation_id="putResaleTerms",
    summary="Set how an event takes tickets back and offers freed places (role manager)",
)
async def put_terms(
    request: AnyRequest,
    event_id: FromPath[str],
    identity: Caller,
    data: JSONBody[ResaleTermsIn],
    organizer_deps: Given,
) -> Response[ResaleTermsOut]:
    before, terms = await put_resale_terms(
        organizer_deps.booking,
        organization_id=identity.organization_id,
        event_id=event_id,
        terms=resale_terms(data),
    )
    keep_replaced(request.state, resale_terms_out(before), resale_terms_out(terms))
    return Response(resale_terms_out(terms), headers=NO_STORE)


@get(
    "/organizer/events/{event_id:str}/waiting-list",
    operation_id="listWaitingList",
    summary="Who waits for tickets of an event: counts, and one page in order (role box office)",
)
async def get_list(
    event_id: FromPath[str],
    identity: Caller,
    organizer_deps: Given,
    status: FromQuery[EntryState | None] = None,
    page: PageNumber = 0,
    size: PageSize = 20,
) -> Response[WaitingListOut]:
    owned = {"organization_id": identity.organization_id, "event_id": event_id}
    counts = await count_waiting(organizer_deps.booking, **owned)
    entries = await list_waiting(organizer_deps.booking, **owned, state=status, page=page, size=size)
    return Response(waiting_list_out(event_id, counts, entries), headers=NO_STORE)


def _token(request: AnyRequest) -> str:
    token = bearer_token(request)
    if token is None:
        raise BookingNotFound
    return token
