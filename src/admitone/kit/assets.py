"""Static files of a slice: the folder `static/` beside its code, read once into memory and named by one hash."""

import hashlib
from collections.abc import Iterator, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import PurePosixPath

from msgspec import Struct

_TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
}


class Asset(Struct, frozen=True):
    body: bytes
    media_type: str


def media_type_of(suffix: str) -> str:
    """Return the media type of a file that we serve. Raises `KeyError` for other suffixes."""
    return _TYPES[suffix]


def read_assets(package: str) -> dict[str, Asset]:
    """Return path below `<package>/static/` → file."""
    return dict(_walk(files(package).joinpath("static"), ""))


def hash_assets(assets: Mapping[str, Asset]) -> str:
    """Return a hash over all files: modules import each other by relative path, so one deployment is one set."""
    digest = hashlib.blake2b(digest_size=8)
    for path, asset in sorted(assets.items()):
        digest.update(path.encode() + b"\0" + asset.body + b"\0")
    return digest.hexdigest()


def _walk(folder: Traversable, prefix: str) -> Iterator[tuple[str, Asset]]:
    for entry in folder.iterdir():
        path = f"{prefix}{entry.name}"
        if entry.is_dir():
            yield from _walk(entry, f"{path}/")
        elif media_type := _TYPES.get(PurePosixPath(entry.name).suffix):
            yield path, Asset(entry.read_bytes(), media_type)
