"""Pictures of shared links as PNG: networks and messengers show no SVG. Runs off the event loop (`kit.off_loop`).

The font is the one that printed tickets have, so that a picture is the same on every machine. `write_in_font` writes
letters that it lacks in Latin letters.
"""

from functools import cache
from importlib.resources import files
from pathlib import Path

from anyascii import anyascii
from resvg_py import svg_to_bytes

_FAMILY = "Source Sans Pro"
_FILES = ("SourceSansPro-Regular.ttf", "SourceSansPro-Bold.ttf", "SourceSansPro-Black.ttf")


def write_in_font(text: str) -> str:
    """Return the text with letters that the font lacks in Latin letters."""
    letters = _letters()
    return "".join(letter if ord(letter) in letters else anyascii(letter) for letter in text)


def png_of(svg: str) -> bytes:
    """Return the drawing at its own size. Its texts passed `write_in_font`."""
    return svg_to_bytes(
        svg_string=svg,
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
    # The library is large; the process that draws the first picture loads it.
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    with TTFont(_fonts()[0], lazy=True) as font:
        return frozenset({*font.getBestCmap(), *b"\n\r\t"})
