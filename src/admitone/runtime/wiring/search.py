"""Search: its engine, and the catalogue that it indexes."""

from admitone.booking.usecases.availability import read_availability
from admitone.booking.usecases.deps import Deps as BookingDeps
from admitone.catalogue.usecases.deps import Deps as CatalogueDeps
from admitone.catalogue.usecases.documents import read_documents, read_named, scan_documents, scan_named
from admitone.runtime.search_engine import SearchEngine, choose_engine
from admitone.runtime.wiring.catalogue import performer_lister, performer_reader, venue_lister, venue_reader
from admitone.runtime.wiring.process import Process, Provide, utc_now
from admitone.search.adapters.cached_index import CachedIndex
from admitone.search.usecases.deps import Deps, Directory
from admitone.search.usecases.indexing import ask_seldom


def open_engine(process: Process) -> SearchEngine:
    """The engine closes with the process."""
    engine = choose_engine(process.settings)
    process.closing.push_async_callback(engine.close)
    return engine


def wire_search(
    process: Process, *, index: CachedIndex, catalogue: Provide[CatalogueDeps], booking: Provide[BookingDeps]
) -> Deps:
    async def request_rebuild() -> None:
        async with process.pool.connection() as conn, conn.transaction():
            await process.defer(conn, "search.rebuild_index", only_if_absent=True)

    return Deps(
        index=index,
        read_documents=lambda event_ids: read_documents(catalogue(), event_ids),
        scan_documents=lambda after, limit, since: scan_documents(catalogue(), after, limit, since=since),
        read_named=lambda ids: read_named(catalogue(), ids),
        scan_named=lambda after, limit, since: scan_named(catalogue(), after, limit, since=since),
        read_availability=lambda event_ids: read_availability(
            booking(), event_ids=event_ids, read_pool=process.read_pool
        ),
        read_position=process.read_pool.position,
        now=utc_now,
        request_rebuild=ask_seldom(request_rebuild),
        read_generation=index.generation,
        directory=Directory(
            list_performers=performer_lister(catalogue),
            read_performer=performer_reader(catalogue),
            list_venues=venue_lister(catalogue),
            read_venue=venue_reader(catalogue),
        ),
        public_url=process.settings.public_url,
    )
