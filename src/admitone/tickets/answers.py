"""Print tickets: from what the use cases found to the bytes of a document, for routes and for mails."""

from collections.abc import Sequence

from admitone.tickets.domain.refusals import TicketNotFound, TooManyTickets
from admitone.tickets.drawing.printer import TicketPrinter
from admitone.tickets.drawing.ticket_facts import ticket_facts
from admitone.tickets.usecases.deps import Deps
from admitone.tickets.usecases.holding import TicketPass, list_passes


async def print_passes(deps: Deps, printer: TicketPrinter, passes: Sequence[TicketPass]) -> bytes:
    """Return a PDF with a page for each ticket of one event. Raises `Busy`."""
    seller = await deps.read_seller(passes[0].event.organization_id)
    return await printer.print(*(ticket_facts(shown, deps.codes, seller) for shown in passes))


async def print_booking(deps: Deps, printer: TicketPrinter, booking_id: str) -> bytes | None:
    """Return a PDF of the tickets that the buyer still has; None where there are none, or too many for a document.

    Bound to its first arguments it is a `tickets.contracts.PrintBooking`. The caller has checked who asks. Raises
    `Busy`.
    """
    try:
        passes = await list_passes(deps, booking_id)
    except (TicketNotFound, TooManyTickets):
        return None
    return await print_passes(deps, printer, passes)
