"""Hold tickets for the buyer who submits the event page's form."""

from collections.abc import Iterable

from admitone.kit.refusal import Refusal
from admitone.pages.contracts import Client, Json
from admitone.pages.domain.hold_form import hold_body
from admitone.pages.usecases.deps import Deps


async def hold_tickets(deps: Deps, *, event_id: str, fields: Iterable[tuple[str, str]], client: Client) -> Json:
    """Return the response of `POST /booking/checkout`; raises its refusals (seats taken, not enough, …)."""
    return await hold_or_say_where(deps, hold_body(event_id, fields), client)


async def hold_or_say_where(deps: Deps, body: Json, client: Client) -> Json:
    """Hold; re-raise a refusal with the event's id among its members, so that its page can link back."""
    try:
        return await deps.hold(body, client)
    except Refusal as refusal:
        refusal.members.setdefault("event_id", body["event_id"])
        raise
