"""`robots.txt`, and the sitemap (https://www.sitemaps.org/protocol.html): an index of parts, and the parts."""

import re
from datetime import UTC, datetime
from typing import cast

from admitone.catalogue.contracts.sitemap import SitemapEntry, SitemapKind
from admitone.pages.domain.addresses import canonical_path

KINDS: tuple[SitemapKind, ...] = ("event", "performer", "venue")
_NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
_SHARD = re.compile(r"(event|performer|venue)-([a-z0-9_]{1,40})\.xml")
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_PRIVATE = ("/my$", "/my/", "/checkout/", "/e/*/queue", "/e/*/hold", "/e/*/client")
# Lists of results are endless, and every event in them is in the sitemap.
_ENDLESS = ("/search?", "/search.")
_API = (
    *("/booking/", "/check-in/", "/discovery/", "/events/", "/organizer/", "/payments/", "/performers", "/seat-maps/"),
    *("/tickets/", "/venues"),
)


def robots_text(origin: str) -> str:
    """Disallow the pages of one buyer, lists of results and the API; name the sitemap."""
    disallowed = [f"Disallow: {path}" for path in (*_PRIVATE, *_ENDLESS, *_API)]
    return "\n".join(["User-agent: *", *disallowed, "", f"Sitemap: {origin}/sitemap.xml", ""])


def shard_path(kind: SitemapKind, first_id: str) -> str:
    return f"/sitemaps/{kind}-{first_id}.xml"


def read_shard_name(name: str) -> tuple[SitemapKind, str] | None:
    """`event-evt_1.xml` → `("event", "evt_1")`; None for any other name."""
    found = _SHARD.fullmatch(name)
    return (cast(SitemapKind, found[1]), found[2]) if found else None


def sitemap_index(shards: list[tuple[SitemapKind, str, datetime]], *, origin: str) -> str:
    parts = [
        f"<sitemap><loc>{origin}{shard_path(kind, first_id)}</loc>{_changed(updated_at)}</sitemap>\n"
        for kind, first_id, updated_at in shards
    ]
    return f"{_XML}<sitemapindex {_NAMESPACE}>\n{''.join(parts)}</sitemapindex>\n"


def sitemap_shard(kind: SitemapKind, entries: list[SitemapEntry], *, origin: str) -> str:
    """Addresses are ASCII without `&` and `<`: slugs and ids have none."""
    urls = [
        f"<url><loc>{origin}{canonical_path(kind, entry.id, entry.name)}</loc>{_changed(entry.updated_at)}</url>\n"
        for entry in entries
    ]
    return f"{_XML}<urlset {_NAMESPACE}>\n{''.join(urls)}</urlset>\n"


def _changed(moment: datetime) -> str:
    return f"<lastmod>{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}</lastmod>"
