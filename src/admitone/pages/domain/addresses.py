"""Canonical addresses of public pages: `/e/brazil-switzerland-evt_…`. The id decides, the slug is for people.

The bare `/e/evt_…` keeps working: API clients and old links have it.
"""

import re

from anyascii import anyascii

from admitone.catalogue.contracts.sitemap import SitemapKind

SLUG_MAX = 80
_WORDS = re.compile("[a-z0-9]+")
_FOLDERS = {"event": "e", "performer": "performer", "venue": "venue"}
_PREFIXES = {"event": "evt_", "performer": "prf_", "venue": "ven_"}


def canonical_path(kind: SitemapKind, id_: str, name: str) -> str:
    """Return the one address that search engines keep of a page."""
    words = slug(name)
    return f"/{_FOLDERS[kind]}/{words}-{id_}" if words else f"/{_FOLDERS[kind]}/{id_}"


def slug(name: str) -> str:
    """`"Björk & José's Nacht"` → `bjork-joses-nacht`; whole words of at most `SLUG_MAX` characters.

    Empty if a name has no letter and no digit.
    """
    found = "-".join(_WORDS.findall(anyascii(name).lower().replace("'", "")))
    if len(found) <= SLUG_MAX:
        return found
    return found[: SLUG_MAX + 1].rpartition("-")[0] or found[:SLUG_MAX]


def id_of(kind: SitemapKind, segment: str) -> str:
    """Return the id at the end of a path's segment; the segment where it has none. A slug has no underscore."""
    place = segment.rfind(_PREFIXES[kind])
    return segment[place:] if place > 0 else segment
