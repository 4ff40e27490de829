"""The last changes of one event, with one delta from any version within them to the newest."""

from collections import deque
from collections.abc import Sequence

from admitone.live.domain.changes import Change, merge_changes
from admitone.live.domain.wire import Sent, event

CHANGES_MAX = 4_096


class Recent:
    """Changes after `since` up to `version`, in order; at most `changes_max` of them."""

    def __init__(self, version: int, capacities: dict[str, int], *, changes_max: int = CHANGES_MAX) -> None:
        self.since = version
        self.version = version
        self.capacities = capacities
        self._changes: deque[Change] = deque()
        self._changes_max = changes_max
        self._deltas: dict[int, Sent | None] = {}

    def add(self, changes: Sequence[Change]) -> None:
        """Append later changes."""
        if changes:
            self._changes.extend(changes)
            while len(self._changes) > self._changes_max:
                self.since = self._changes.popleft().version
            self.version = changes[-1].version
            self._deltas.clear()

    def reaches(self, version: int) -> bool:
        """Return whether `delta_from` leads from there."""
        return self.since <= version <= self.version

    def delta_from(self, version: int) -> Sent | None:
        """Return the delta from `version` to the newest; None if there is none, or nothing is missing."""
        if not self.reaches(version):
            return None
        if version not in self._deltas:
            self._deltas[version] = self._merge_from(version)
        return self._deltas[version]

    def _merge_from(self, version: int) -> Sent | None:
        delta = merge_changes((change for change in self._changes if change.version > version), self.capacities)
        return None if delta is None else event("delta", delta.version, delta)
