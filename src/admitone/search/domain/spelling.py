"""Compute edit distances, and correct a query with the words of its hits."""

from collections.abc import Iterable, Sequence

from admitone.kit.fold import fold_words, joined
from admitone.search.domain.function_words import FUNCTION_WORDS


def slips(a: str, b: str, limit: int) -> int:
    """Return the edits between two words, a swap of neighbours counting one (optimal string alignment).

    Above `limit` return limit + 1 without computing the exact number.
    """
    if abs(len(a) - len(b)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, letter in enumerate(a, 1):
        before, previous, row = row, before, [i]
        for j, other in enumerate(b, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == b[j - 2] and a[i - 2] == other:
                cost = min(cost, previous[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
    return min(row[-1], limit + 1)


def did_you_mean(typed: Sequence[str], names: Iterable[str]) -> str | None:
    """Return the typed words, each replaced by the nearest word of the names found; None if nothing changes.

    Also None if a word has no near one: a partly corrected query would mislead.
    """
    known = list(dict.fromkeys(word for name in names for word in fold_words(name)))
    corrected = [_nearest(word, known, is_last=i == len(typed) - 1) for i, word in enumerate(typed)]
    if None in corrected:
        return None
    text = " ".join(word for word in corrected if word is not None)
    return text if joined(text) != "".join(typed) else None


def _nearest(word: str, known: Sequence[str], *, is_last: bool) -> str | None:
    if (
        word in known
        or word in FUNCTION_WORDS
        or word.isdigit()
        or (is_last and any(known_word.startswith(word) for known_word in known))
    ):
        return word
    limit = 1 if len(word) < 6 else 2  # as many typos as the search allows
    distances = [(slips(word, known_word, limit), known_word) for known_word in known]
    best = min(distances, default=(limit + 1, word))
    return best[1] if best[0] <= limit else None
