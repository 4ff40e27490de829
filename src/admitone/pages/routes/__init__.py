"""Routes of the pages: each handler calls a use case and renders a template."""

from collections.abc import Callable

from litestar import Router
from litestar.di import Provide

from admitone.kit.body_limits import BUYER_BYTES_MAX
from admitone.kit.declared_request import FORM_TYPES, MEDIA_TYPES, READS_QUERY
from admitone.pages.routes import (
    booking,
    checkout,
    event,
    home,
    listings,
    posters,
    problems,
    static_files,
    waiting_room,
)
from admitone.pages.routes.rendering import TEST_MODE
from admitone.pages.usecases.deps import Deps

__all__ = ("TEST_MODE", "router")


def router(provide: Callable[[], Deps]) -> Router:
    """Return all pages, and their refusals as pages. The last route matches all other paths."""
    return Router(
        path="/",
        route_handlers=[
            home.read_home,
            home.read_about,
            listings.read_results,
            listings.read_performer,
            listings.read_venue,
            event.read_event,
            event.post_hold,
            event.post_client,
            waiting_room.get_waiting_room,
            waiting_room.post_waiting_room,
            checkout.read_checkout,
            checkout.post_payment,
            checkout.post_release,
            checkout.post_promo_code,
            checkout.post_again,
            checkout.read_hold_status,
            booking.read_booking,
            booking.read_calendar,
            static_files.read_static_file,
            static_files.read_tickets_worker,
            posters.show_poster,
            problems.show_problems,
            problems.show_not_found,
        ],
        dependencies={"deps": Provide(provide, sync_to_thread=False)},
        exception_handlers=problems.EXCEPTION_HANDLERS,
        include_in_schema=False,
        # Links have `utm_source` and the like: a page ignores unknown parameters.
        opt={MEDIA_TYPES: FORM_TYPES, READS_QUERY: True},
        request_max_body_size=BUYER_BYTES_MAX,
    )
