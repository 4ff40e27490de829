"""After a failure, leave the one that failed alone for a while: callers do not queue up for what is away."""

from collections.abc import Callable
from time import monotonic


class Patience:
    """`may_ask` is False for `seconds` after `failed`."""

    def __init__(self, seconds: float, *, clock: Callable[[], float] = monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._until = float("-inf")

    def may_ask(self) -> bool:
        return self._clock() >= self._until

    def failed(self) -> None:
        self._until = self._clock() + self._seconds
