"""Circuit breaker: skip calls for a while after a failure, so that no client waits for a dependency that is down."""

from collections.abc import Callable
from time import monotonic


class CircuitBreaker:
    """`allows_call` is False for `seconds` after `record_failure`."""

    def __init__(self, seconds: float, *, clock: Callable[[], float] = monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._until = float("-inf")

    def allows_call(self) -> bool:
        return self._clock() >= self._until

    def record_failure(self) -> None:
        self._until = self._clock() + self._seconds
