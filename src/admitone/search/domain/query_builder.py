"""Build a query from typed words, the same for every engine: exact before prefix before fuzzy, in any order.

Scores are constants, not BM25: users search for names, and how often a name's words occur elsewhere says nothing about
the match. So a score has a meaning: up to 2 for the words, up to 2 more for a whole name, a little for each name among
other words. An adapter translates the result into its engine's language.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from typing import NamedTuple

from admitone.kit.fold import word_pair
from admitone.search.domain.function_words import FUNCTION_WORDS, JOINING_WORDS
from admitone.search.domain.match_modes import ALL_NEEDED_MAX, ALONE, MatchMode, needed_words

WORDS_MAX = 24
_JOINED_MAX = 60
_CONTAINED_WORDS_MAX = 10
_CONTAINED_LENGTH_MAX = 4
_PEOPLE_BONUS = 0.15
_FUNCTION_BONUS = 0.1
_CITY_BONUS = 0.1
_SHORT_BEGINNINGS_WEIGHT_MIN = 0.9


class Field(NamedTuple):
    """A field of words: the score of a word in it, and the maximum number of typos.

    The more distinct words a field has, the more a fuzzy look-up costs (tantivy: about 0.2 ms per 10,000 at two).
    """

    name: str
    weight: float
    slips_max: int


class Names(NamedTuple):
    """A field of whole names: the score of a name that is part of the typed text, and whether typos are allowed."""

    name: str
    weight: float
    lenient: bool
    alone: float | None = None
    """The score instead of `weight` if the name is the only typed word."""


class Fields(NamedTuple):
    """The text fields of one kind of document; `pairs` contains neighbouring words of the first of `words`.

    A word in the field `people` scores a little more: users search for performers more often than for titles or places.
    """

    words: tuple[Field, ...]
    names: tuple[Names, ...]
    people: str | None = None
    pairs: str | None = None
    city: str | None = None
    """A field of whole names of cities, which users type last: "rb leipzig mainz" is in Mainz first."""
    own_city: Names | None = None
    """A field of cities by their own name only: "salvadori" is a driver before it is another name of Salvador."""


class Term(NamedTuple):
    """Documents with exactly this word; scores `score`, whatever else they contain."""

    field: str
    word: str
    score: float


class Near(NamedTuple):
    """Documents with a word at most `slips` edits away (a swap of neighbours is one), or with such a prefix."""

    field: str
    word: str
    slips: int
    score: float
    prefix: bool


class AnyTerm(NamedTuple):
    """Documents with one of these words or more; several score no more than one."""

    field: str
    words: tuple[str, ...]
    score: float


@dataclass(frozen=True)
class Best:
    """Any of the options; the best one's score counts, times `factor`."""

    options: "tuple[Wanted, ...]"
    factor: float = 1.0


@dataclass(frozen=True)
class Sum:
    """All of `needed` and at least a minimum of `wished`; the scores of all that match add up."""

    needed: "tuple[Wanted, ...]" = ()
    wished: "tuple[Wanted, ...]" = ()
    wished_min: int = 0


Wanted = Term | Near | AnyTerm | Best | Sum


def text_query(
    fields: Fields, words: Sequence[str], known: Mapping[str, int], match_mode: MatchMode, *, whole_words: bool = False
) -> Wanted:
    """Return the query for the words (folded, at least one); scores 0.3 to 5.

    `known`: in how many documents the words occur that occur at all. With `whole_words` the last word is no prefix.
    """
    return _QueryBuilder(fields, words, known, match_mode, whole_words=whole_words).query()


def unscored(wanted: Wanted) -> Wanted:
    """Return a query that matches the same documents without ordering clauses: cheaper for counts."""
    match wanted:
        case Sum((only,), _, 0):
            return unscored(only)
        case Sum(needed, wished, wished_min):
            kept = wished if wished_min or not needed else ()
            return Sum(tuple(map(unscored, needed)), tuple(map(unscored, kept)), wished_min)
        case _:
            return wanted


def slips_allowed(word: str) -> int:
    """Return the number of edits (a swap of neighbours is one) allowed for a word of this length."""
    if len(word) < 3 or word.isdigit():  # another number means another thing
        return 0
    return 1 if len(word) < 6 else 2


