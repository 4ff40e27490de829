"""Routes of the console. Every handler declares the permission that it needs; the router refuses one that does not.

To add a screen: a module in `screens/` with handlers made by `screen` and `action` (see `visit.py`), a template in
`templates/` that extends `layout.html`, the handlers' names in `_SCREENS` below.
"""

from collections.abc import Callable, Sequence

from litestar import Router
from litestar.di import Provide
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler

from admitone.console.domain.navigation import Entry
from admitone.console.routes import passkey, problems, provider, sign_in, static_files, welcome
from admitone.console.routes.screens import (
    account,
    after_sale,
    audit,
    booking_mails,
    bookings,
    box_office,
    bulk,
    desk,
    event_changes,
    event_details,
    event_parts,
    events,
    exchanges,
    home,
    keys,
    mail,
    messages,
    money,
    passkeys,
    payment_test,
    people,
    pictures,
    promo_codes,
    room_generator,
    rooms,
    seat_changes,
    second_factor,
    series,
    settings,
    system,
    team,
    venues,
)
from admitone.console.routes.visit import AREA, ENTRY, NEEDS, Shell, check_session, open_visit
from admitone.console.usecases.api import ApiApp
from admitone.console.usecases.deps import Deps
from admitone.kit.http.access import Connection
from admitone.kit.http.body_limits import ORGANIZER_BYTES_MAX
from admitone.kit.http.changes import RECORDED
from admitone.kit.http.declared_request import FORM_TYPES, MEDIA_TYPES

_SCREENS: Sequence[HTTPRouteHandler] = (
    home.show_home,
    account.show_account,
    account.post_password,
    account.post_end_session,
    account.post_organization,
    account.post_leave,
    account.post_sign_out,
    second_factor.post_begin,
    second_factor.post_confirm,
    second_factor.post_remove,
    passkeys.show_new_passkey,
    passkeys.read_options,
    passkeys.post_passkey,
    passkeys.post_remove,
    sign_in.show_confirm,
    sign_in.post_confirm,
    passkey.read_confirm_options,
    passkey.post_confirm,
    provider.leave_to_confirm,
    welcome.post_join,
    team.show_team,
    team.show_member,
    team.post_member,
    team.post_remove,
    team.show_invite,
    team.post_invite,
    team.post_revoke,
    keys.show_keys,
    keys.show_new_key,
    keys.post_key,
    keys.post_revoke_key,
    settings.show_settings,
    settings.post_settings,
    settings.post_terms,
    payment_test.show_new_payment_test,
    payment_test.post_payment_test,
    payment_test.show_payment_test,
    system.show_system,
    system.show_on_sale,
    system.post_checks,
    system.post_job_retry,
    system.post_mail_resend,
    audit.show_audit,
    audit.download_audit,
    events.show_events,
    bulk.post_bulk,
    bulk.post_run,
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
    after_sale.show_after_sale,
    after_sale.post_after_sale,
    pictures.post_picture,
    event_details.show_copy,
    event_details.post_copy,
    series.show_repeat,
    series.post_repeat,
    series.post_detachment,
    series.post_series_name,
    event_changes.show_postponement,
    event_changes.post_postponement,
    event_changes.show_cancellation,
    event_changes.post_cancellation,
    messages.show_messages,
    messages.post_message,
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
    bookings.show_bookings,
    bookings.download_bookings,
    bookings.download_bookings_workbook,
    bookings.show_booking,
    bookings.show_refund,
    bookings.post_refund,
    bookings.post_retry,
    bookings.post_buyer,
    people.show_people,
    people.post_people,
    people.post_people_export,
    people.post_people_erasure,
    booking_mails.post_booking_mail,
    booking_mails.post_mail_block,
    mail.show_mail,
    mail.post_identity,
    mail.post_reply_address,
    mail.show_confirmation,
    mail.post_confirmation,
    mail.show_preview,
    mail.show_html,
    mail.post_test,
    bookings.post_note,
    exchanges.show_exchange,
    exchanges.post_exchange,
    money.show_money,
    money.download_money,
    money.download_money_workbook,
    money.download_settlement,
    money.show_money_entries,
    desk.show_desk,
    desk.post_seats,
    desk.post_areas,
    seat_changes.post_undo,
    seat_changes.post_cancel,
    desk.post_price,
    desk.post_queue,
    box_office.show_box_office,
    box_office.post_box_office,
    promo_codes.show_promo_codes,
    promo_codes.show_new_promo_code,
    promo_codes.post_promo_codes,
    promo_codes.post_promo_code_end,
    promo_codes.show_promo_batches,
    promo_codes.show_promo_batch,
    promo_codes.download_promo_batch,
    promo_codes.download_promo_batch_workbook,
    promo_codes.post_promo_batch_end,
    promo_codes.post_promo_batch_mails,
)
_PUBLIC: Sequence[HTTPRouteHandler] = (
    welcome.show_welcome,
    welcome.post_welcome,
    sign_in.show_sign_in,
    sign_in.post_sign_in,
    passkey.read_sign_in_options,
    passkey.post_sign_in,
    provider.leave_to_sign_in,
    provider.come_back,
    sign_in.show_code,
    sign_in.post_code,
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
        # The API that the screens call records the changes.
        opt={MEDIA_TYPES: FORM_TYPES, RECORDED: False},
        request_max_body_size=ORGANIZER_BYTES_MAX,
    )


def _entry(handler: HTTPRouteHandler) -> Entry:
    return Entry(area=handler.opt[AREA], path=min(handler.paths), needs=handler.opt[NEEDS])
