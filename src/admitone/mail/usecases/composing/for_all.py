"""Count the buyers of an event, and order their mails in chunks that are commits of their own."""

from collections.abc import Callable

from admitone.booking.contracts import Booking, BuyerChoice
from admitone.mail.contracts import MailOrder
from admitone.mail.domain.buyers_message import Audience
from admitone.mail.usecases.deps import Deps
from admitone.mail.usecases.put_mail import put_mail

CHUNK = 500


async def order_for_all(deps: Deps, event_id: str, order: Callable[[Booking], MailOrder | None]) -> int:
    """`order` returns None for a booking that gets no mail. Return how many mails were ordered."""
    after_id, count = "", 0
    while chunk := await deps.find_event_bookings(event_id, after_id, CHUNK):
        orders = [made for booking in chunk if (made := order(booking)) is not None]
        async with deps.pool.connection() as conn:
            await put_mail(conn, orders)
        after_id, count = chunk[-1].id, count + len(orders)
    return count


async def count_audience(deps: Deps, event_id: str, audience: Audience) -> int:
    """Return how many bookings of the event belong to the audience."""
    if audience.is_everyone:
        return await deps.count_event_bookings(event_id, None)
    admitted = await deps.list_admitted(event_id) if audience.not_admitted else {}
    return await deps.count_event_bookings(event_id, BuyerChoice(audience.price_level_ids, admitted))
