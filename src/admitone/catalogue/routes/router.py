"""All routes of the catalogue, with their common settings."""

from collections.abc import Callable

from litestar import Router
from litestar.di import Provide

from admitone.catalogue.routes.organizer_events import OrganizerEvents
from admitone.catalogue.routes.organizer_imports import import_json_lines
from admitone.catalogue.routes.organizer_performers import OrganizerPerformers
from admitone.catalogue.routes.organizer_price_levels import OrganizerPriceLevels
from admitone.catalogue.routes.organizer_rooms import OrganizerRooms
from admitone.catalogue.routes.organizer_seat_maps import OrganizerSeatMaps
from admitone.catalogue.routes.organizer_series import OrganizerSeries
from admitone.catalogue.routes.organizer_venues import OrganizerVenues
from admitone.catalogue.routes.pictures import read_picture, upload_picture
from admitone.catalogue.routes.public import (
    browse_performers_route,
    browse_venues_route,
    read_event_details,
    read_public_performer,
    read_public_seat_map,
    read_public_series,
    read_public_venue,
    read_seat_map_columns,
)
from admitone.catalogue.usecases.deps import Deps
from admitone.kit.http.access import keyed_router
from admitone.organizers.contracts import Authenticate, Permission


def router(provide: Callable[[], Deps], authenticate: Authenticate) -> Router:
    """Return public and organizer routes. `provide` returns the deps that the role has opened."""
    organizer = keyed_router(
        "/organizer",
        [
            OrganizerVenues,
            OrganizerPerformers,
            OrganizerSeatMaps,
            OrganizerRooms,
            OrganizerEvents,
            OrganizerSeries,
            OrganizerPriceLevels,
            import_json_lines,
            upload_picture,
        ],
        authenticate=authenticate,
        to_read=Permission.VIEW,
        to_write=Permission.MANAGE,
        tag="Organize",
    )
    return Router(
        path="/",
        route_handlers=[
            read_event_details,
            read_public_series,
            read_public_seat_map,
            read_seat_map_columns,
            read_picture,
            read_public_venue,
            read_public_performer,
            browse_venues_route,
            browse_performers_route,
            organizer,
        ],
        dependencies={"deps": Provide(provide, sync_to_thread=False)},
    )
