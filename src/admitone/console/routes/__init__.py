"""Routes of the console. Every handler declares the permission that it needs; the router refuses one that does not.

To add a screen: a module in `screens/` with handlers made by `screen` and `action` (see `visit.py`), a template in
`templates/` that extends `layout.html`, the handlers' names in `_SCREENS` below.
"""

from collections.abc import Callable, Sequence

from litestar import Router
from litestar.di import Provide
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler

from admitone.console.domain.navigation import Entry
from admitone.console.routes import problems, static_files, welcome
from admitone.console.routes.screens import (
    event_changes,
    event_details,
    event_parts,
    events,
    home,
    room_generator,
    rooms,
    venues,
)
from admitone.console.routes.visit import AREA, ENTRY, NEEDS, Shell, check_session, open_visit
from admitone.console.usecases.api import ApiApp
from admitone.console.usecases.deps import Deps
from admitone.kit.http.access import Connection
from admitone.kit.http.body_limits import ORGANIZER_BYTES_MAX
from admitone.kit.http.declared_request import FORM_TYPES, MEDIA_TYPES, READS_QUERY

_SCREENS: Sequence[HTTPRouteHandler] = (
    home.show_home,
    home.post_sign_out,
    events.show_events,
    event_details.show_new_event,
    event_details.post_new_event,
    events.show_event,
    events.post_publication,
    events.post_withdrawal,
    events.post_pause,
    events.post_resumption,
    events.post_deletion,
    event_details.show_details,
    event_details.post_details,
    event_parts.show_prices,
    event_parts.post_prices,
    event_parts.show_sale_terms,
    event_parts.post_sale_terms,
    event_details.show_copy,
    event_details.post_copy,
    event_changes.show_postponement,
    event_changes.post_postponement,
    event_changes.show_cancellation,
    event_changes.post_cancellation,
    rooms.show_rooms,
    room_generator.show_new_room,
    room_generator.post_new_room,
    room_generator.post_preview,
    rooms.show_import,
    rooms.post_import,
    rooms.show_room,
    rooms.download_plan,
    rooms.post_room_name,
    rooms.post_room_deletion,
    room_generator.show_change,
    room_generator.post_change,
    venues.show_venues,
    venues.show_new_venue,
    venues.post_new_venue,
    venues.show_venue,
    venues.post_venue,
    venues.post_venue_deletion,
)
_PUBLIC: Sequence[HTTPRouteHandler] = (
    welcome.show_welcome,
    welcome.post_welcome,
    static_files.read_static_file,
    problems.show_not_found,  # matches every path without a route
)


def router(provide: Callable[[], Deps], api: ApiApp) -> Router:
    """Return the console. `api`: the organizer API as an ASGI application, called inside this process."""
    handlers = [*_SCREENS, *_PUBLIC]
    undeclared = [handler.handler_name for handler in handlers if NEEDS not in handler.opt]
    assert not undeclared, f"these handlers declare no permission: {undeclared}"
    entries = [_entry(handler) for handler in _SCREENS if handler.opt.get(ENTRY)]

    async def guard(connection: Connection, handler: BaseRouteHandler) -> None:
        await check_session(connection, handler, Shell(provide(), api, entries))

    return Router(
        path="/",
        route_handlers=handlers,
        guards=[guard],
        dependencies={"visit": Provide(open_visit)},
        exception_handlers=problems.EXCEPTION_HANDLERS,
        include_in_schema=False,
        opt={MEDIA_TYPES: FORM_TYPES, READS_QUERY: True},
        request_max_body_size=ORGANIZER_BYTES_MAX,
    )


def _entry(handler: HTTPRouteHandler) -> Entry:
    return Entry(area=handler.opt[AREA], path=min(handler.paths), needs=handler.opt[NEEDS])
