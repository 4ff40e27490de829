"""Find the typed words in the hits, so that a client can mark them.

Both engines match alike, so this module locates the words, and only on request. A word is marked where it occurs as
typed, else where it begins a word (the last one, still being typed), else where a word is within the search's typo
limit, else where words match joined or split.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from admitone.catalogue.contracts import EventDocument
from admitone.kit.fold import fold_words, joined, spellings
from admitone.search.domain.function_words import FUNCTION_WORDS
from admitone.search.domain.query_builder import slips_allowed
from admitone.search.domain.spelling import slips

Highlight = dict[str, Any]
"""`{"field", "id"?, "parts": [{"text", "hit"}]}`: the parts in their order are the whole text."""

_TOKENS = re.compile(r"[^\W_]+(?:['’.][^\W_]+)*")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_JOINED_TOKENS_MAX = 3


class Highlighter:
    """Highlight the hits of one query; cache the comparisons of words."""

    def __init__(self, q: str) -> None:
        self._typed = fold_words(q)
        self._needed = [word for word in self._typed if word not in FUNCTION_WORDS] or self._typed
        self._folded: dict[str, tuple[str, ...]] = {}
        self._ranks: dict[tuple[str, str], int] = {}

    def highlights(self, document: EventDocument) -> list[Highlight]:
        """Return the event's texts that contain a word.

        Another name of a performer or venue counts only if the first has no match.
        """
        texts: list[tuple[str, str | None, str, bool]] = [("name", None, document.name, False)]
        for performer in document.performers:
            texts += _names("performers", performer.id, performer.name, performer.aliases)
        texts += _names("venue", document.venue.id, document.venue.name, document.venue.aliases)
        texts += [("city", None, document.venue.city, False)]
        texts += [(field, None, text, True) for field, text in _others(document)]
        found = [self._spans(text) for _, _, text, _ in texts]
        best = {word: min((rank[word] for rank, _ in found if word in rank), default=None) for word in self._needed}
        marked: list[Highlight] = []
        shown: set[tuple[str, str | None]] = set()
        for (field, one_id, text, is_other), (_, spans) in zip(texts, found, strict=True):
            hits = [(start, end) for start, end, word, rank in spans if rank == best[word]]
            if hits and not (is_other and (field, one_id) in shown):
                shown.add((field, one_id))
                marked.append({"field": field, **({"id": one_id} if one_id else {}), "parts": _parts(text, hits)})
        return marked

    def _spans(self, text: str) -> tuple[dict[str, int], list[tuple[int, int, str, int]]]:
        """Return each typed word's best match (0 is exact), and (start, end, word, quality) of each place."""
        tokens = list(_tokens(text))
        spans: list[tuple[int, int, str, int]] = []
        for word in self._needed:
            for i, (start, end) in enumerate(tokens):
                rank = self._rank(word, text[start:end])
                if rank == _PREFIX and end - start > len(word) and text[start:end].isascii():
                    end = start + len(word)
                if rank < _FAR:
                    spans.append((start, end, word, rank))
                for last in range(i + 1, min(len(tokens), i + _JOINED_TOKENS_MAX)):
                    whole = text[start : tokens[last][1]]
                    if joined(" ".join(fold_words(whole))) == word:
                        spans.append((start, tokens[last][1], word, _JOINED))
        ranks: dict[str, int] = {}
        for _, _, word, rank in spans:
            ranks[word] = min(rank, ranks.get(word, _FAR))
        return ranks, spans

    def _rank(self, word: str, token: str) -> int:
        known = self._ranks.get((word, token))
        if known is None:
            if token not in self._folded:
                self._folded[token] = tuple(dict.fromkeys((*fold_words(token), *map(joined, spellings(token)))))
            known = min((self._compare(word, folded_word) for folded_word in self._folded[token]), default=_FAR)
            self._ranks[word, token] = known
        return known

    def _compare(self, word: str, other: str) -> int:
        if word == other:
            return _SAME
        if word == self._typed[-1] and other.startswith(word):
            return _PREFIX
        # The typed "alexa nder" is one word in the text.
        if len(word) > 2 and word in other and any(other == joined_pair for joined_pair in self._pairs(word)):
            return _JOINED
        allowed = slips_allowed(word)
        apart = slips(word, other, allowed) if allowed and len(other) > 2 else allowed + 1
        return _NEAR + apart if apart <= allowed else _FAR

    def _pairs(self, word: str) -> Iterable[str]:
        pairs = zip(self._typed, self._typed[1:], strict=False)
        return [left + other for left, other in pairs if word in (left, other)]


_SAME, _PREFIX, _JOINED, _NEAR, _FAR = 0, 1, 2, 3, 9


def _names(
    field: str, one_id: str | None, name: str, aliases: Sequence[str]
) -> list[tuple[str, str | None, str, bool]]:
    return [(field, one_id, name, False), *((field, one_id, alias, True) for alias in aliases)]


def _others(document: EventDocument) -> list[tuple[str, str]]:
    """Return the texts that are not among a summary's names, but may be the reason for the hit."""
    composers = dict.fromkeys(composer for composer, _ in document.works)
    texts = [("subtitle", document.subtitle), ("series", document.series)]
    texts += [("tags", tag) for tag in document.tags] + [("works", composer) for composer in composers]
    return [(field, text) for field, text in texts if text]


def _tokens(text: str) -> Iterable[tuple[int, int]]:
    for token in _TOKENS.finditer(text):
        start = token.start()
        for sign in _UNSPACED.finditer(token.group()):
            at = token.start() + sign.start()
            if at > start:
                yield start, at
            yield at, at + 1
            start = at + 1
        if start < token.end():
            yield start, token.end()


def _parts(text: str, hits: Sequence[tuple[int, int]]) -> list[dict[str, Any]]:
    parts: list[dict[str, Any]] = []
    at = 0
    for start, end in sorted(set(hits)):
        if end <= at:
            continue
        if start > at:
            parts.append({"text": text[at:start], "hit": False})
        parts.append({"text": text[max(start, at) : end], "hit": True})
        at = end
    if at < len(text):
        parts.append({"text": text[at:], "hit": False})
    return parts
