"""What search is given by the role."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

from admitone.catalogue.contracts import (
    Availability,
    ListPerformers,
    ListVenues,
    ReadAvailability,
    ReadDocuments,
    ReadNamedDocuments,
    ReadPerformer,
    ReadPosition,
    ReadVenue,
    ScanDocuments,
    ScanNamed,
)
from admitone.kit.single_flight import SingleFlight
from admitone.search.domain.availability_memory import AvailabilityMemory
from admitone.search.domain.circuit_breaker import CircuitBreaker
from admitone.search.domain.encoded_summaries import EncodedSummaries
from admitone.search.ports import SearchIndex

AVAILABILITY_PAUSE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Directory:
    """Performers and venues of the catalogue: what the Discovery API shows beside events."""

    list_performers: ListPerformers
    read_performer: ReadPerformer
    list_venues: ListVenues
    read_venue: ReadVenue


async def no_position() -> None:
    """Where the scans have no replica to read from."""


@dataclass(frozen=True, slots=True)
class Deps:
    """The engine, the catalogue as the truth behind it, and the clock.

    Without `read_named` and `scan_named` only those performers and venues are suggested that an event names.

    `request_rebuild` asks the worker to rebuild the index; where it is None, its absence is only
    answered with 503 and the worker notices by itself within seconds. `read_generation` names what is indexed
    now (a token that changes with it), for caches in front and for `availability_memory`. `public_url` begins
    absolute addresses of pages.
    """

    index: SearchIndex
    read_documents: ReadDocuments
    scan_documents: ScanDocuments
    read_availability: ReadAvailability
    now: Callable[[], datetime]
    read_named: ReadNamedDocuments | None = None
    scan_named: ScanNamed | None = None
    request_rebuild: Callable[[], Awaitable[None]] | None = None
    read_generation: Callable[[], Awaitable[str]] | None = None
    read_position: ReadPosition = no_position
    directory: Directory | None = None
    public_url: str = ""
    availability_readings: SingleFlight[tuple[str, ...], dict[str, Availability]] = field(
        default_factory=SingleFlight, repr=False
    )
    summaries: EncodedSummaries = field(default_factory=EncodedSummaries, repr=False)
    availability_memory: AvailabilityMemory = field(default_factory=AvailabilityMemory, repr=False)
    availability_breaker: CircuitBreaker = field(
        default_factory=lambda: CircuitBreaker(AVAILABILITY_PAUSE_SECONDS), repr=False
    )
