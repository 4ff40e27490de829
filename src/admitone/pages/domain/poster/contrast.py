"""Compute contrast as WCAG 2.2 defines it, and adjust accents until they reach a contrast ratio.

Lightness changes in OKLab (Björn Ottosson, https://bottosson.github.io/posts/oklab/), where equal steps look equal and
the hue stays the same.
"""

from collections.abc import Sequence

_STEP = 0.01


def contrast(first: str, second: str) -> float:
    """Return the contrast ratio (1 … 21) of two `#RRGGBB` colours; text needs 4.5 (AA)."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def darkened_until(color: str, *, against: Sequence[str], ratio: float) -> str:
    """Return the nearest darker shade of `color` with at least `ratio` against every colour given."""
    return _moved_until(color, -_STEP, against, ratio)


def lightened_until(color: str, *, against: Sequence[str], ratio: float) -> str:
    """Return the nearest lighter shade of `color` with at least `ratio` against every colour given."""
    return _moved_until(color, _STEP, against, ratio)


def _moved_until(color: str, step: float, against: Sequence[str], ratio: float) -> str:
    lightness, a, b = _to_oklab(_linear(color))
    moved = color
    while any(contrast(moved, other) < ratio for other in against) and 0 < lightness < 1:
        lightness += step
        moved = _hex(_from_oklab((lightness, a, b)))
    return moved


def _luminance(color: str) -> float:
    red, green, blue = _linear(color)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(color: str) -> tuple[float, float, float]:
    channels = (int(color[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return red, green, blue


def _hex(linear: tuple[float, float, float]) -> str:
    encoded = (12.92 * c if c <= 0.0031308 else 1.055 * c ** (1 / 2.4) - 0.055 for c in _clipped(linear))
    return "#" + "".join(f"{round(c * 255):02x}" for c in encoded)


def _clipped(linear: tuple[float, float, float]) -> list[float]:
    return [min(1.0, max(0.0, c)) for c in linear]


def _to_oklab(linear: tuple[float, float, float]) -> tuple[float, float, float]:
    red, green, blue = linear
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    medium = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def _from_oklab(lab: tuple[float, float, float]) -> tuple[float, float, float]:
    lightness, a, b = lab
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
