"""Serve static files under one content hash: `/static/<hash>/<path>`, immutable.

The hash covers the whole tree, so modules import each other by relative path and one deployment is one set of files.
They are read once into memory (well under 1 MB). In production nginx caches them for a year.
"""

from functools import cache

from admitone.kit.assets import Asset, hash_assets, media_type_of, read_assets
from admitone.pages.domain.poster.palettes import palette_styles


@cache
def assets() -> dict[str, Asset]:
    """Return path below `static/` → file. `css/palettes.css` is generated from the palettes of the posters."""
    palettes = Asset(palette_styles().encode(), media_type_of(".css"))
    return {**read_assets("admitone.pages"), "css/palettes.css": palettes}


@cache
def assets_hash() -> str:
    return hash_assets(assets())


def static_url(path: str) -> str:
    """Return the absolute path of a static file. A misspelt name is a defect and raises an error during rendering."""
    assert path in assets(), f"there is no static file {path}"
    return f"/static/{assets_hash()}/{path}"