class _QueryBuilder:
    """Builds the query for one match mode."""

    def __init__(
        self,
        fields: Fields,
        words: Sequence[str],
        known: Mapping[str, int],
        match_mode: MatchMode,
        *,
        whole_words: bool,
    ) -> None:
        self._fields = fields
        self._whole_words = whole_words
        self._words = list(words[:WORDS_MAX])
        self._match_mode = match_mode
        self._known = [word in known for word in self._words]
        self._frequency = [known.get(word, 0) for word in self._words]

    def query(self) -> Wanted:
        needed = needed_words(self._words)
        if self._match_mode in ALONE and len(needed) == ALL_NEEDED_MAX:
            rarer, commoner = sorted(needed, key=lambda i: self._frequency[i])
            alone = self._word(rarer if self._match_mode is MatchMode.RARER else commoner, 2.0)
            return Sum(needed=(alone,), wished=(*self._contained_names(), *self._people(needed)))
        groups = tuple(self._word(i, 2.0 / len(needed)) for i in needed)
        if self._match_mode is MatchMode.PARTIAL and len(groups) > ALL_NEEDED_MAX:
            by_words = Sum(wished=groups, wished_min=ceil(len(groups) * 2 / 3))
        else:
            by_words = Sum(needed=groups)
        found = Sum(wished=(by_words, self._whole_name()), wished_min=1)
        return Sum(
            needed=(found,), wished=(*self._contained_names(), *self._people(needed), *self._function_words(needed))
        )

    def _people(self, needed: Sequence[int]) -> list[Wanted]:
        field = self._fields.people
        return [] if field is None else [Term(field, self._words[i], _PEOPLE_BONUS / len(needed)) for i in needed]

    def _function_words(self, needed: Sequence[int]) -> list[Wanted]:
        """Of two shows in Vienna the one called "New Year's Concert" comes first for "concert vienna"."""
        name = self._fields.words[0].name
        found = {word for i, word in enumerate(self._words) if i not in needed and word not in JOINING_WORDS}
        return [Term(name, word, _FUNCTION_BONUS) for word in sorted(found)]

    def _word(self, i: int, share: float) -> Wanted:
        """Return any of the ways in which word i may match a document; the best counts."""
        lenient = self._match_mode is not MatchMode.STRICT and (
            self._match_mode is MatchMode.FUZZY or self._match_mode is MatchMode.PARTIAL or not self._known[i]
        )
        options: list[Wanted] = []
        for field in self._fields.words:
            options += self._exactly(field, i)
            if lenient and field.slips_max:
                options += self._with_slips(field, i)
        return Best(tuple(options), share)

    def _exactly(self, field: Field, i: int) -> list[Wanted]:
        options: list[Wanted] = [Term(field.name, self._words[i], field.weight)]
        # One or two letters are a prefix of most words of an event; use them only in names and places.
        may_begin = i == len(self._words) - 1 and not self._whole_words
        if may_begin and (len(self._words[i]) > 2 or field.weight >= _SHORT_BEGINNINGS_WEIGHT_MIN):
            options.append(Near(field.name, self._words[i], 0, 0.7 * field.weight, prefix=True))
        options += [Term(field.name, join, 0.9 * field.weight) for join, _ in self._joins(i)]
        if field is self._fields.words[0]:  # "f cporto" is neither two words nor one: a name without its spaces
            options += [
                Term(name.name, join, 0.85 * name.weight) for join, _ in self._joins(i) for name in self._names()
            ]
        return options

    def _names(self) -> list[Names]:
        return [name for name in self._fields.names if name.lenient]

    def _with_slips(self, field: Field, i: int) -> list[Wanted]:
        word, is_last = self._words[i], i == len(self._words) - 1
        # A word that exists is rarely a mistyped word two edits away; looking for those costs the most.
        distance = min(slips_allowed(word), field.slips_max, 1 if self._known[i] else 2)
        options: list[Wanted] = []
        if distance >= 1:
            options.append(Near(field.name, word, 1, 0.55 * field.weight, prefix=False))
        if distance >= 2:
            options.append(Near(field.name, word, 2, 0.35 * field.weight, prefix=False))
        if is_last and len(word) > 4:
            options.append(Near(field.name, word, 1, 0.35 * field.weight, prefix=True))
        elif not is_last and len(word) > 2:
            options.append(Near(field.name, word, 0, 0.5 * field.weight, prefix=True))
        if field is self._fields.words[0]:
            joins = [join for join, all_known in self._joins(i) if not all_known]
            options += [Near(field.name, join, 1, 0.5 * field.weight, prefix=False) for join in joins if len(join) > 5]
            for name in self._names():
                options += [
                    Near(name.name, text, 1, 0.55 * name.weight, prefix=False)
                    for text in (word, *joins)
                    if len(text) > 3
                ]
        return options

    def _joins(self, i: int) -> list[tuple[str, bool]]:
        """Return the joins that contain word i (`alexa nder` may be one word), and whether all parts are words."""
        spans = [(i - 1, i + 1), (i, i + 2), (i - 1, i + 2)]
        spans = [(start, end) for start, end in spans if start >= 0 and end <= len(self._words)]
        joins = [("".join(self._words[start:end]), all(self._known[start:end])) for start, end in spans]
        return [(join, known) for join, known in joins if len(join) <= _JOINED_MAX]

    def _whole_name(self) -> Wanted:
        """Match the typed text as one name, spaces or not: exact 2.0, with typos 1.8 and 1.4, a part of it 0.8."""
        name = "".join(self._words)[:_JOINED_MAX]
        # One word begins many names; two rarely do so by chance.
        is_alone = len(self._words) == 1
        begun = 0.4 if is_alone else 0.8
        options: list[Wanted] = []
        if is_alone and self._fields.own_city is not None:
            options.append(Term(self._fields.own_city.name, name, 2.0 * self._fields.own_city.weight))
        for field, weight, lenient, alone in self._fields.names:
            options.append(Term(field, name, 2.0 * (alone if is_alone and alone is not None else weight)))
            if not lenient:
                continue
            if not self._whole_words:
                options.append(Near(field, name, 0, begun, prefix=True))
            if self._match_mode is MatchMode.STRICT:
                continue
            # One typo in three letters leaves too little, two in seven letters as well.
            if len(name) > 3:
                options.append(Near(field, name, 1, 1.8 * weight, prefix=False))
            if len(name) > 7:
                options.append(Near(field, name, 2, 1.4 * weight, prefix=False))
            if len(name) > 5:
                options.append(Near(field, name, 1, 0.8 * begun, prefix=True))
        if self._fields.pairs is not None and len(self._words) > 1:
            options.append(self._one_after_the_other(self._fields.pairs, 0.8))
        return Best(tuple(options))

    def _one_after_the_other(self, field: str, score: float) -> Wanted:
        pairs = [word_pair(*pair) for pair in pairwise(self._words)]
        return Sum(needed=tuple(Term(field, pair, score / len(pairs)) for pair in pairs))

    def _contained_names(self) -> list[Wanted]:
        """Match whole names among the words: in "grateful dead new york" the band and the city each add to the score.

        Of those that begin with the same word the best counts: "uganda v sudan" finds both before either, and in "new
        york philharmonic brooklyn" the orchestra's name does not also count as its city.
        """
        words = self._words[:_CONTAINED_WORDS_MAX]
        bonuses: list[Wanted] = []
        for start in range(len(words)):
            # "The New School" is a name, "the" is none.
            first = start + (2 if words[start] in FUNCTION_WORDS else 1)
            ends = range(first, min(len(words), start + _CONTAINED_LENGTH_MAX) + 1)
            # `_whole_name` scores the whole text.
            spans = tuple("".join(words[start:end]) for end in ends if end - start < len(words))
            if spans:
                bonuses.append(Best(tuple(AnyTerm(name.name, spans, 0.4 * name.weight) for name in self._fields.names)))
        return [*bonuses, *self._city_typed_last(words)]

    def _city_typed_last(self, words: Sequence[str]) -> list[Wanted]:
        starts = range(max(1, len(words) - _CONTAINED_LENGTH_MAX), len(words))
        spans = tuple("".join(words[start:]) for start in starts)
        if self._fields.city is None or not spans or not JOINING_WORDS.isdisjoint(words):
            return []  # "leipzig vs mainz" names two teams
        return [AnyTerm(self._fields.city, spans, _CITY_BONUS)]
