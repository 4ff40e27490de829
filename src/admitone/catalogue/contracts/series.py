"""The dates of a series, for the pages of its events."""

from collections.abc import Awaitable, Callable
from typing import Any

from msgspec import Struct


class SeriesDates(Struct, frozen=True):
    """A series, and the summaries (`event_summary`) of its published dates that are not over, soonest first."""

    id: str
    name: str
    dates: tuple[dict[str, Any], ...]


ReadSeriesDates = Callable[[str], Awaitable[SeriesDates]]
"""series id → its dates, at most 400. Raises a refusal where no date is published."""
