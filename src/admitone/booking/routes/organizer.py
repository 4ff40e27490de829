"""What organizers call of booking, with what all of it has in common."""

from collections.abc import Callable

from litestar import Router
from litestar.di import Provide

from admitone.booking.routes.box_office import post_box_office_booking
from admitone.booking.routes.event_sums import list_sales
from admitone.booking.routes.organizer_events import get_bookings, get_sales, patch_seats
from admitone.booking.routes.promo_codes import OrganizerPromoCodes
from admitone.booking.routes.refunds import get_refunds_handler, post_event_refunds, post_refund
from admitone.booking.usecases.organizer_deps import OrganizerDeps
from admitone.kit.http.access import keyed_router
from admitone.organizers.contracts import Authenticate, Permission


def organizer_router(provide: Callable[[], OrganizerDeps], authenticate: Authenticate) -> Router:
    organizer = keyed_router(
        "/",
        [
            *(post_refund, get_refunds_handler, post_event_refunds, OrganizerPromoCodes),
            list_sales,
            *(patch_seats, get_sales, get_bookings, post_box_office_booking),
        ],
        authenticate=authenticate,
        to_read=Permission.VIEW,
        to_write=Permission.MANAGE,
        tag="Organize",
    )
    dependencies = {"organizer_deps": Provide(provide, sync_to_thread=False)}
    return Router(path="/", route_handlers=[organizer], dependencies=dependencies)
