"""The dates of a series, month by month, as the page of one of them lists them."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Any

from msgspec import Struct


class Month(Struct, frozen=True):
    """`name`: `December 2026`. `dates`: summaries of the events, in their order."""

    name: str
    dates: tuple[dict[str, Any], ...]


def months_of(dates: Sequence[dict[str, Any]]) -> tuple[Month, ...]:
    """`dates`: in order of their start."""
    by_month = groupby(dates, key=lambda event: str(event["local_date"])[:7])
    return tuple(Month(f"{date.fromisoformat(f'{month}-01'):%B %Y}", tuple(events)) for month, events in by_month)
