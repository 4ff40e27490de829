"""Build a poster's SVG: few elements, short numbers, all text escaped."""

from collections.abc import Iterator
from contextlib import contextmanager
from html import escape

from admitone.pages.domain.poster.contrast import contrast
from admitone.pages.domain.poster.dice import Dice
from admitone.pages.domain.poster.measure import FittedText, fit, is_right_to_left, text_width
from admitone.pages.domain.poster.palettes import Palette

WIDTH = 600
HEIGHT = 800
MARGIN = 40
SANS = "'Helvetica Neue',Helvetica,Arial,'Liberation Sans','Noto Sans',sans-serif"
SERIF = "'Iowan Old Style',Charter,Georgia,'Liberation Serif','Noto Serif',serif"
_READABLE = 4.5
# XML 1.0 forbids these even as references; a name that contains one must not break its poster.
_FORBIDDEN = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF, *range(0xD800, 0xE000)])


def number(value: float) -> str:
    """Format with one decimal at most: a tenth of a unit is finer than any screen that shows 600 of them."""
    return f"{value:.1f}".removesuffix(".0").replace("-0", "-0") if value else "0"


def spot(x: float, y: float) -> str:
    """Return a point as path data."""
    return f"{number(x)} {number(y)}"


def clean(text: str) -> str:
    """Escape text as XML content or attribute."""
    return escape(text.translate(_FORBIDDEN))


class Sheet:
    """Collect the elements of one poster."""

    def __init__(self, palette: Palette, dice: Dice) -> None:
        self.palette = palette
        self.dice = dice
        self.parts: list[str] = []

    def ink_on(self, color: str) -> str:
        """Return a text colour on `color` with AA contrast: the palette's own if its contrast suffices."""
        wanted = (self.palette.ink, self.palette.ground, *self.palette.tones)
        return next(
            (ink for ink in wanted if contrast(ink, color) >= _READABLE),
            max("#ffffff", "#111111", key=lambda ink: contrast(ink, color)),
        )

    def rect(self, x: float, y: float, width: float, height: float, fill: str, *, more: str = "") -> None:
        place = f'x="{number(x)}" y="{number(y)}" width="{number(width)}" height="{number(height)}"'
        self.parts.append(f'<rect {place} fill="{fill}"{more}/>')

    def circle(self, x: float, y: float, radius: float, fill: str, *, more: str = "") -> None:
        place = f'cx="{number(x)}" cy="{number(y)}" r="{number(radius)}"'
        self.parts.append(f'<circle {place} fill="{fill}"{more}/>')

    def ring(self, x: float, y: float, radius: float, stroke: str, width: float, *, more: str = "") -> None:
        self.circle(x, y, radius, "none", more=f' stroke="{stroke}" stroke-width="{number(width)}"{more}')

    def path(self, data: str, fill: str, *, more: str = "") -> None:
        self.parts.append(f'<path d="{data}" fill="{fill}"{more}/>')

    def line(self, data: str, stroke: str, width: float, *, more: str = "") -> None:
        self.path(data, "none", more=f' stroke="{stroke}" stroke-width="{number(width)}"{more}')

    @contextmanager
    def window(self, x: float, y: float, width: float, height: float) -> Iterator[None]:
        """Draw inside a window, in its own coordinates, clipped at its edges."""
        place = f'x="{number(x)}" y="{number(y)}" width="{number(width)}" height="{number(height)}"'
        self.parts.append(f"<svg {place}>")
        yield
        self.parts.append("</svg>")

    @contextmanager
    def group(self, attributes: str) -> Iterator[None]:
        """Apply these attributes to the shapes inside."""
        self.parts.append(f"<g {attributes}>")
        yield
        self.parts.append("</g>")

    def text(
        self,
        fitted: FittedText,
        *,
        x: float,
        y: float,
        width: float,
        on: str,
        weight: int = 800,
        fill: str | None = None,
        end: bool = False,
        family: str | None = None,
    ) -> None:
        """Set lines whose box begins at (x, y), on a flat `on`; `end` aligns them with the box's far side."""
        color = fill if fill and contrast(fill, on) >= _READABLE else self.ink_on(on)
        inherited = f' font-family="{escape(family)}"' if family else ""
        self.parts.append(f'<g fill="{color}" font-size="{number(fitted.size)}" font-weight="{weight}"{inherited}>')
        for place, words in enumerate(fitted.lines):
            baseline = y + fitted.size * 0.78 + place * fitted.leading
            reversed_ = is_right_to_left(words)
            at_end = end != reversed_
            anchor = ' text-anchor="end"' if end else ""
            direction = ' direction="rtl"' if reversed_ else ""
            estimate = text_width(words) * fitted.size
            squeezed = (
                f' textLength="{number(min(estimate, width))}" lengthAdjust="spacingAndGlyphs"'
                if estimate > width * 0.8
                else ""
            )
            across = x + width if at_end else x
            self.parts.append(
                f'<text x="{number(across)}" y="{number(baseline)}"{anchor}{direction}{squeezed}>{clean(words)}</text>'
            )
        self.parts.append("</g>")

    def write(
        self,
        words: str,
        *,
        x: float,
        y: float,
        width: float,
        height: float,
        largest: float,
        on: str,
        weight: int = 800,
        lines_max: int = 3,
        fill: str | None = None,
        end: bool = False,
        family: str | None = None,
        smallest: float = 12,
    ) -> float:
        """Fit and set text in a box; return the height used."""
        if not words.strip():
            return 0.0
        fitted = fit(words, width=width, height=height, largest=largest, smallest=smallest, lines_max=lines_max)
        self.text(fitted, x=x, y=y, width=width, on=on, weight=weight, fill=fill, end=end, family=family)
        return fitted.height
