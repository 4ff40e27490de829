"""Write text on a page: fonts by character, right-to-left scripts, lines that fit.

fpdf2 can fall back to other fonts by itself, but then writes the text behind a fallback character with the glyph
numbers of the wrong font ("isn't" as "huMrI"). Here every run of text has one font.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import cast

from anyascii import anyascii
from fpdf import FPDF
from fpdf.bidi import BidiParagraph
from fpdf.fonts import TTFFont
from msgspec import Struct

from admitone.kit.pdf import Color
from admitone.kit.pdf.fonts import STYLES, covered, fonts_for, needs_glyph, own_font, subset_font

POINT = 25.4 / 72
LINE_HEIGHT = 1.15
"""Of the size."""
_UNDRAWABLE = "\u25a1"
_WIDE = "\u1100-\u11ff\u2e80-\ua4cf\uac00-\ud7af\uf900-\ufaff\uff00-\uffef"
_PIECES = re.compile(f"[{_WIDE}]|[^\\s{_WIDE}]+\\s*|\\s+")
"""The units after which a line may end: a word with its space, or a wide letter."""
_AMOUNT = re.compile("[0-9.,-]+")
"""Digits have one width and join with nothing: shaping a thousand rows of them would take 20 s."""
_MEASURED_AT = 100.0
_STEERING = ("Cc", "Cf", "Cs", "Co", "Cn")
_VARIATION_SELECTORS = range(0xFE00, 0xFE10)
TEXT_CHARACTERS_MAX = 400
_ALWAYS = {*range(0x20, 0x7F), ord("·"), ord("…"), ord(_UNDRAWABLE)}
"""The characters of labels, advice and transliterations."""


def one_line(text: str) -> str:
    """Return one line, without characters that would affect printing (controls, direction overrides) or cannot be
    encoded."""
    visible = "".join(
        character
        for character in unicodedata.normalize("NFC", text)
        if character.isspace()
        or (unicodedata.category(character) not in _STEERING and ord(character) not in _VARIATION_SELECTORS)
    )
    return " ".join(visible.split())[:TEXT_CHARACTERS_MAX]


class Face(Struct, frozen=True):
    """`style`: a key of `fonts.STYLES`."""

    style: str
    color: Color


class Lines(Struct, frozen=True):
    size: float
    lines: tuple[str, ...]
    is_whole: bool
    """Whether nothing was cut."""

    @property
    def height(self) -> float:
        return len(self.lines) * self.size * POINT * LINE_HEIGHT


class Letters:
    """The fonts of one page. `folder`: for subsets of fonts, until the page is written out."""

    def __init__(self, page: FPDF, texts: Iterable[str], folder: Path) -> None:
        self._page = page
        page.c_margin = 0
        page.set_text_shaping(True)
        wanted = {ord(character) for text in texts for character in text if needs_glyph(character)}
        for style in STYLES:
            self._add(f"own-{style}", str(own_font(style)), wanted | _ALWAYS, folder)
        self._others: dict[int, str] = {}
        for number, (path, characters) in enumerate(fonts_for(wanted).items()):
            self._add(f"other-{number}", path, characters, folder)
            self._others |= dict.fromkeys(characters, f"other-{number}")
        self._missing = wanted - covered(str(own_font(""))) - self._others.keys()
        self._width = lru_cache(4_096)(self._measure)

    def lacks(self, text: str) -> bool:
        """Whether a character of `text` is in no font: `drawable` writes it in Latin letters."""
        return any(ord(character) in self._missing for character in text)

    def drawable(self, text: str) -> str:
        return "".join(
            (anyascii(character) or _UNDRAWABLE) if ord(character) in self._missing else character for character in text
        )

    def _add(self, family: str, path: str, characters: set[int], folder: Path) -> None:
        file = folder / f"{family}.ttf"
        subset_font(path, characters, file)
        self._page.add_font(family, "", file)
        # fpdf2 writes the same glyphs again: their boxes need no second look, which is a tenth of a document's time.
        cast("TTFFont", self._page.fonts[family.lower()]).ttfont.recalcBBoxes = False

    def write(self, x: float, y: float, text: str, size: float, face: Face, *, spacing: float = 0) -> None:
        """One line; `y` is its top."""
        page = self._page
        page.set_text_color(*face.color)
        page.set_char_spacing(spacing)
        page.set_text_shaping(not _AMOUNT.fullmatch(text))
        for family, run in self._runs(text, face.style):
            page.set_font(family, "", size)
            page.set_xy(x, y)
            page.cell(text=run, h=size * POINT * LINE_HEIGHT)
            x = page.x
        page.set_text_shaping(True)
        page.set_char_spacing(0)

    def write_lines(self, x: float, y: float, fitted: Lines, face: Face) -> float:
        """Return the `y` below."""
        for line in fitted.lines:
            self.write(x, y, line, fitted.size, face)
            y += fitted.size * POINT * LINE_HEIGHT
        return y

    def width(self, text: str, size: float, face: Face) -> float:
        return self._width(text, face.style) * size / _MEASURED_AT

    def fit(
        self,
        text: str,
        width: float,
        sizes: tuple[float, ...],
        face: Face,
        *,
        lines_max: int = 99,
        height_max: float = 999,
    ) -> Lines:
        """Break into lines at the largest size that fits; only the smallest size breaks words, and cuts the rest."""
        for size in sizes:
            lines, broke_word = self._break(text, width, size, face)
            fitted = Lines(size, tuple(lines), True)
            if len(lines) <= lines_max and fitted.height <= height_max and not (broke_word and size != sizes[-1]):
                return fitted
        room = min(lines_max, max(1, int(height_max / (sizes[-1] * POINT * LINE_HEIGHT))))
        if len(lines) <= room:
            return Lines(sizes[-1], tuple(lines), True)
        return Lines(sizes[-1], (*lines[: room - 1], lines[room - 1][:-1].rstrip() + "…"), False)

    def _break(self, text: str, width: float, size: float, face: Face) -> tuple[list[str], bool]:
        lines, line, broke_word = [], "", False
        for piece in _PIECES.findall(text):
            if self.width((line + piece).rstrip(), size, face) <= width:
                line += piece
                continue
            if line.strip():
                lines.append(line.rstrip())
                line = ""
            for letter in _clusters(piece):
                if line and self.width((line + letter).rstrip(), size, face) > width:
                    lines.append(line)
                    line, broke_word = "", True
                line += letter
        return ([*lines, line.rstrip()] if line.strip() or not lines else lines), broke_word

    def _measure(self, text: str, style: str) -> float:
        width = 0.0
        self._page.set_text_shaping(not _AMOUNT.fullmatch(text))
        for family, run in self._runs(text, style):
            self._page.set_font(family, "", _MEASURED_AT)
            width += self._page.get_string_width(run)
        self._page.set_text_shaping(True)
        return width

    def _runs(self, text: str, style: str) -> list[tuple[str, str]]:
        """(font family, text) from left to right on paper; the text of each in the order in which it is read."""
        if text and text.isascii():  # the figures of a statement: one font, one direction
            return [(f"own-{style}", text)]
        levels = [letter.embedding_level for letter in BidiParagraph(text).get_characters_with_embedding_level()]
        if len(levels) != len(text):  # it omits only direction controls, which were removed before
            levels = [0] * len(text)
        families = list(self._families(text, style))
        runs = [
            (level, family, "".join(letter[2] for letter in letters))
            for (level, family), letters in groupby(
                zip(levels, families, text, strict=True), key=lambda run: (run[0], run[1])
            )
        ]
        # Unicode Bidirectional Algorithm, rule L2: from the highest level to 1, reverse the runs at or above the level.
        for lowest in range(max(levels, default=0), 0, -1):
            turned: list[tuple[int, str, str]] = []
            for is_above, group in groupby(runs, key=lambda run: run[0] >= lowest):
                stretch = list(group)
                turned += reversed(stretch) if is_above else stretch
            runs = turned
        return [(family, run) for _, family, run in runs]

    def _families(self, text: str, style: str) -> Iterator[str]:
        return (self._others.get(ord(character), f"own-{style}") for character in text)


def _clusters(text: str) -> Iterator[str]:
    """Group letters with their combining marks."""
    cluster = ""
    for character in text:
        if cluster and not unicodedata.combining(character):
            yield cluster
            cluster = ""
        cluster += character
    if cluster:
        yield cluster
