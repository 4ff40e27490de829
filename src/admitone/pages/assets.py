"""Serve static files under one content hash: `/static/<hash>/<path>`, immutable.

The hash covers the whole tree, so modules import each other by relative path and one deployment is one set of files.
They are read once into memory (well under 1 MB). In production nginx caches them for a year.
"""

import hashlib
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import PurePosixPath

from msgspec import Struct

from admitone.pages.domain.poster.palettes import palette_styles

_TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
}


class Asset(Struct, frozen=True):
    body: bytes
    media_type: str


@cache
def assets() -> dict[str, Asset]:
    """Return path below `static/` → file. `css/palettes.css` is generated from the palettes of the posters."""
    found = dict(_walk(files("admitone.pages").joinpath("static"), ""))
    found["css/palettes.css"] = Asset(palette_styles().encode(), _TYPES[".css"])
    return found


@cache
def assets_hash() -> str:
    digest = hashlib.blake2b(digest_size=8)
    for path, asset in sorted(assets().items()):
        digest.update(path.encode() + b"\0" + asset.body + b"\0")
    return digest.hexdigest()


def static_url(path: str) -> str:
    """Return the absolute path of a static file. A misspelt name is a defect and raises an error during rendering."""
    assert path in assets(), f"there is no static file {path}"
    return f"/static/{assets_hash()}/{path}"


def _walk(folder: Traversable, prefix: str) -> list[tuple[str, Asset]]:
    found: list[tuple[str, Asset]] = []
    for entry in folder.iterdir():
        path = f"{prefix}{entry.name}"
        if entry.is_dir():
            found += _walk(entry, f"{path}/")
        elif media_type := _TYPES.get(PurePosixPath(entry.name).suffix):
            found.append((path, Asset(entry.read_bytes(), media_type)))
    return found
