"""Public views: an event, a seat map, performers and venues with their coming events.

They read from a replica, if there is one. What it does not have, it may not have yet: then the primary is asked.
"""

import asyncio
import gzip
from typing import Any

import msgspec

from admitone.catalogue.contracts import EventDocument, EventNotFound, event_summary
from admitone.catalogue.contracts.series import SeriesDates
from admitone.catalogue.domain.date_pattern import DATES_MAX
from admitone.catalogue.domain.details import NO_WAITING_ROOM, event_details
from admitone.catalogue.domain.event import Event
from admitone.catalogue.domain.geometry import Geometry
from admitone.catalogue.domain.geometry_columns import COLUMNS_VERSION
from admitone.catalogue.domain.records import Performer, SectionCount, Venue
from admitone.catalogue.domain.refusals import PerformerNotFound, SeatMapNotFound, VenueNotFound
from admitone.catalogue.domain.series import Series, SeriesNotFound
from admitone.catalogue.domain.views import performer_view, venue_view
from admitone.catalogue.store import events, performers, seat_maps, series, venues
from admitone.catalogue.usecases.deps import Deps
from admitone.catalogue.usecases.documents import shape_documents
from admitone.catalogue.usecases.seat_maps import pack_columns
from admitone.kit.off_loop import off_loop
from admitone.kit.paging import page_members
from admitone.kit.postgres import Connection


async def get_event_view(deps: Deps, event_id: str, *, is_current: bool = False) -> dict[str, Any]:
    """Return the body of `GET /events/details/{id}`. Raises `EventNotFound`, also for a draft.

    `is_current`: the event as it is now, from the primary, for what is kept longer than a page.
    """
    if is_current:
        async with deps.pool.connection() as conn:
            found = await _read_event(conn, event_id)
    else:
        found = await deps.read_pool.find(lambda conn: _read_event(conn, event_id))
    if found is None:
        raise EventNotFound(event_id)
    event, document, seats = found
    availability, organizer = await asyncio.gather(
        deps.read_availability((event_id,)), deps.read_presentation(event.organization_id)
    )
    waiting_room = await deps.read_waiting_room(event_id) if event.waiting_room.mode != "off" else NO_WAITING_ROOM
    return event_details(event, document, availability.get(event_id), seats, waiting_room, organizer=organizer)


async def _read_event(
    conn: Connection, event_id: str
) -> tuple[Event, EventDocument, tuple[int, tuple[SectionCount, ...]] | None] | None:
    found = await events.read_published_events(conn, [event_id])
    if not found:
        return None
    event = found[0]
    (document,) = await shape_documents(conn, found)
    seats = await seat_maps.read_section_counts(conn, event.seat_map_id) if event.seat_map_id else None
    return event, document, seats


async def get_seat_map_view(deps: Deps, *, seat_map_id: str) -> tuple[bytes, str]:
    """Return the stored drawing: gzipped JSON and its digest. Raises `SeatMapNotFound`."""
    found = await deps.read_pool.find(lambda conn: seat_maps.read_geometry(conn, seat_map_id))
    if found is None:
        raise SeatMapNotFound
    return found


async def get_seat_map_columns(deps: Deps, *, seat_map_id: str) -> tuple[bytes, str]:
    """Return the columnar drawing, gzipped, and its digest. Raises `SeatMapNotFound`."""
    found = await deps.read_pool.find(lambda conn: seat_maps.read_columns(conn, seat_map_id))
    if found is None:
        raise SeatMapNotFound
    columns, drawing, digest = found
    if columns is None:
        assert drawing is not None, "a seat map has one of the two"
        columns = await off_loop(_columns_of_packed, drawing)
        async with deps.pool.connection() as conn:
            await seat_maps.fill_columns(conn, seat_map_id, columns)
    return columns, f"{digest}-columns-{COLUMNS_VERSION}"


