"""What the catalogue's use cases need; filled in by the role."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

from admitone.catalogue.contracts import Announce, AnnounceNamed, NamedChanged, ReadAvailability, ReadWaitingRoom
from admitone.catalogue.domain.seat_map_cache import SeatMapCache
from admitone.kit.postgres import Connection, Pool
from admitone.organizers.contracts import Authenticate

HasSales = Callable[[tuple[str, ...]], Awaitable[bool]]
"""Event ids → whether anybody holds or bought a ticket of any of them; plugged in from booking."""


async def announce_nothing(_conn: Connection, _changed: NamedChanged) -> None:
    """Where nobody suggests performers and venues, nobody is told of them."""


async def no_waiting_room(_event_id: str) -> tuple[bool, str]:
    """Where no waiting room is plugged in, nobody waits."""
    return False, "open"


@dataclass(frozen=True)
class Deps:
    """`testing` allows holds of 5 s. `seat_maps` is this process's memory of maps, which never change."""

    pool: Pool
    authenticate: Authenticate
    announce: Announce
    has_sales: HasSales
    read_availability: ReadAvailability
    now: Callable[[], datetime]
    testing: bool = False
    read_waiting_room: ReadWaitingRoom = no_waiting_room
    announce_named: AnnounceNamed = announce_nothing
    seat_maps: SeatMapCache = field(default_factory=SeatMapCache)

    @property
    def hold_seconds_min(self) -> int:
        return 5 if self.testing else 60
