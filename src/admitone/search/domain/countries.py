"""Countries as people type them, in the languages in which cities have names, for the index.

A name of several words is one term without its spaces: "united" alone would find all that takes place in the United
Kingdom. The query builder joins neighbouring words itself.
"""

from functools import lru_cache

from babel import Locale

from admitone.kit.fold import joined, spellings

_LANGUAGES = (
    *("en", "de", "fr", "es", "it", "pt", "nl", "da", "nb", "sv", "fi", "is", "pl", "cs", "sk", "hu", "ro", "hr", "sl"),
    *("lt", "lv", "et", "ca", "eu", "tr", "ru", "uk", "bg", "sr", "el", "ar", "he", "fa", "ja", "ko", "zh", "id", "vi"),
)
_SHORT = {
    "GB": ("uk", "Great Britain", "Großbritannien", "Grande-Bretagne", "Gran Bretaña", "Gran Bretagna"),
    "US": ("usa", "us", "EE UU", "Stati Uniti"),
    "AE": ("uae",),
    "CZ": ("Czech Republic", "Tschechische Republik", "République tchèque"),
    "NL": ("Holland", "Hollande", "Holanda", "Olanda"),
}
"""Names in use that the tables of Unicode do not have."""


@lru_cache(maxsize=512)
def country_words(code: str) -> tuple[str, ...]:
    """`"CH"` → `("switzerland", "schweiz", "suisse", …)`; none for a code that is no country's."""
    named = (Locale.parse(language).territories.get(code) for language in _LANGUAGES)
    names = [name for name in (*named, *_SHORT.get(code, ())) if name is not None]
    return tuple(dict.fromkeys(joined(spelling) for name in names for spelling in spellings(name)))
