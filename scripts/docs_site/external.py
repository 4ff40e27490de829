"""Find the resources that a built page would load from other hosts. A link that a reader follows loads nothing."""

import re

_TAGS = re.compile(r"<(script|img|iframe|audio|video|source|embed|object|link)\b([^>]*)>", re.IGNORECASE)
_ADDRESS = re.compile(r"\b(?:src|srcset|href|data)\s*=\s*[\"']?\s*((?:https?:)?//[^\s\"'>]+)", re.IGNORECASE)
# rel=canonical, next and prev name addresses; they load nothing.
_LINK_LOADS = re.compile(
    r"\brel\s*=\s*[\"']?[^\"'>]*\b(?:stylesheet|icon|preload|modulepreload|preconnect|dns-prefetch)", re.I
)
_CSS = re.compile(r"(?:url\(|@import)\s*[\"']?\s*((?:https?:)?//[^)\"'\s;]+)", re.IGNORECASE)


def loads_of_page(html: str) -> list[str]:
    """Return the addresses of other hosts that a page loads, its inline styles included."""
    found = [
        address
        for tag, attributes in _TAGS.findall(html)
        if tag.lower() != "link" or _LINK_LOADS.search(attributes)
        for address in _ADDRESS.findall(attributes)
    ]
    styles = re.findall(r"<style[^>]*>(.*?)</style>", html, re.IGNORECASE | re.DOTALL)
    return found + [address for style in styles for address in loads_of_style(style)]


def loads_of_style(css: str) -> list[str]:
    """Return the addresses of other hosts that a stylesheet loads."""
    return _CSS.findall(css)
