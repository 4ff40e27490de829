"""Import venues, performers and events from JSON Lines in any order of kinds, in bounded memory.

Venues and performers are written as they arrive; events wait in a temporary file until everything that they refer to
exists. Valid lines are stored, invalid ones reported.
"""

import tempfile
from collections.abc import AsyncIterable, Callable
from typing import IO

from admitone.catalogue.domain.import_lines import (
    EventLine,
    Failure,
    PerformerLine,
    Report,
    VenueLine,
    read_line,
)
from admitone.catalogue.domain.split_lines import split_lines
from admitone.catalogue.store.events import analyze
from admitone.catalogue.store.performers import recount_all_performers
from admitone.catalogue.store.venues import recount_all_venues
from admitone.catalogue.usecases.deps import Deps
from admitone.catalogue.usecases.imports.import_events import import_events
from admitone.catalogue.usecases.imports.import_named import import_performers, import_venues

BATCH_LINES = 1_000
SPOOL_BYTES_IN_MEMORY_MAX = 8 * 1024 * 1024


def _ignore(_lines: int) -> None:
    """Report no progress."""


async def import_lines(
    deps: Deps,
    *,
    organization_id: str,
    chunks: AsyncIterable[bytes],
    progress: Callable[[int], None] = _ignore,
) -> Report:
    """Return the result of every line of the stream; the organization's imports write one after the other.

    `progress` gets the number of finished lines after each batch.
    """
    run = _Run(deps, organization_id, progress)
    with tempfile.SpooledTemporaryFile(SPOOL_BYTES_IN_MEMORY_MAX) as spool:
        async for entry in split_lines(chunks):
            if isinstance(entry, Failure):
                run.report.fail(entry)
                continue
            number, text = entry
            line = read_line(number, text)
            if isinstance(line, Failure):
                run.report.fail(line)
            elif isinstance(line, VenueLine):
                await run.add_venue(number, line)
            elif isinstance(line, PerformerLine):
                await run.add_performer(number, line)
            else:
                spool.write(b"%d %s\n" % (number, text))
        await run.flush_venues()
        await run.flush_performers()
        spool.seek(0)
        await run.import_spooled(spool)
    async with deps.pool.connection() as conn:
        if run.report.created + run.report.updated >= BATCH_LINES:
            await analyze(conn)
        await recount_all_performers(conn, organization_id=organization_id)
        await recount_all_venues(conn, organization_id=organization_id)
    run.report.failures.sort(key=lambda failure: failure.line)
    return run.report


class _Run:
    """The batches of one import. A batch contains an id once: a later line with the same id goes into a later batch."""

    def __init__(self, deps: Deps, organization_id: str, progress: Callable[[int], None]) -> None:
        self.report = Report()
        self._progress = progress
        self._deps = deps
        self._organization_id = organization_id
        self._venues: dict[str, tuple[int, VenueLine]] = {}
        self._performers: dict[str, tuple[int, PerformerLine]] = {}
        self._events: dict[str, tuple[int, EventLine]] = {}

    async def add_venue(self, number: int, line: VenueLine) -> None:
        if line.id in self._venues or len(self._venues) >= BATCH_LINES:
            await self.flush_venues()
        self._venues[line.id] = number, line

    async def add_performer(self, number: int, line: PerformerLine) -> None:
        if line.id in self._performers or len(self._performers) >= BATCH_LINES:
            await self.flush_performers()
        self._performers[line.id] = number, line

    async def import_spooled(self, spool: IO[bytes]) -> None:
        for entry in spool:
            number, _, text = entry.partition(b" ")
            line = read_line(int(number), text)
            assert isinstance(line, EventLine), "the spool holds only lines that were read as events"
            if line.id in self._events or len(self._events) >= BATCH_LINES:
                await self._flush_events()
            self._events[line.id] = int(number), line
        await self._flush_events()

    async def flush_venues(self) -> None:
        batch = list(self._venues.values())
        self._venues.clear()
        if batch:
            await import_venues(self._deps, organization_id=self._organization_id, batch=batch, report=self.report)
            self._progress(self.report.lines)

    async def flush_performers(self) -> None:
        batch = list(self._performers.values())
        self._performers.clear()
        if batch:
            await import_performers(self._deps, organization_id=self._organization_id, batch=batch, report=self.report)
            self._progress(self.report.lines)

    async def _flush_events(self) -> None:
        batch = list(self._events.values())
        self._events.clear()
        if batch:
            await import_events(self._deps, organization_id=self._organization_id, batch=batch, report=self.report)
            self._progress(self.report.lines)
