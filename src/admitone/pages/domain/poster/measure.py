"""Estimate the width of text without a font, by glyph, so that any name in any script fits its box.

The widths are those of Helvetica Bold (Adobe's AFM, public metrics) for Latin; other scripts by class. Lines that
nearly fill their box have `textLength` as well, so that a wider font on a client is squeezed, never cut.
"""

import unicodedata

from msgspec import Struct

_CLASSES = {
    0.28: " !',./:;Iijl|\\",
    0.35: "()[]-ft{}·",
    0.40: 'r*"',
    0.56: "0123456789aceksvxyz$#?J–",
    0.61: "bdghnopquFLTZ",
    0.67: "EPSVXY",
    0.73: "ABCDHKNRU&",
    0.78: "GOQw",
    0.86: "Mm%",
    0.95: "W@",
    1.0: "—…",
}
_WIDTHS = {glyph: width for width, glyphs in _CLASSES.items() for glyph in glyphs}
_LINE_HEIGHT = 1.06


class FittedText(Struct, frozen=True):
    """Lines that fit a box at `size`; `height` is the height of all of them."""

    lines: tuple[str, ...]
    size: float
    leading: float

    @property
    def height(self) -> float:
        return self.leading * (len(self.lines) - 1) + self.size


def text_width(text: str) -> float:
    """Return the width in em."""
    return sum(_glyph_width(glyph) for glyph in unicodedata.normalize("NFC", text))


def _glyph_width(glyph: str) -> float:
    known = _WIDTHS.get(glyph)
    if known is not None:
        return known
    if unicodedata.combining(glyph) or unicodedata.category(glyph) in ("Mn", "Me", "Cf"):
        return 0.0
    if unicodedata.east_asian_width(glyph) in "WF":
        return 1.05
    plain = unicodedata.normalize("NFD", glyph)[0]
    if plain in _WIDTHS:
        return _WIDTHS[plain]
    if unicodedata.bidirectional(glyph) in ("R", "AL"):
        return 0.62
    return 0.78 if glyph.isupper() else 0.64


def is_right_to_left(text: str) -> bool:
    """Return the direction of the first letter that has one (Unicode's rule P2)."""
    for glyph in text:
        direction = unicodedata.bidirectional(glyph)
        if direction in ("L", "R", "AL"):
            return direction != "L"
    return False


def fit(
    text: str,
    *,
    width: float,
    height: float,
    largest: float,
    smallest: float = 14,
    lines_max: int = 4,
    line_height: float = _LINE_HEIGHT,
) -> FittedText:
    """Return the largest size at which `text` wraps into the box; if the smallest is too large, cut with an ellipsis.

    Line feeds in `text` are kept if all its lines fit unwrapped; otherwise each counts as a blank.
    """
    given = [line for line in text.split("\n") if line.strip()]
    if 1 < len(given) <= lines_max:
        tallest = height / (1 + line_height * (len(given) - 1))
        size = min(largest, tallest, width / max(text_width(line) for line in given))
        if size >= max(smallest, largest / 2):
            return FittedText(tuple(given), size, size * line_height)
    pieces = _pieces(" ".join(text.split()))
    size = largest
    while size > smallest:
        lines = _wrap(pieces, width / size, breaking=False)
        if lines and len(lines) <= lines_max and _height(len(lines), size, line_height) <= height:
            return FittedText(_balanced(pieces, len(lines), width / size), size, size * line_height)
        size = max(smallest, size * 0.95)
    lines = _wrap(pieces, width / smallest, breaking=True)
    room = max(1, min(lines_max, int((height - smallest) / (smallest * line_height)) + 1))
    if len(lines) > room:
        lines = [*lines[: room - 1], _cut(lines[room - 1], width / smallest)]
    return FittedText(tuple(lines), smallest, smallest * line_height)


def _height(lines: int, size: float, line_height: float) -> float:
    return size * line_height * (lines - 1) + size


def _pieces(text: str) -> list[str]:
    """Return unbreakable pieces, each with its trailing blank; wide (CJK) glyphs break anywhere."""
    pieces: list[str] = []
    current = ""
    for place, glyph in enumerate(text):
        current += glyph
        following = text[place + 1] if place + 1 < len(text) else ""
        breaks = glyph == " " or (glyph in "-/–—" and len(current) > 3 and following.strip())
        if breaks or (_is_wide(glyph) and following.isalnum()):
            pieces.append(current)
            current = ""
    return [*pieces, current] if current else pieces


def _is_wide(glyph: str) -> bool:
    return unicodedata.east_asian_width(glyph) in "WF"


def _wrap(pieces: list[str], width_em: float, *, breaking: bool) -> list[str]:
    """Wrap greedily; return no lines if a piece is too wide and cannot be broken."""
    lines: list[str] = []
    current = ""
    for piece in pieces:
        if text_width((current + piece).rstrip()) <= width_em:
            current += piece
            continue
        if current.strip():
            lines.append(current.strip())
        current = piece
        while text_width(current.rstrip()) > width_em:
            if not breaking:
                return []
            head = _head(current, width_em)
            lines.append(head)
            current = current[len(head) :]
    return [*lines, current.strip()] if current.strip() else lines


def _balanced(pieces: list[str], count: int, width_em: float) -> tuple[str, ...]:
    """Return the same number of lines at the smallest possible width: no single word on the last line."""
    best = _wrap(pieces, width_em, breaking=False)
    narrower = width_em
    while count > 1 and (narrower := narrower * 0.96) > 1:
        lines = _wrap(pieces, narrower, breaking=False)
        if not lines or len(lines) > count:
            break
        best = lines
    return tuple(best)


def _head(text: str, width_em: float) -> str:
    taken = 1
    while taken < len(text) and text_width(text[: taken + 1]) <= width_em:
        taken += 1
    return text[:taken]


def _cut(text: str, width_em: float) -> str:
    return _head(text, width_em - 1).rstrip(" ,;:-") + "…"
