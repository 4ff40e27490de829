"""Choose the visual language of an event's poster by its segment and genre."""

from enum import Enum


class Language(Enum):
    CLASSICAL = "classical"
    ROCK = "rock"
    POP = "pop"
    FOOTBALL = "football"
    AMERICAN_FOOTBALL = "american_football"
    MOTORSPORT = "motorsport"
    CONFERENCE = "conference"
    OTHER = "other"


# Words to find in "segment genre", folded; the first match wins, so specific ones come first.
_WORDS: tuple[tuple[str, Language], ...] = (
    ("american football", Language.AMERICAN_FOOTBALL),
    ("nfl", Language.AMERICAN_FOOTBALL),
    ("football", Language.FOOTBALL),
    ("soccer", Language.FOOTBALL),
    ("motorsport", Language.MOTORSPORT),
    ("formula", Language.MOTORSPORT),
    ("racing", Language.MOTORSPORT),
    ("classical", Language.CLASSICAL),
    ("orchestra", Language.CLASSICAL),
    ("opera", Language.CLASSICAL),
    ("rock", Language.ROCK),
    ("metal", Language.ROCK),
    ("punk", Language.ROCK),
    ("pop", Language.POP),
    ("conference", Language.CONFERENCE),
    ("tech", Language.CONFERENCE),
)


def language_of(segment: str | None, genre: str | None) -> Language:
    """Return the language for a segment and genre in any spelling; `OTHER` if both are unknown."""
    said = " ".join(f"{segment or ''} {genre or ''}".lower().replace("_", " ").replace("-", " ").split())
    return next((language for word, language in _WORDS if word in said), Language.OTHER)
