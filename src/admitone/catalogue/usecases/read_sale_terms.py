"""What selling an event needs to know, as it is now."""

from admitone.catalogue.contracts import SaleTerms
from admitone.catalogue.domain.event import sale_terms
from admitone.catalogue.store.events import read_any_event
from admitone.catalogue.usecases.deps import Deps


async def read_sale_terms(deps: Deps, event_id: str) -> SaleTerms | None:
    """Return the terms, published or not. Bound to its `deps` it is a `contracts.ReadSaleTerms`."""
    async with deps.pool.connection() as conn:
        event = await read_any_event(conn, event_id)
    return None if event is None else sale_terms(event)
