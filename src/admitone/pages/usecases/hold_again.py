"""Hold the same seats again after a hold has expired."""

from admitone.pages.contracts import Client, Json
from admitone.pages.domain.hold_form import same_again_body
from admitone.pages.usecases.deps import Deps
from admitone.pages.usecases.hold_tickets import hold_or_say_where


async def hold_again(deps: Deps, *, booking_id: str, token: str, client: Client) -> Json:
    """Hold the tickets of an expired booking. Raises the refusals of `POST /booking/checkout`."""
    booking = await deps.read_booking(booking_id, token)
    tickets = [(ticket.section_id, ticket.seat_id) for ticket in booking.tickets]
    return await hold_or_say_where(deps, same_again_body(booking.event_id, tickets), client)
