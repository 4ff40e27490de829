"""Hold tickets for whoever sent the form of an event's page."""

from collections.abc import Iterable

from admitone.pages.contracts import Json
from admitone.pages.domain.hold_form import hold_body
from admitone.pages.usecases.deps import Deps


async def hold_tickets(deps: Deps, *, event_id: str, fields: Iterable[tuple[str, str]]) -> Json:
    """The answer of `POST /booking/checkout`; raises its refusals (seats taken, not enough, …)."""
    return await deps.hold(hold_body(event_id, fields))