def _columns_of_packed(drawing_gzip: bytes) -> bytes:
    return pack_columns(msgspec.json.decode(gzip.decompress(drawing_gzip), type=Geometry))


async def browse_performers(deps: Deps, *, q: str, page: int, size: int) -> tuple[list[Performer], int]:
    """Return the page's performers whose names hold every word of `q`, and the number on all pages.

    Those with most published events come first.
    """
    return await deps.read_pool.read(lambda conn: performers.browse_performers(conn, q=q, page=page, size=size))


async def browse_venues(deps: Deps, *, q: str, page: int, size: int) -> tuple[list[Venue], int]:
    """Return the page's venues whose names hold every word of `q`, and the number on all pages.

    Those with most published events come first.
    """
    return await deps.read_pool.read(lambda conn: venues.browse_venues(conn, q=q, page=page, size=size))


async def get_performer_view(deps: Deps, performer_id: str, *, page: int = 0, size: int = 50) -> dict[str, Any]:
    """Return the body of `GET /performers/{id}`. Raises `PerformerNotFound`."""

    async def read(conn: Connection) -> tuple[Performer, list[EventDocument], int] | None:
        performer = (await performers.read_performers(conn, [performer_id])).get(performer_id)
        if performer is None:
            return None
        coming, total = await events.coming_events_of_performer(
            conn, performer_id=performer_id, now=deps.now(), page=page, size=size
        )
        return performer, await shape_documents(conn, coming), total

    found = await deps.read_pool.find(read)
    if found is None:
        raise PerformerNotFound
    performer, documents, total = found
    return {
        **performer_view(performer),
        "events": await _summaries(deps, documents),
        "page": page_members(page, size, total),
    }


async def get_venue_view(deps: Deps, venue_id: str, *, page: int = 0, size: int = 50) -> dict[str, Any]:
    """Return the body of `GET /venues/{id}`. Raises `VenueNotFound`."""

    async def read(conn: Connection) -> tuple[Venue, list[EventDocument], int] | None:
        venue = (await venues.read_venues(conn, [venue_id])).get(venue_id)
        if venue is None:
            return None
        coming, total = await events.coming_events_of_venue(
            conn, venue_id=venue_id, now=deps.now(), page=page, size=size
        )
        return venue, await shape_documents(conn, coming), total

    found = await deps.read_pool.find(read)
    if found is None:
        raise VenueNotFound
    venue, documents, total = found
    return {
        **venue_view(venue),
        "events": await _summaries(deps, documents),
        "page": page_members(page, size, total),
    }


async def get_series_view(deps: Deps, series_id: str, *, page: int = 0, size: int = 50) -> dict[str, Any]:
    """Return the body of `GET /events/series/{id}`. Raises `SeriesNotFound`."""

    async def read(conn: Connection) -> tuple[Series, list[EventDocument], int] | None:
        named = await series.read_public_series(conn, series_id)
        if named is None:
            return None
        coming, total = await series.coming_events_of_series(
            conn, series_id=series_id, now=deps.now(), page=page, size=size
        )
        return named, await shape_documents(conn, coming), total

    found = await deps.read_pool.find(read)
    if found is None:
        raise SeriesNotFound
    named, documents, total = found
    return {
        "id": named.id,
        "name": named.name,
        "events": await _summaries(deps, documents),
        "page": page_members(page, size, total),
    }


async def read_series_dates(deps: Deps, series_id: str) -> SeriesDates:
    """Return all coming dates. Bound to its `deps` it is a `contracts.ReadSeriesDates`. Raises `SeriesNotFound`."""
    view = await get_series_view(deps, series_id, size=DATES_MAX)
    return SeriesDates(view["id"], view["name"], tuple(view["events"]))


async def _summaries(deps: Deps, documents: list[EventDocument]) -> list[dict[str, Any]]:
    """Return summaries with the current availability."""
    left = await deps.read_availability(tuple(document.id for document in documents)) if documents else {}
    return [event_summary(document, left.get(document.id)) for document in documents]
