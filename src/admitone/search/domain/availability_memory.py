"""Remember the availability of events as long as the gateway keeps answers that contain it.

Different new queries find the same events. The worker changes the generation whenever the word of any event changes.
"""

from collections.abc import Callable, Iterable, Mapping
from time import monotonic

from admitone.catalogue.contracts import Availability
from admitone.kit.rotating_cache import RotatingCache

EVENTS_MAX = 32_768
SECONDS_MAX = 60.0
"""The bound while no worker looks for changed words (it looks every 3 s): the gateway keeps whole answers as long."""

_NEVER = "never published"


class AvailabilityMemory:
    """Event id → availability, or None for an event that was never published; of one generation."""

    def __init__(self, *, clock: Callable[[], float] = monotonic) -> None:
        self._generation: str | None = None
        self._known: RotatingCache[str, Availability | str] = RotatingCache(EVENTS_MAX, SECONDS_MAX, clock=clock)

    def recall(self, generation: str, event_ids: Iterable[str]) -> dict[str, Availability | None]:
        """Return what is known of these events; the others must be read."""
        if generation != self._generation:
            self._known.clear()
            self._generation = generation
        found = self._known.find(event_ids)
        return {event_id: None if isinstance(left, str) else left for event_id, left in found.items()}

    def remember(self, generation: str, event_ids: Iterable[str], read: Mapping[str, Availability]) -> None:
        """Keep what was read of these events after `generation` was known; forget it if another one came meanwhile."""
        if generation == self._generation:
            for event_id in event_ids:
                self._known.put(event_id, read.get(event_id, _NEVER))
