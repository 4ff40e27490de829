"""From typed words to a tantivy query: exact before prefix before fuzzy, words in any order.

Scores are constants, not BM25: what is sought is a name, and how often its words occur elsewhere says nothing of
how well it was hit. So the score of a hit can be read: up to 2 for the words, up to 2 more for a whole name, a little for each name
among other words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from math import ceil
from typing import NamedTuple

import tantivy
from tantivy import Occur, Query

JOINING_WORDS = frozenset({"vs", "v", "versus", "at", "and", "the", "in", "on", "with", "und", "et", "y", "e"})
"""Words between names: they may be missing in what is found ("Sevilla v Celta")."""
WORDS_MAX = 24
_JOINED_MAX = 60
_CONTAINED_WORDS_MAX = 10
_CONTAINED_LENGTH_MAX = 4


class Leniency(Enum):
    """Tried one after the other until something is found."""

    STRICT = "strict"  # every word as it is typed, the last one as far as it is typed
    UNKNOWN = "unknown"  # one or two slips in words that occur nowhere
    FUZZY = "fuzzy"  # one or two slips in every word
    PARTIAL = "partial"  # slips, and up to a third of the words may find nothing


class Field(NamedTuple):
    """A field of words: what a word in it is worth, and how many slips are looked for in it at most.

    The more distinct words a field has, the more a fuzzy look-up costs (about 0.2 ms per 10,000 at two slips).
    """

    name: str
    weight: float
    slips_max: int


class Names(NamedTuple):
    """A field of whole names: what a name that is part of what was typed is worth, and whether with slips."""

    name: str
    weight: float
    lenient: bool


@dataclass(frozen=True)
class Fields:
    """The text fields of one schema; the first of `words` has positions."""

    schema: tantivy.Schema
    searcher: tantivy.Searcher
    words: tuple[Field, ...]
    names: tuple[Names, ...]

    def knows(self, word: str) -> bool:
        return any(self.searcher.doc_freq(field.name, word) for field in self.words)


def text_query(fields: Fields, words: Sequence[str], leniency: Leniency) -> Query:
    """Words (folded, at least one) → query; scores from about 0.3 to 5."""
    words = list(words[:WORDS_MAX])
    needed = [i for i, word in enumerate(words) if word not in JOINING_WORDS] or list(range(len(words)))
    share = 2.0 / len(needed)
    groups = [Query.boost_query(_word(fields, words, i, leniency), share) for i in needed]
    if leniency is Leniency.PARTIAL and len(groups) > 2:  # noqa: PLR2004 - of two words both are needed
        by_words = Query.boolean_query(
            [(Occur.Should, group) for group in groups], minimum_number_should_match=ceil(len(groups) * 2 / 3)
        )
    else:
        by_words = Query.boolean_query([(Occur.Must, group) for group in groups])
    found = Query.boolean_query([(Occur.Should, by_words), (Occur.Should, _whole_name(fields, words, leniency))])
    bonuses = [(Occur.Should, bonus) for bonus in _contained_names(fields, words)]
    return Query.boolean_query([(Occur.Must, found), *bonuses])


def slips_allowed(word: str) -> int:
    """Edits (a swap of neighbours is one) that a word of this length may be away from the meant one."""
    if len(word) < 3 or word.isdigit():  # noqa: PLR2004 - another number is another thing
        return 0
    return 1 if len(word) < 6 else 2  # noqa: PLR2004


def _word(fields: Fields, words: list[str], i: int, leniency: Leniency) -> Query:
    word, is_last = words[i], i == len(words) - 1
    lenient = leniency in (Leniency.FUZZY, Leniency.PARTIAL) or (
        leniency is Leniency.UNKNOWN and not fields.knows(word)
    )
    options: list[Query] = []
    for field in fields.words:
        options += _exactly(fields, field, words, i, prefix=is_last)
        if lenient and field.slips_max:
            options += _with_slips(fields, field, words, i, is_last=is_last)
    return Query.disjunction_max_query(options)


def _exactly(fields: Fields, field: Field, words: list[str], i: int, *, prefix: bool) -> list[Query]:
    options = [_worth(Query.term_query(fields.schema, field.name, words[i]), field.weight)]
    if prefix:
        options.append(_worth(_near(fields, field.name, words[i], 0, prefix=True), 0.7 * field.weight))
    return options + [
        _worth(Query.term_query(fields.schema, field.name, join), 0.9 * field.weight)
        for join in _with_neighbours(words, i)
    ]


def _with_slips(fields: Fields, field: Field, words: list[str], i: int, *, is_last: bool) -> list[Query]:
    word = words[i]
    distance = min(slips_allowed(word), field.slips_max)
    options = []
    if distance >= 1:
        options.append(_worth(_near(fields, field.name, word, 1), 0.55 * field.weight))
    if distance >= 2:  # noqa: PLR2004
        options.append(_worth(_near(fields, field.name, word, 2), 0.35 * field.weight))
    if is_last and len(word) > 4:  # noqa: PLR2004 - shorter ones begin too much
        options.append(_worth(_near(fields, field.name, word, 1, prefix=True), 0.35 * field.weight))
    elif not is_last and len(word) > 2:  # noqa: PLR2004 - two letters begin everything
        options.append(_worth(_near(fields, field.name, word, 0, prefix=True), 0.5 * field.weight))
    if field is fields.words[0]:
        joins = [join for join in _with_neighbours(words, i) if len(join) > 5]  # noqa: PLR2004 - chance hits
        options += [_worth(_near(fields, field.name, join, 1), 0.5 * field.weight) for join in joins]
    return options


def _with_neighbours(words: list[str], i: int) -> list[str]:
    """`alexa nder` may be one word: the joins that contain word i."""
    spans = ((i - 1, i + 1), (i, i + 2), (i - 1, i + 2))
    joins = ["".join(words[start:end]) for start, end in spans if start >= 0]
    return [join for join in dict.fromkeys(joins) if len(words[i]) < len(join) <= _JOINED_MAX]


def _whole_name(fields: Fields, words: list[str], leniency: Leniency) -> Query:
    """All that was typed as one name, spaces or not: exact 2.0, with slips 1.8 and 1.4, a part of it 0.8."""
    name = "".join(words)[:_JOINED_MAX]
    options = []
    for names in fields.names:
        options.append(_worth(Query.term_query(fields.schema, names.name, name), 2.0 * names.weight))
        if not names.lenient:
            continue
        begun = 0.25 if len(words) == 1 else 0.8  # one word begins many names, two hardly by chance
        options.append(_worth(_near(fields, names.name, name, 0, prefix=True), begun))
        if leniency is Leniency.STRICT:
            continue
        if len(name) > 3:  # noqa: PLR2004 - of three letters one slip leaves too little
            options.append(_worth(_near(fields, names.name, name, 1), 1.8 * names.weight))
        if len(name) > 7:  # noqa: PLR2004 - and of seven letters two
            options.append(_worth(_near(fields, names.name, name, 2), 1.4 * names.weight))
        if len(name) > 5:  # noqa: PLR2004 - shorter ones begin too much
            options.append(_worth(_near(fields, names.name, name, 1, prefix=True), 0.8 * begun))
    if len(words) > 1:
        options.append(_worth(Query.phrase_query(fields.schema, fields.words[0].name, list(words)), 0.8))
    return Query.disjunction_max_query(options)


def _contained_names(fields: Fields, words: list[str]) -> list[Query]:
    """Whole names among the words: in "grateful dead new york" the band and the city, each counts once more."""
    words = words[:_CONTAINED_WORDS_MAX]
    spans = [
        "".join(words[start:end])
        for start in range(len(words))
        for end in range(start + 1, min(len(words), start + _CONTAINED_LENGTH_MAX) + 1)
        if end - start < len(words)  # the whole is judged by `_whole_name`
    ]
    return [
        _worth(Query.term_set_query(fields.schema, names.name, spans), 0.4 * names.weight)
        for names in fields.names
        if spans
    ]


def _near(fields: Fields, field: str, word: str, distance: int, *, prefix: bool = False) -> Query:
    return Query.fuzzy_term_query(fields.schema, field, word, distance, True, prefix)


def _worth(query: Query, score: float) -> Query:
    return Query.const_score_query(query, score)
