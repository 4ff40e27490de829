"""How much is forgiven in the words of a question, step by step, and which of them must be found."""

from collections.abc import Mapping, Sequence
from enum import Enum

from admitone.search.domain.function_words import FUNCTION_WORDS

ALL_NEEDED_MAX = 2
"""Of two words one is left out, of more a third may find nothing, when nothing else helps."""


class MatchMode(Enum):
    """Tried one after the other until something is found."""

    STRICT = "strict"  # every word as it is typed, the last one as far as it is typed
    UNKNOWN = "unknown"  # one or two slips in words that occur nowhere
    FUZZY = "fuzzy"  # one or two slips in every word
    PARTIAL = "partial"  # slips, and up to a third of the words may find nothing
    RARER = "rarer"  # of two words the rarer alone, with slips if it occurs nowhere
    COMMONER = "commoner"  # the other of two words


ALONE = (MatchMode.RARER, MatchMode.COMMONER)


def match_modes(words: Sequence[str], known: Mapping[str, int]) -> list[MatchMode]:
    """Return the match modes that differ for these words, the strictest first."""
    some_unknown = any(word not in known for word in words)
    count = len(needed_words(words))
    left_out = {
        MatchMode.UNKNOWN: not some_unknown,
        MatchMode.PARTIAL: count <= ALL_NEEDED_MAX,
        MatchMode.RARER: count != ALL_NEEDED_MAX,
        MatchMode.COMMONER: count != ALL_NEEDED_MAX,
    }
    return [mode for mode in MatchMode if not left_out.get(mode)]


def suggestion_match_modes(words: Sequence[str], known: Mapping[str, int]) -> list[MatchMode]:
    """The same for suggestions, which come at every keystroke: what FUZZY finds, PARTIAL puts first, too."""
    options = match_modes(words, known)
    if MatchMode.PARTIAL in options:
        options.remove(MatchMode.FUZZY)
    return options


def needed_words(words: Sequence[str]) -> list[int]:
    return [i for i, word in enumerate(words) if word not in FUNCTION_WORDS] or list(range(len(words)))
