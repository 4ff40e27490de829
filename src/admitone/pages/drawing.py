"""Pictures of shared links as PNG: networks and messengers show no SVG. Runs off the event loop (`kit.off_loop`).

The font is the one that printed tickets have, so that a picture is the same on every machine. A letter that it lacks
is written in Latin letters.
"""

from functools import cache
from html import escape
from importlib.resources import files
from pathlib import Path

from anyascii import anyascii
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from resvg_py import svg_to_bytes

_FAMILY = "Source Sans Pro"
_FILES = ("SourceSansPro-Regular.ttf", "SourceSansPro-Bold.ttf", "SourceSansPro-Black.ttf")


def png_of(svg: str) -> bytes:
    """Return the drawing at its own size."""
    letters = _letters()
    written = "".join(letter if ord(letter) in letters else escape(anyascii(letter)) for letter in svg)
    return svg_to_bytes(
        svg_string=written,
        skip_system_fonts=True,
        font_files=[str(path) for path in _fonts()],
        font_family=_FAMILY,
        sans_serif_family=_FAMILY,
        serif_family=_FAMILY,
    )


@cache
def _fonts() -> tuple[Path, ...]:
    folder = Path(str(files("font_source_sans_pro") / "files"))
    return tuple(folder / name for name in _FILES if (folder / name).exists())


@cache
def _letters() -> frozenset[int]:
    with TTFont(_fonts()[0], lazy=True) as font:
        return frozenset({*font.getBestCmap(), *b"\n\r\t"})
