"""The progress of loading the sample: a file in the data folder. The loader writes it, pages and terminal read it."""

import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from admitone.pages.contracts import Loading

_FILE = "sample.json"
_CACHE_SECONDS = 1.0


class SampleState(msgspec.Struct, frozen=True):
    """`events` of `total` are in the catalogue. `limit` is the limit of the first start (None: all).

    Loading is complete when the search index contains them as well.
    """

    events: int
    total: int
    limit: int | None = None
    is_complete: bool = False


def read_sample_state(folder: Path) -> SampleState | None:
    """Return the state in the data folder `folder`, or None if no loading started."""
    try:
        return msgspec.json.decode(folder.joinpath(_FILE).read_bytes(), type=SampleState)
    except FileNotFoundError:
        return None


def save_sample_state(folder: Path, state: SampleState) -> None:
    # Write a temporary file and rename it: a reader sees the complete new file or the previous one.
    partial = folder / f"{_FILE}.partial"
    partial.write_bytes(msgspec.json.encode(state))
    partial.replace(folder / _FILE)


def loading_reader(folder: Path) -> Callable[[], Loading | None]:
    """Return a function that returns the progress, or None if nothing is loading. It reads the file once a second."""
    read_at, loading = -_CACHE_SECONDS, None

    def read() -> Loading | None:
        nonlocal read_at, loading
        if time.monotonic() - read_at >= _CACHE_SECONDS:
            read_at = time.monotonic()
            state = read_sample_state(folder)
            loading = None if state is None or state.is_complete else Loading(state.events, state.total)
        return loading

    return read
