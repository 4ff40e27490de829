"""Routes of the pages: each handler calls a use case and renders a template.

Pages read, and the pages role answers them. Forms write, and the booking role answers them.
"""

from collections.abc import Callable

from litestar import Router
from litestar.di import Provide

from admitone.kit.http.body_limits import BUYER_BYTES_MAX
from admitone.kit.http.declared_request import FORM_TYPES, MEDIA_TYPES, READS_QUERY
from admitone.pages.routes import (
    booking,
    checkout,
    corrections,
    demo_mail,
    event,
    feeds,
    forms,
    home,
    listings,
    mail_lists,
    my_tickets,
    organizers,
    posters,
    problems,
    returns,
    sitemap,
    static_files,
    ticket_names,
    transfers,
    waiting_list,
    waiting_room,
)
from admitone.pages.routes.rendering import TEST_MODE
from admitone.pages.usecases.deps import Deps, FormDeps

__all__ = ("TEST_MODE", "router")

_PAGES = (
    home.read_home,
    home.read_about,
    home.read_privacy,
    organizers.read_organizer,
    organizers.read_terms,
    my_tickets.read_my_tickets,
    my_tickets.read_sign_in,
    mail_lists.read_reminders,
    mail_lists.read_messages,
    corrections.read_confirmation,
    corrections.read_stop,
    demo_mail.read_mails,
    demo_mail.read_mail,
    demo_mail.read_html,
    demo_mail.read_file,
    listings.read_results,
    feeds.read_search_calendar,
    feeds.read_search_atom,
    listings.read_performer,
    listings.read_venue,
    event.read_event,
    event.post_client,
    waiting_list.read_form,
    waiting_list.read_draw,
    waiting_list.read_entry,
    checkout.read_checkout,
    checkout.read_hold_status,
    booking.read_booking,
    booking.read_calendar,
    transfers.read_transfer,
    static_files.read_static_file,
    static_files.read_tickets_worker,
    posters.show_poster,
    posters.show_card,
    sitemap.read_robots,
    sitemap.read_index,
    sitemap.read_shard,
    problems.show_problems,
    problems.show_not_found,  # matches every path without a route
)
_FORMS = (
    forms.post_hold,
    forms.post_again,
    forms.post_payment,
    forms.post_release,
    forms.post_promo_code,
    transfers.post_offer,
    transfers.post_undo,
    transfers.post_new_codes,
    transfers.post_acceptance,
    waiting_room.get_waiting_room,  # loading the page of a called place takes its turn
    waiting_room.post_waiting_room,
    waiting_list.post_form,
    waiting_list.post_leave,
    returns.post_returns,
    returns.post_withdrawals,
    ticket_names.post_names,
    my_tickets.post_address,
    my_tickets.post_sign_in,
    my_tickets.post_sign_out,
    mail_lists.post_reminders,
    mail_lists.post_messages,
    corrections.post_address,
    corrections.post_confirmation,
    corrections.post_stop,
)


def router(
    *, provide_pages: Callable[[], Deps] | None = None, provide_forms: Callable[[], FormDeps] | None = None
) -> Router:
    """Return the pages, the forms, or both; each with its refusals as pages.

    One router for both: a page and its form may share a path, and the framework does not merge routers at a path.
    """
    dependencies = {}
    if provide_pages is not None:
        dependencies["deps"] = Provide(provide_pages, sync_to_thread=False)
    if provide_forms is not None:
        dependencies["forms"] = Provide(provide_forms, sync_to_thread=False)
    return Router(
        path="/",
        route_handlers=[*(_PAGES if provide_pages else ()), *(_FORMS if provide_forms else ())],
        dependencies=dependencies,
        exception_handlers=problems.EXCEPTION_HANDLERS,
        include_in_schema=False,
        # Links have `utm_source` and the like: a page ignores unknown parameters.
        opt={MEDIA_TYPES: FORM_TYPES, READS_QUERY: True},
        request_max_body_size=BUYER_BYTES_MAX,
    )
