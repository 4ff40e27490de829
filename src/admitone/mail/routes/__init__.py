"""HTTP of mail: messages to buyers, the mails of a booking, previews, and reports of receivers."""

from collections.abc import Callable

from litestar import Router
from litestar.di import Provide

from admitone.kit.http.access import keyed_router
from admitone.mail.routes.booking_mails import delete_mail_block, get_booking_mails, post_booking_mail
from admitone.mail.routes.messages import get_messages, post_message
from admitone.mail.routes.previews import get_mail_preview, post_mail_test
from admitone.mail.routes.reports import reports_router
from admitone.mail.usecases.deps import Deps
from admitone.organizers.contracts import Authenticate, Permission


def router(provide: Callable[[], Deps], authenticate: Authenticate) -> Router:
    organizer = keyed_router(
        "/",
        [
            post_message,
            get_messages,
            get_booking_mails,
            post_booking_mail,
            delete_mail_block,
            get_mail_preview,
            post_mail_test,
        ],
        authenticate=authenticate,
        to_read=Permission.VIEW,
        to_write=Permission.MANAGE,
        tag="Organize",
    )
    dependencies = {"mail_deps": Provide(provide, sync_to_thread=False)}
    return Router(path="/", route_handlers=[organizer, reports_router(provide)], dependencies=dependencies)
