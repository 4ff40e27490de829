"""An event loop whose time advances only when nothing is left to do: hours in a second, deterministically."""

import asyncio
import selectors
from collections.abc import Mapping


class Stalled(Exception):
    """Nothing is ready and nothing is scheduled: every waiting task would wait forever."""


class _Selector(selectors.BaseSelector):
    """Instead of waiting for sockets, advances the loop's clock to the next timer."""

    def __init__(self) -> None:
        self.now = 0.0
        self._keys: dict[int, selectors.SelectorKey] = {}

    def register(self, fileobj: object, events: int, data: object = None) -> selectors.SelectorKey:
        fd = fileobj if isinstance(fileobj, int) else fileobj.fileno()  # type: ignore[attr-defined]
        key = selectors.SelectorKey(fileobj, fd, events, data)  # type: ignore[arg-type]
        self._keys[fd] = key
        return key

    def unregister(self, fileobj: object) -> selectors.SelectorKey:
        return self._keys.pop(fileobj if isinstance(fileobj, int) else fileobj.fileno())  # type: ignore[attr-defined]

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise Stalled
        if timeout > 0:
            self.now += timeout
        return []

    def get_map(self) -> Mapping[object, selectors.SelectorKey]:  # type: ignore[override]
        return dict(self._keys.items())


class VirtualLoop(asyncio.SelectorEventLoop):
    """`time()` starts at 0 and jumps from timer to timer; `steps` counts the callbacks that ran."""

    def __init__(self) -> None:
        self._virtual = _Selector()
        self.steps = 0
        super().__init__(self._virtual)

    def time(self) -> float:
        return self._virtual.now

    def _run_once(self) -> None:
        super()._run_once()  # type: ignore[misc]
        self.steps += 1
