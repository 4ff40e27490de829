"""Draw an event's poster from its data: one self-contained SVG of 600 × 800, at most 8 kB."""

from collections.abc import Callable
from html import escape

from admitone.catalogue.contracts import EventDocument
from admitone.pages.domain.poster import american_football, classical, conference, football, motorsport, pop, rock
from admitone.pages.domain.poster.dice import Dice
from admitone.pages.domain.poster.language import Language, language_of
from admitone.pages.domain.poster.palette import poster_palette, seed_of
from admitone.pages.domain.poster.palettes import PALETTES
from admitone.pages.domain.poster.sheet import HEIGHT, SANS, WIDTH, Sheet, clean
from admitone.pages.domain.poster.wording import PosterWords, words_of

_DRAWINGS: dict[Language, Callable[[Sheet, PosterWords], None]] = {
    Language.CLASSICAL: classical.draw,
    Language.ROCK: rock.draw,
    Language.POP: pop.draw,
    Language.FOOTBALL: football.draw,
    Language.AMERICAN_FOOTBALL: american_football.draw,
    Language.MOTORSPORT: motorsport.draw,
    Language.CONFERENCE: conference.draw_conference,
    Language.OTHER: conference.draw_other,
}


def draw_poster(document: EventDocument) -> str:
    """Return the poster of an event. The same document gives the same bytes on every machine, in every release."""
    palette = PALETTES[poster_palette(document)]
    # A second stream: the palette used the seed itself, and compositions must not correlate with palettes.
    sheet = Sheet(palette, Dice(seed_of(f"composition:{document.id}")))
    words = words_of(document)
    sheet.rect(0, 0, WIDTH, HEIGHT, palette.ground)
    _DRAWINGS[language_of(document.segment, document.genre)](sheet, words)
    label = clean(f"{words.name}, {words.date_line}, {words.venue}, {words.city}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"'
        f' role="img" font-family="{escape(SANS)}"><title>{label}</title>{"".join(sheet.parts)}</svg>'
    )
