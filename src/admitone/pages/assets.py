"""Serve static files under one content hash: `/static/<hash>/<path>`, immutable.

The hash covers all files, so one deployment is one set of files. They are read once into memory (well under 1 MB), and
a page's styles and scripts are joined there: fewer requests, and no build step (docs/decisions/0170). In production
nginx caches them for a year.
"""

from functools import cache

from admitone.kit.assets import Asset, hash_assets, media_type_of, read_assets
from admitone.pages.domain.module_bundle import bundle_module, import_order
from admitone.pages.domain.poster.palettes import palette_styles

STYLES = {
    "css/site.css": ("css/tokens", "css/palettes", "css/base", "css/components", "css/search_box"),
    "css/home_page.css": ("css/events", "css/home"),
    "css/results_page.css": ("css/events", "css/results"),
    "event/page.css": ("css/events", "event/event", "event/tickets", "event/basket"),
    "event/page_with_map.css": ("css/events", "seat_map/seat_map", "event/event", "event/tickets", "event/basket"),
}
"""Joined stylesheet → its files without `.css`, in the order of the cascade."""
LOADED_AFTER = {"event/room.js": "event/event.js", "event/areas.js": "event/event.js"}
"""A script that a page loads later → the script that loads it, whose modules it shares."""
ALSO_ENTRIES = frozenset({"seat_map/seat_map.js", "waiting_room/draw.js"})
"""Scripts that others import, and that are loaded by themselves too: the console's map of an event, and the draw."""


@cache
def assets() -> dict[str, Asset]:
    """Return path below `static/` → file as it is served.

    `css/palettes.css` is generated from the palettes of the posters. A script that no other imports contains what it
    imports; the imported modules themselves are not served, except `ALSO_ENTRIES`.
    """
    found = read_assets("admitone.pages")
    found["css/palettes.css"] = Asset(palette_styles().encode(), media_type_of(".css"))
    for path, parts in STYLES.items():
        found[path] = Asset(b"".join(found[f"{part}.css"].body for part in parts), media_type_of(".css"))
    sources = {path: asset.body.decode() for path, asset in found.items() if path.endswith(".js")}
    served = {path: asset for path, asset in found.items() if path not in sources}
    return served | {path: Asset(body.encode(), media_type_of(".js")) for path, body in _join(sources).items()}


def _join(sources: dict[str, str]) -> dict[str, str]:
    orders = {path: import_order(sources, path) for path in sources}
    imported = {dependency for path, order in orders.items() for dependency in order if dependency != path}
    return {
        path: bundle_module(sources, path, present=frozenset(orders.get(LOADED_AFTER.get(path, ""), ())))
        for path in sources
        if path not in imported or path in ALSO_ENTRIES
    }


@cache
def assets_hash() -> str:
    return hash_assets(assets())


def static_url(path: str) -> str:
    """Return the absolute path of a static file. A misspelt name is a defect and raises an error during rendering."""
    assert path in assets(), f"there is no static file {path}"
    return f"/static/{assets_hash()}/{path}"
