"""Draw a code as a QR picture."""

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import segno

QUIET_MODULES = 4


def code_matrix(code: str) -> list[list[bool]]:
    """Dark modules, row by row, without the quiet zone. Medium error correction: gates scan bright screens."""
    return [[bool(module) for module in row] for row in _qr(code).matrix]


def code_svg(code: str, title: str) -> bytes:
    """An SVG document that scales; white behind it, because a dark page must not invert a code."""
    stream = io.BytesIO()
    _qr(code).save(
        stream,
        kind="svg",
        border=QUIET_MODULES,
        omitsize=True,
        dark="#000",
        light="#fff",
        title=title,
        svgclass=None,
        lineclass=None,
        nl=False,
    )
    return stream.getvalue()


def _qr(code: str) -> "segno.QRCode":
    import segno  # with the first code: most roles draw none

    # Trying all eight masks costs 7 of 8 ms, and a hall full of phones asks every 15 s. A signature is already random,
    # so one mask is as good as another; scanners read all of them.
    return segno.make_qr(code, error="m", boost_error=False, mask=2)
