"""The accent colour of an organization in mails: its text must be readable on light and dark pages (WCAG 2.2)."""

from msgspec import Struct

BLACK, PAPER = "#000000", "#ffffff"
DARK_CARD = "#1d1d1a"
EDGE = "#767676"
"""Grey that stands out from the light and from the dark card."""
_CONTRAST_OF_SHAPES_MIN = 3.0
"""WCAG 1.4.11; text needs 4.5, which black or white reaches on any colour."""


class Accent(Struct, frozen=True):
    """`text`: on the colour. `edge`: around a button whose colour is close to the page's, light or dark."""

    colour: str
    text: str
    edge: str


def accent_of(colour: str) -> Accent:
    """`colour`: `#rrggbb`."""
    text = max((BLACK, PAPER), key=lambda ink: contrast(ink, colour))
    stands_out = min(contrast(colour, PAPER), contrast(colour, DARK_CARD)) >= _CONTRAST_OF_SHAPES_MIN
    return Accent(colour, text, colour if stands_out else EDGE)


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, 1 … 21 (WCAG 2.2, relative luminance)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[start : start + 2], 16) / 255) for start in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)
