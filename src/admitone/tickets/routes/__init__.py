"""HTTP of tickets and gates."""

from collections.abc import Callable

from litestar import Router
from litestar.di import Provide

from admitone.kit.http.access import keyed_router
from admitone.organizers.contracts import Authenticate, Permission
from admitone.tickets.drawing.printer import TicketPrinter
from admitone.tickets.routes.check_in import (
    check_in_conflicts,
    check_in_manifest,
    check_in_offline_scans,
    check_in_scan,
)
from admitone.tickets.routes.names import put_names
from admitone.tickets.routes.tickets import ticket_barcode, ticket_pdf, ticket_transfer
from admitone.tickets.routes.transfers import get_terms, post_acceptance, post_transfer, post_undo, put_terms
from admitone.tickets.usecases.deps import Deps


def router(provide: Callable[[], Deps], authenticate: Authenticate) -> Router:
    """`/tickets/…` and `/check-in/…`."""
    printer = TicketPrinter()
    doors = keyed_router(
        "/",
        [check_in_scan, check_in_manifest, check_in_offline_scans, check_in_conflicts],
        authenticate=authenticate,
        to_read=Permission.SCAN,
        to_write=Permission.SCAN,
    )
    terms = keyed_router(
        "/",
        [get_terms, put_terms],
        authenticate=authenticate,
        to_read=Permission.VIEW,
        to_write=Permission.MANAGE,
        tag="Organize",
    )
    holders = [ticket_barcode, ticket_pdf, ticket_transfer, post_transfer, post_acceptance, post_undo, put_names]
    return Router(
        path="/",
        route_handlers=[*holders, doors, terms],
        dependencies={
            "deps": Provide(provide, sync_to_thread=False),
            "printer": Provide(lambda: printer, sync_to_thread=False),
        },
        tags=["Tickets"],
    )
