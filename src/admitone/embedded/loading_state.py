"""How far the sample is loaded: a file in the data folder. The loader writes it, pages and screen read it."""

import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from admitone.pages.contracts import Loading

_FILE = "sample.json"
_CACHE_SECONDS = 1.0


class SampleState(msgspec.Struct, frozen=True):
    """`events` of `total` are in the catalogue. `limit` is what was asked for at the first start (None: all).

    It is complete when the search index has them as well.
    """

    events: int
    total: int
    limit: int | None = None
    is_complete: bool = False


def read_sample_state(folder: Path) -> SampleState | None:
    """Return the state in the data folder `folder`, or None where no loading began."""
    try:
        return msgspec.json.decode(folder.joinpath(_FILE).read_bytes(), type=SampleState)
    except FileNotFoundError:
        return None


def save_sample_state(folder: Path, state: SampleState) -> None:
    # Beside and renamed: a reader sees the whole file or the one before.
    partial = folder / f"{_FILE}.partial"
    partial.write_bytes(msgspec.json.encode(state))
    partial.replace(folder / _FILE)


def loading_reader(folder: Path) -> Callable[[], Loading | None]:
    """Return what tells how far loading is, None when nothing is being loaded; the file is read once a second."""
    read_at, loading = -_CACHE_SECONDS, None

    def read() -> Loading | None:
        nonlocal read_at, loading
        if time.monotonic() - read_at >= _CACHE_SECONDS:
            read_at = time.monotonic()
            state = read_sample_state(folder)
            loading = None if state is None or state.is_complete else Loading(state.events, state.total)
        return loading

    return read
