"""The catalogue: what it asks of the slices above, what it announces to them, and how they read it."""

from msgspec import convert, to_builtins

from admitone.booking.contracts import NoticeKind
from admitone.booking.usecases.availability import read_availability
from admitone.booking.usecases.deps import Deps as BookingDeps
from admitone.booking.usecases.project_events import collect_notices, project_events
from admitone.booking.usecases.record_prices import record_prices
from admitone.booking.usecases.sold_places import has_sales
from admitone.catalogue.adapters.picture_fetcher import PictureFetcher
from admitone.catalogue.contracts import (
    EventsChanged,
    ListedPerformer,
    ListedVenue,
    ListPerformers,
    ListVenues,
    NamedChanged,
    ReadPerformer,
    ReadVenue,
)
from admitone.catalogue.domain.views import listed_performer, listed_venue
from admitone.catalogue.usecases.browsing import browse_performers, browse_venues, get_performer_view, get_venue_view
from admitone.catalogue.usecases.deps import Deps
from admitone.kit.jobs import Defer
from admitone.kit.postgres import Connection
from admitone.mail.usecases.inform_buyers import INFORM_BUYERS_JOB
from admitone.organizers.usecases.deps import Deps as OrganizersDeps
from admitone.organizers.usecases.settings import find_logos, read_currencies, read_presentation
from admitone.runtime.wiring.process import Process, Provide, utc_now
from admitone.waiting_room.usecases.deps import Deps as WaitingRoomDeps
from admitone.waiting_room.usecases.public_queue import read_status
from admitone.waiting_room.usecases.queue_settings import project_events as project_waiting_rooms

# One announcement of an import names thousands of events; the index takes them in pieces.
INDEX_BATCH = 500


def wire_catalogue(
    process: Process,
    *,
    organizers: OrganizersDeps,
    booking: Provide[BookingDeps],
    waiting_room: Provide[WaitingRoomDeps],
) -> Deps:
    async def read_waiting_room(event_id: str) -> tuple[bool, str]:
        status = await read_status(waiting_room(), event_id=event_id)
        return status.required, status.state

    return Deps(
        pool=process.pool,
        read_pool=process.read_pool,
        announce=lambda conn, changed: _announce(process, conn, changed),
        announce_named=lambda conn, changed: _announce_named(process.defer, conn, changed),
        has_sales=lambda event_ids: has_sales(booking(), event_ids=event_ids),
        read_availability=lambda event_ids: read_availability(
            booking(), event_ids=event_ids, read_pool=process.read_pool
        ),
        now=utc_now,
        defer=process.defer,
        fetch=PictureFetcher().fetch,
        reindex=lambda conn, event_ids: _reindex(process.defer, conn, event_ids),
        testing=process.settings.testing,
        read_waiting_room=read_waiting_room,
        read_presentation=lambda organization_id: read_presentation(
            organizers, organization_id, read_pool=process.read_pool
        ),
        read_currencies=lambda organization_id: read_currencies(organizers, organization_id),
        find_used_pictures=find_logos,
        record_prices=lambda conn, made_by, before, after: record_prices(
            booking(), conn, made_by=made_by, before=before, after=after
        ),
    )


def performer_lister(catalogue: Provide[Deps]) -> ListPerformers:
    async def list_performers(words: str, page: int, size: int) -> tuple[list[ListedPerformer], int]:
        performers, total = await browse_performers(catalogue(), q=words, page=page, size=size)
        return [listed_performer(performer) for performer in performers], total

    return list_performers


def venue_lister(catalogue: Provide[Deps]) -> ListVenues:
    async def list_venues(words: str, page: int, size: int) -> tuple[list[ListedVenue], int]:
        venues, total = await browse_venues(catalogue(), q=words, page=page, size=size)
        return [listed_venue(venue) for venue in venues], total

    return list_venues


def performer_reader(catalogue: Provide[Deps]) -> ReadPerformer:
    async def read_performer(performer_id: str) -> tuple[ListedPerformer, int]:
        view = await get_performer_view(catalogue(), performer_id, size=1)
        return convert(view, ListedPerformer), view["page"]["total"]

    return read_performer


def venue_reader(catalogue: Provide[Deps]) -> ReadVenue:
    async def read_venue(venue_id: str) -> tuple[ListedVenue, int]:
        view = await get_venue_view(catalogue(), venue_id, size=1)
        return convert(view, ListedVenue), view["page"]["total"]

    return read_venue


async def _announce(process: Process, conn: Connection, changed: EventsChanged) -> None:
    """In the catalogue's transaction: booking and waiting rooms follow at once; the index, browsers that show the
    event, and mails to its buyers by jobs that this commit releases."""
    defer = process.defer
    for notice in await collect_notices(conn, changed, now=utc_now()):
        notice_id = f"{notice.revision}:{notice.kind.value}"
        await defer(conn, "booking.publish_notice", notice=to_builtins(notice), notice_id=notice_id)
        if process.settings.mail is not None and notice.kind in (NoticeKind.STATUS, NoticeKind.TIME):
            await defer(conn, INFORM_BUYERS_JOB, event_id=notice.event_id, revision=notice.revision)
    for event_id in await project_events(conn, changed):
        await defer(conn, "booking.reissue_inventory", event_id=event_id)
    await project_waiting_rooms(conn, changed)
    await _reindex(defer, conn, [terms.event_id for terms in changed.terms])


async def _reindex(defer: Defer, conn: Connection, event_ids: list[str]) -> None:
    for first in range(0, len(event_ids), INDEX_BATCH):
        await defer(conn, "search.index_events", event_ids=event_ids[first : first + INDEX_BATCH])


async def _announce_named(defer: Defer, conn: Connection, changed: NamedChanged) -> None:
    for first in range(0, len(changed.ids), INDEX_BATCH):
        await defer(conn, "search.index_named", ids=list(changed.ids[first : first + INDEX_BATCH]))
