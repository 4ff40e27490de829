"""The console's areas, in the order of its navigation. An area is shown once a screen names it."""

from collections.abc import Iterable
from enum import Enum

from msgspec import Struct

from admitone.organizers.contracts import Identity, Needed


class Area(Enum):
    """A part of the console. The order here is the order of the navigation."""

    HOME = "Home"
    EVENTS = "Events"
    BOOKINGS = "Bookings"
    MONEY = "Money"
    PROMO_CODES = "Promo codes"
    TEAM = "Team"
    KEYS = "Keys"
    MAIL = "Mail"
    AUDIT = "Audit"
    SETTINGS = "Settings"
    SYSTEM = "System"


class Entry(Struct, frozen=True):
    """The first screen of an area, and the permission to open it."""

    area: Area
    path: str
    needs: Needed

    @property
    def label(self) -> str:
        return self.area.value


def navigation_for(identity: Identity, entries: Iterable[Entry]) -> list[Entry]:
    """Return the areas that this person may open, in order."""
    order = list(Area)
    return sorted(
        (entry for entry in entries if identity.covers(entry.needs)), key=lambda entry: order.index(entry.area)
    )
