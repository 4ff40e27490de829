"""The mails of a booking: send one again, and allow mails to an address that was blocked."""

from litestar import Response
from litestar.params import FromPath

from admitone.console.domain.navigation import Area
from admitone.console.routes.screens.bookings import refused_screen
from admitone.console.routes.visit import OpenVisit, Visit, action
from admitone.console.usecases.api import Answer, Problem
from admitone.organizers.contracts import Permission


@action("/console/bookings/{booking_id:str}/mails", needs=Permission.SELL, area=Area.BOOKINGS)
async def post_booking_mail(visit: OpenVisit, booking_id: FromPath[str]) -> Response[bytes]:
    """Send the mail that the button names again; without a name, the tickets."""
    mail_id = visit.form.value("mail_id")
    answer = await visit.api.post(
        f"/organizer/bookings/{booking_id}/mails", {"mail_id": mail_id} if mail_id else {}, key=visit.form.key
    )
    return await _shown(visit, booking_id, answer, "The mail is sent within a minute.")


@action("/console/bookings/{booking_id:str}/mail-block", needs=Permission.SELL, area=Area.BOOKINGS)
async def post_mail_block(visit: OpenVisit, booking_id: FromPath[str]) -> Response[bytes]:
    answer = await visit.api.delete(f"/organizer/bookings/{booking_id}/mail-block")
    return await _shown(visit, booking_id, answer, "Mails are sent to this address again.")


async def _shown(visit: Visit, booking_id: str, answer: Answer | Problem, words: str) -> Response[bytes]:
    if not isinstance(answer, Problem):
        return visit.redirect(f"/console/bookings/{booking_id}", flash=words)
    return await refused_screen(visit, booking_id, answer)
