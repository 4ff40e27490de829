"""What organizers call of booking, with what all of it has in common; and returns, which refund as organizers do."""

from collections.abc import Callable

from litestar import Router
from litestar.di import Provide

from admitone.booking.routes.box_office import get_best_seats, post_box_office_booking
from admitone.booking.routes.event_sums import list_sales
from admitone.booking.routes.exchanges import get_exchange_seats, post_seat_exchange
from admitone.booking.routes.money import get_money, get_money_entries
from admitone.booking.routes.notes import post_note
from admitone.booking.routes.organizer_bookings import (
    get_all_bookings,
    get_bookings,
    get_organizer_booking,
    patch_organizer_booking,
    post_refund_preview,
)
from admitone.booking.routes.organizer_events import get_own_seats, get_sales, patch_seats
from admitone.booking.routes.overview import get_overview
from admitone.booking.routes.people import post_erase, post_export, post_find
from admitone.booking.routes.promo_batches import OrganizerPromoBatches
from admitone.booking.routes.promo_codes import OrganizerPromoCodes
from admitone.booking.routes.refunds import get_refunds_handler, post_event_refunds, post_refund, post_retry
from admitone.booking.routes.resale import (
    get_list,
    get_returns,
    get_terms,
    post_returns,
    post_withdrawals,
    put_terms,
)
from admitone.booking.routes.seat_changes import (
    delete_scheduled,
    get_scheduled,
    get_scheduled_change,
    get_seat_change,
    get_seat_changes,
    post_scheduled,
    post_undo,
)
from admitone.booking.usecases.organizer_deps import OrganizerDeps
from admitone.kit.http.access import keyed_router
from admitone.organizers.contracts import Authenticate, Permission


def organizer_router(provide: Callable[[], OrganizerDeps], authenticate: Authenticate) -> Router:
    organizer = keyed_router(
        "/",
        [
            *(post_refund, post_retry, get_refunds_handler, post_event_refunds),
            *(OrganizerPromoCodes, OrganizerPromoBatches),
            *(get_all_bookings, get_bookings, get_organizer_booking, patch_organizer_booking, post_refund_preview),
            *(get_exchange_seats, post_seat_exchange, post_note),
            *(patch_seats, get_own_seats, get_sales, post_box_office_booking),
            *(get_seat_changes, get_seat_change, post_undo),
            *(get_scheduled, get_scheduled_change, post_scheduled, delete_scheduled),
            get_best_seats,
            get_overview,
            *(get_money, get_money_entries),
            list_sales,
            *(post_find, post_export, post_erase),
            *(get_terms, put_terms, get_list),
        ],
        authenticate=authenticate,
        to_read=Permission.VIEW,
        to_write=Permission.MANAGE,
        tag="Organize",
    )
    of_buyers = Router(path="/", route_handlers=[get_returns, post_returns, post_withdrawals], tags=["Booking"])
    dependencies = {"organizer_deps": Provide(provide, sync_to_thread=False)}
    return Router(path="/", route_handlers=[organizer, of_buyers], dependencies=dependencies)
