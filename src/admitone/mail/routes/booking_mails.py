"""`/organizer/bookings/{id}/mails`: what was sent for a booking, send it again, and lift the block of its address."""

from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from admitone.kit.http.access import NEEDED
from admitone.kit.http.caching import NO_STORE
from admitone.mail.schemas import (
    AddressOut,
    BookingMailIn,
    BookingMailOut,
    BookingMailsOut,
    address_out,
    booking_mail_out,
)
from admitone.mail.usecases.booking_mails import lift_block, list_booking_mails, send_booking_mail
from admitone.mail.usecases.deps import Deps
from admitone.organizers.contracts import Identity, Permission

Caller = NamedDependency[Identity]


@get(
    "/organizer/bookings/{booking_id:str}/mails",
    operation_id="listBookingMails",
    summary="List the mails of a booking, the newest first, and whether mail reaches its buyer (role box office)",
)
async def get_booking_mails(
    booking_id: FromPath[str], identity: Caller, mail_deps: NamedDependency[Deps]
) -> Response[BookingMailsOut]:
    found = await list_booking_mails(mail_deps, identity=identity, booking_id=booking_id)
    shown = BookingMailsOut(mail_deps.is_on, address_out(found), [booking_mail_out(mail) for mail in found.mails])
    return Response(shown, headers=NO_STORE)


@post(
    "/organizer/bookings/{booking_id:str}/mails",
    operation_id="sendBookingMail",
    summary="Send the buyer a mail of the booking again, or the tickets (role box office)",
    status_code=200,
    opt={NEEDED: Permission.SELL},
)
async def post_booking_mail(
    booking_id: FromPath[str], identity: Caller, data: JSONBody[BookingMailIn], mail_deps: NamedDependency[Deps]
) -> Response[BookingMailOut]:
    """The mail is composed from how the booking is now, and goes to the address that it has now."""
    mail = await send_booking_mail(mail_deps, identity=identity, booking_id=booking_id, mail_id=data.mail_id)
    return Response(booking_mail_out(mail), headers=NO_STORE)


@delete(
    "/organizer/bookings/{booking_id:str}/mail-block",
    operation_id="liftMailBlock",
    summary="Send mail to the address of a booking again, which was blocked by a bounce (role box office)",
    status_code=200,
    opt={NEEDED: Permission.SELL},
)
async def delete_mail_block(
    booking_id: FromPath[str], identity: Caller, mail_deps: NamedDependency[Deps]
) -> Response[AddressOut]:
    """Do it when the buyer has repaired the mailbox; the next bounce blocks it again. A complaint stays."""
    await lift_block(mail_deps, identity=identity, booking_id=booking_id)
    return Response(AddressOut(state="reached"), headers=NO_STORE)
