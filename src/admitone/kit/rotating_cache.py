"""A small, fast cache in two halves: when the younger is full or old enough, it becomes the older, which is dropped.

A look-up is one or two of a dict's: where each answer needs twenty, caches that keep their entries in order cost more
than what they save.
"""

from collections.abc import Callable, Iterable
from time import monotonic
from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class RotatingCache(Generic[Key, Value]):
    """At most `entries_max` entries. Used from one event loop; None is no value.

    Without `seconds` an entry that is used stays. With `seconds` it stays for half of them at least, and never longer
    than all of them.
    """

    def __init__(
        self, entries_max: int, seconds: float | None = None, *, clock: Callable[[], float] = monotonic
    ) -> None:
        self._half = max(1, entries_max // 2)
        self._seconds = None if seconds is None else seconds / 2
        self._clock = clock
        self._young: dict[Key, Value] = {}
        self._old: dict[Key, Value] = {}
        self._began = clock()

    def get(self, key: Key) -> Value | None:
        self._rotate_in_time()
        found = self._young.get(key)
        if found is None and (found := self._old.get(key)) is not None and self._seconds is None:
            self.put(key, found)
        return found

    def find(self, keys: Iterable[Key]) -> dict[Key, Value]:
        """Return what is kept of `keys`; for a cache with `seconds`."""
        self._rotate_in_time()
        young, old = self._young, self._old
        return {key: found for key in keys if (found := young[key] if key in young else old.get(key)) is not None}

    def put(self, key: Key, value: Value) -> None:
        self._rotate_in_time()
        if len(self._young) >= self._half and key not in self._young:
            self._rotate()
        self._young[key] = value

    def clear(self) -> None:
        self._young, self._old = {}, {}
        self._began = self._clock()

    def _rotate_in_time(self) -> None:
        if self._seconds is not None and self._clock() - self._began >= self._seconds:
            self._rotate()

    def _rotate(self) -> None:
        now = self._clock()
        # After a pause the younger half may be too old itself.
        is_over = self._seconds is not None and now - self._began >= 2 * self._seconds
        self._young, self._old, self._began = {}, {} if is_over else self._young, now
