"""Choose an event's palette: one of its visual language's, by its id, so that it never changes."""

import hashlib

from admitone.catalogue.contracts import EventDocument
from admitone.pages.domain.poster.language import Language, language_of

_BY_LANGUAGE: dict[Language, tuple[str, ...]] = {
    Language.CLASSICAL: ("vermilion", "forest", "paper", "plum", "sand", "night", "teal", "rose"),
    Language.ROCK: ("blaze", "acid", "plum", "crimson", "violet", "night", "ochre", "rose"),
    Language.POP: ("rose", "violet", "acid", "mint", "sky", "cobalt"),
    Language.FOOTBALL: ("pitch", "sky", "ochre", "crimson", "cobalt", "paper", "forest", "blaze", "navy"),
    Language.AMERICAN_FOOTBALL: ("navy", "crimson", "sand", "forest", "asphalt", "ochre"),
    Language.MOTORSPORT: ("asphalt", "vermilion", "blaze", "paper", "sky", "crimson"),
    Language.CONFERENCE: ("cobalt", "mint", "violet", "paper", "acid", "teal", "navy"),
    Language.OTHER: ("vermilion", "cobalt", "ochre", "teal", "rose", "forest", "sky"),
}


def seed_of(event_id: str) -> int:
    """Return a 64-bit number from an id: always the same, whatever the interpreter's hash seed."""
    return int.from_bytes(hashlib.blake2b(event_id.encode(), digest_size=8).digest())


def palette_name(event_id: str, segment: str | None, genre: str | None) -> str:
    """Return the palette of an event; the data of a search Summary is sufficient."""
    names = _BY_LANGUAGE[language_of(segment, genre)]
    return names[seed_of(event_id) % len(names)]


def poster_palette(document: EventDocument) -> str:
    """Return the name of the palette (a key of `PALETTES`) of an event's poster."""
    return palette_name(document.id, document.segment, document.genre)
