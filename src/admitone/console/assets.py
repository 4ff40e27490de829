"""The console's own static files, under one content hash, immutable."""

from functools import cache

from admitone.kit.assets import Asset, hash_assets, read_assets


@cache
def assets() -> dict[str, Asset]:
    """Return path below `static/` → file."""
    return read_assets("admitone.console")


@cache
def assets_hash() -> str:
    return hash_assets(assets())


def asset_url(path: str) -> str:
    """Return the absolute path of a static file. A misspelt name is a defect and raises an error during rendering."""
    assert path in assets(), f"there is no static file {path}"
    return f"/console/static/{assets_hash()}/{path}"
