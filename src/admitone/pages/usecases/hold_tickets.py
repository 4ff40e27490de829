"""Hold tickets by a form: those chosen on an event's page, or those of a hold that has ended."""

from admitone.booking.contracts import Client, Held, HoldOrder
from admitone.kit.refusal import Refusal
from admitone.pages.domain.hold_form import same_order
from admitone.pages.usecases.deps import FormDeps


async def hold_tickets(deps: FormDeps, *, order: HoldOrder, client: Client, form_key: str | None) -> Held:
    """Return the hold. Raises the refusals of `POST /booking/checkout`, each with the event's id among its members, so
    that the page of the refusal links back to the event."""
    try:
        return await deps.hold(order, client, form_key)
    except Refusal as refusal:
        refusal.members.setdefault("event_id", order.event_id)
        raise


async def hold_again(deps: FormDeps, *, booking_id: str, token: str, client: Client, form_key: str | None) -> Held:
    """Hold what an expired booking held. Raises as `hold_tickets`."""
    booking = await deps.pages.read_booking(booking_id, token)
    tickets = [(ticket.section_id, ticket.seat_id) for ticket in booking.tickets]
    order = same_order(booking.event_id, tickets)
    return await hold_tickets(deps, order=order, client=client, form_key=form_key)
