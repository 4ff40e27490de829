"""Build a page of a list in the Discovery API's HAL: `_embedded`, `_links` to its neighbours, `page`."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from admitone.search.domain.discovery.parameters import DEPTH_MAX, Given, PageAsked
from admitone.search.domain.discovery.shapes import ROOT, Shape

_PLACEHOLDERS = ("page", "size", "sort")


def page_shape(resource: str, rows: Sequence[Any], total: int, asked: PageAsked, given: Given) -> Shape:
    """Return the page. Like the original, an empty page has no `_embedded`. Links end at the paging limit."""
    pages = -(-total // asked.size)
    deepest = min(pages - 1, (DEPTH_MAX - 1) // asked.size)
    links = {"self": _link(resource, given, asked)}
    if pages > 1:
        links["first"] = _link(resource, given, PageAsked(0, asked.size))
        links["last"] = _link(resource, given, PageAsked(deepest, asked.size))
        if asked.number > 0:
            links["prev"] = _link(resource, given, PageAsked(min(asked.number - 1, deepest), asked.size))
        if asked.number < deepest:
            links["next"] = _link(resource, given, PageAsked(asked.number + 1, asked.size))
    shape: Shape = {"_embedded": {resource: list(rows)}} if rows else {}
    return {
        **shape,
        "_links": links,
        "page": {"size": asked.size, "totalElements": total, "totalPages": pages, "number": asked.number},
    }


def _link(resource: str, given: Given, page: PageAsked) -> Shape:
    """Return a template (RFC 6570) with the parameters that the query leaves open: `…?page=1&size=20{&sort}`."""
    pairs = [("page", str(page.number)), ("size", str(page.size)), *given.echo]
    query = "&".join(f"{quote(name, safe='')}={quote(value, safe=',')}" for name, value in pairs)
    left = [name for name in _PLACEHOLDERS if name not in dict(pairs)]
    template = f"{{&{','.join(left)}}}" if left else ""
    return {"href": f"{ROOT}/{resource}.json?{query}{template}", **({"templated": True} if template else {})}
