"""What organizers call of booking, with what all of it has in common."""

from collections.abc import Callable

from litestar import Router
from litestar.di import Provide

from admitone.booking.routes.counter import post_counter_booking
from admitone.booking.routes.organizer_events import get_bookings, get_sales, patch_seats
from admitone.booking.routes.promo_codes import OrganizerPromoCodes
from admitone.booking.routes.refunds import get_refunds, post_event_refunds, post_refund
from admitone.booking.usecases.organizer_deps import OrganizerDeps


def organizer_router(provide: Callable[[], OrganizerDeps]) -> Router:
    return Router(
        path="/",
        route_handlers=[
            *(post_refund, get_refunds, post_event_refunds, OrganizerPromoCodes),
            *(patch_seats, get_sales, get_bookings, post_counter_booking),
        ],
        dependencies={"organizer_deps": Provide(provide, sync_to_thread=False)},
        tags=["Organize"],
    )
