"""Show a person's place on the waiting list of an event, and the tickets that are offered."""

from msgspec import Struct

from admitone.booking.contracts import Booking
from admitone.booking.contracts.resale import EntryState, WaitingEntry
from admitone.pages.contracts import Document
from admitone.pages.usecases.deps import Deps


class WaitingListPage(Struct, frozen=True):
    """`booking`: the offered tickets. `level_name` None: any price. `offer_minutes`: at most."""

    entry: WaitingEntry
    event: Document
    booking: Booking | None
    level_name: str | None
    offer_minutes: int


async def show_waiting_list(deps: Deps, *, event_id: str, token: str) -> WaitingListPage:
    """Raises `waiting-entry-not-found`, for a wrong token too, and `event-not-found`."""
    entry = await deps.read_entry(event_id, token)
    event = await deps.read_details(event_id)
    booking = None
    if entry.booking_id is not None and entry.state is EntryState.OFFERED:
        booking = await deps.read_booking(entry.booking_id, deps.booking_links.issue_token(entry.booking_id, 0))
    names = {level["id"]: level["name"] for level in event["price_levels"]}
    terms = await deps.read_resale_terms(event_id)
    level_name = None if entry.price_level_id is None else names.get(entry.price_level_id)
    return WaitingListPage(entry, event, booking, level_name, terms.offer_seconds // 60)
