"""`/tickets/names`: put the names of guests on tickets."""

from litestar import put
from litestar.di import NamedDependency
from litestar.params import JSONBody

from admitone.kit.http.access import bearer_token
from admitone.kit.http.strict_request import AnyRequest
from admitone.tickets.schemas.transfers import NamesIn
from admitone.tickets.usecases.deps import Deps
from admitone.tickets.usecases.name_tickets import name_tickets
from admitone.tickets.usecases.transfers import check_holder


@put(
    "/tickets/names",
    operation_id="nameTickets",
    summary="Put the names of guests on tickets (booking token, or holder token of an accepted transfer)",
    status_code=204,
)
async def put_names(deps: NamedDependency[Deps], request: AnyRequest, data: JSONBody[NamesIn]) -> None:
    await check_holder(deps, data.holder_id, bearer_token(request))
    await name_tickets(deps, holder_id=data.holder_id, names=data.names)
