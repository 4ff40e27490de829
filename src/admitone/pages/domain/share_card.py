"""The picture of a shared link: 1200 × 630 (https://ogp.me), the poster beside name, date and place."""

from html import escape

from anyascii import anyascii
from msgspec.structs import replace

from admitone.catalogue.contracts import EventDocument
from admitone.pages.domain.poster.contrast import contrast
from admitone.pages.domain.poster.draw import draw_poster
from admitone.pages.domain.poster.measure import fit
from admitone.pages.domain.poster.palette import poster_palette
from admitone.pages.domain.poster.palettes import PALETTES
from admitone.pages.domain.poster.sheet import SANS, clean
from admitone.pages.domain.poster.wording import words_of

WIDTH, HEIGHT = 1200, 630
_POSTER_WIDTH = 472.5
_LEFT = 532
_FONT_HAS = 0x052F
"""The last letter of Latin, Greek and Cyrillic."""
_TEXT_WIDTH = 608


def draw_card(document: EventDocument) -> str:
    """Return the card as SVG. The same document gives the same bytes."""
    venue = replace(document.venue, name=_latin(document.venue.name), city=_latin(document.venue.city))
    document = replace(document, name=_latin(document.name), venue=venue)
    ground = PALETTES[poster_palette(document)].ground
    ink = max("#ffffff", "#111111", key=lambda color: contrast(color, ground))
    words = words_of(document)
    name = fit(words.name, width=_TEXT_WIDTH, height=330, largest=84)
    parts = [_text(line, 110 + name.size + name.leading * at, name.size, 700) for at, line in enumerate(name.lines)]
    where = ", ".join(part for part in (words.venue, words.city) if part)
    for y, line in ((510, words.date_line), (560, where)):
        fitted = fit(line, width=_TEXT_WIDTH, height=44, largest=36)
        parts.append(_text(fitted.lines[0], y, fitted.size, 400))
    poster = draw_poster(document).replace("<svg ", '<svg x="0" y="0" ', 1)
    poster = poster.replace('width="600" height="800"', f'width="{_POSTER_WIDTH}" height="{HEIGHT}"', 1)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"'
        f' font-family="{escape(SANS)}"><rect width="{WIDTH}" height="{HEIGHT}" fill="{ground}"/>{poster}'
        f'<g fill="{ink}">{"".join(parts)}</g></svg>'
    )


def _latin(text: str) -> str:
    """Write scripts that the card's font lacks in Latin letters, before lines are fitted to their box."""
    return "".join(anyascii(letter) if ord(letter) > _FONT_HAS and letter.isalpha() else letter for letter in text)


def _text(line: str, y: float, size: float, weight: int) -> str:
    return f'<text x="{_LEFT}" y="{y:.1f}" font-size="{size:.1f}" font-weight="{weight}">{clean(line)}</text>'
