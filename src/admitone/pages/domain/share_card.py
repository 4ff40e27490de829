"""The picture of a shared link: 1200 × 630 (https://ogp.me), the poster beside name, date and place."""

from collections.abc import Callable
from html import escape

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
_TEXT_WIDTH = 608


def draw_card(document: EventDocument, write: Callable[[str], str]) -> str:
    """Return the card as SVG. The same document gives the same bytes.

    `write` replaces letters that the card's font lacks: before lines are fitted to their box, because Latin letters
    take another width.
    """
    document = _written(document, write)
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


def _written(document: EventDocument, write: Callable[[str], str]) -> EventDocument:
    """Replace letters in every text that a card or its poster may draw."""
    venue = replace(document.venue, name=write(document.venue.name), city=write(document.venue.city))
    return replace(
        document,
        name=write(document.name),
        subtitle=write(document.subtitle) if document.subtitle else None,
        series=write(document.series) if document.series else None,
        works=tuple((write(composer), write(work)) for composer, work in document.works),
        performers=tuple(replace(performer, name=write(performer.name)) for performer in document.performers),
        venue=venue,
    )


def _text(line: str, y: float, size: float, weight: int) -> str:
    return f'<text x="{_LEFT}" y="{y:.1f}" font-size="{size:.1f}" font-weight="{weight}">{clean(line)}</text>'
