"""What search is given by the role."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from admitone.catalogue.contracts import ReadAvailability, ReadDocuments, ScanDocuments
from admitone.search.ports import SearchIndex


@dataclass(frozen=True, slots=True)
class Deps:
    """The engine, the catalogue as the truth behind it, and the clock.

    `request_rebuild` asks whoever writes the index to build it anew; where it is None, its absence is only
    answered with 503 and the worker notices by itself within a minute.
    """

    index: SearchIndex
    read_documents: ReadDocuments
    scan_documents: ScanDocuments
    read_availability: ReadAvailability
    now: Callable[[], datetime]
    request_rebuild: Callable[[], Awaitable[None]] | None = None
