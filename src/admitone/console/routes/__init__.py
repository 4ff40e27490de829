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
from admitone.console.routes.screens import bookings, box_office, desk, home, money, promo_codes
from admitone.console.routes.visit import AREA, ENTRY, NEEDS, Shell, check_session, open_visit
from admitone.console.usecases.api import ApiApp
from admitone.console.usecases.deps import Deps
from admitone.kit.http.access import Connection
from admitone.kit.http.body_limits import ORGANIZER_BYTES_MAX
from admitone.kit.http.declared_request import FORM_TYPES, MEDIA_TYPES, READS_QUERY

_SCREENS: Sequence[HTTPRouteHandler] = (
    home.show_home,
    home.post_sign_out,
    bookings.show_bookings,
    bookings.download_bookings,
    bookings.show_booking,
    bookings.show_refund,
    bookings.post_refund,
    bookings.post_buyer,
    money.show_money,
    money.download_money,
    money.show_money_entries,
    desk.show_desk,
    desk.post_seats,
    desk.post_areas,
    desk.post_undo,
    desk.post_price,
    desk.post_queue,
    box_office.show_box_office,
    box_office.post_box_office,
    promo_codes.show_promo_codes,
    promo_codes.show_new_promo_code,
    promo_codes.post_promo_codes,
    promo_codes.post_promo_code_end,
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
