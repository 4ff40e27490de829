"""The catalogue's contract with the sitemap."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Literal

from msgspec import Struct

SitemapKind = Literal["event", "performer", "venue"]


class SitemapEntry(Struct, frozen=True):
    """A public page of the catalogue."""

    id: str
    name: str
    updated_at: datetime


ReadSitemapShards = Callable[[SitemapKind], Awaitable[list[tuple[str, datetime]]]]
"""Kind → its parts in id order, at most 10,000 entries each: first id, newest change. Past events are left out."""

ReadSitemapEntries = Callable[[SitemapKind, str], Awaitable[list[SitemapEntry]]]
"""(kind, first id) → the entries of one part in id order; empty if nothing follows the id."""
