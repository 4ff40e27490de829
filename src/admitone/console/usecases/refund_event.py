"""Order the refunds of an event that was cancelled just now."""

from admitone.console.usecases.api import Answer, Api, Problem

_NOT_FOUND = 404


async def refund_event(api: Api, event_id: str) -> Answer | Problem | None:
    """Return the API's answer; None for an event that was never for sale: it has no bookings."""
    answer = await api.post(f"/organizer/events/{event_id}/refunds")
    return None if isinstance(answer, Problem) and answer.status == _NOT_FOUND else answer
