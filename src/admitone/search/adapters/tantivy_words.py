"""Translate a query (`domain.query_builder`) to tantivy's queries.

Words without documents are omitted: looking a word up in a term dictionary costs some microseconds, a branch of a query
that matches nothing up to 0.2 ms.
"""

from collections.abc import Mapping
from functools import lru_cache

import tantivy
from tantivy import Occur, Query

from admitone.search.domain.match_modes import MatchMode
from admitone.search.domain.query_builder import AnyTerm, Best, Fields, Near, Sum, Term, Wanted, text_query, unscored

_BEGUN_WORDS_MAX = 8
"""The limit up to which words with one prefix are looked up one by one, which is cheaper than an automaton."""
_TERMS_KEPT = 16_384
_QUERIES_KEPT = 512
"""The same words come again with other filters, another page, or the next letter; a query takes some 10 kB."""
_ABSENT_KEPT = 16_384
Words = tuple[str, ...]


class TextQueries:
    """Build the queries of one searcher, whose index does not change, and keep the last ones."""

    def __init__(self, searcher: tantivy.Searcher, schema: tantivy.Schema) -> None:
        self.schema = schema
        self._searcher = searcher
        self.frequency = lru_cache(maxsize=_TERMS_KEPT)(searcher.doc_freq)
        self.begun = lru_cache(maxsize=_TERMS_KEPT)(self._begun)
        self.known = lru_cache(maxsize=_QUERIES_KEPT)(self._known)
        self.query = lru_cache(maxsize=_QUERIES_KEPT)(self._query)
        self._absent: dict[tuple[Fields, Words, MatchMode, bool], None] = {}

    def _known(self, fields: Fields, words: Words) -> Mapping[str, int]:
        """In how many documents the words occur that occur at all, by the field that has most."""
        counted = {word: max(self.frequency(field.name, word) for field in fields.words) for word in words}
        return {word: count for word, count in counted.items() if count}

    def _query(
        self, fields: Fields, words: Words, match_mode: MatchMode, *, whole_words: bool = False, scored: bool = True
    ) -> Query:
        wanted = text_query(fields, words, self.known(fields, words), match_mode, whole_words=whole_words)
        return _Translator(self).query(wanted if scored else unscored(wanted)) or Query.empty_query()

    def finds_nothing(self, fields: Fields, words: Words, match_mode: MatchMode, *, whole_words: bool) -> bool:
        """Return whether `keep_absence` was called: people look again and again for what is not on sale, and a search
        with slips costs the most."""
        return (fields, words, match_mode, whole_words) in self._absent

    def keep_absence(self, fields: Fields, words: Words, match_mode: MatchMode, *, whole_words: bool) -> None:
        """Keep that no document matches, with any filters."""
        if len(self._absent) >= _ABSENT_KEPT:
            self._absent.pop(next(iter(self._absent)), None)
        self._absent[fields, words, match_mode, whole_words] = None

    def _begun(self, field: str, beginning: str) -> list[str] | None:
        """Return the words with this prefix, or None if there are too many."""
        if len(beginning) < 3:  # short prefixes have many, and listing them costs more than an automaton
            return None
        words = self._searcher.terms_with_prefix(field, beginning, limit=_BEGUN_WORDS_MAX + 1)
        return [word for word, _ in words] if len(words) <= _BEGUN_WORDS_MAX else None


class _Options:
    """Options of which the best counts: terms, each with its highest score, and other queries."""

    def __init__(self) -> None:
        self.scores: dict[tuple[str, str], float] = {}
        self.others: list[Query] = []

    def add(self, field: str, word: str, score: float) -> None:
        self.scores[field, word] = max(score, self.scores.get((field, word), 0.0))


class _Translator:
    """Build a query; None if nothing can match."""

    def __init__(self, queries: TextQueries) -> None:
        self._schema = queries.schema
        self._frequency = queries.frequency
        self._begun = queries.begun

    def query(self, wanted: Wanted) -> Query | None:
        if isinstance(wanted, Sum):
            return self._sum(wanted)
        options = _Options()
        self._collect(wanted, 1.0, options)
        queries = [
            Query.const_score_query(Query.term_query(self._schema, field, word), score)
            for (field, word), score in options.scores.items()
        ]
        queries += options.others
        if len(queries) < 2:
            return queries[0] if queries else None
        return Query.disjunction_max_query(queries)

    def _collect(self, wanted: Wanted, factor: float, options: _Options) -> None:
        match wanted:
            case Term(field, word, score):
                if self._frequency(field, word):
                    options.add(field, word, score * factor)
            case AnyTerm(field, words, score):
                for word in words:
                    if self._frequency(field, word):
                        options.add(field, word, score * factor)
            case Near(field, word, slips, score, prefix):
                begun = self._begun(field, word) if prefix and slips == 0 else None
                if begun is None:
                    near = Query.fuzzy_term_query(self._schema, field, word, slips, True, prefix)
                    options.others.append(Query.const_score_query(near, score * factor))
                    return
                for word_begun in begun:
                    options.add(field, word_begun, score * factor)
            case Best(choices, own_factor):
                for choice in choices:
                    self._collect(choice, factor * own_factor, options)
            case Sum():
                query = self._sum(wanted)
                if query is not None:
                    options.others.append(query if factor == 1.0 else Query.boost_query(query, factor))

    def _sum(self, wanted: Sum) -> Query | None:
        needed = [query for clause in wanted.needed if (query := self.query(clause)) is not None]
        wished = [query for clause in wanted.wished if (query := self.query(clause)) is not None]
        if len(needed) < len(wanted.needed) or len(wished) < wanted.wished_min:
            return None
        if len(needed) + len(wished) == 1 and (needed or wanted.wished_min == 1):
            return (needed or wished)[0]
        clauses = [(Occur.Must, query) for query in needed] + [(Occur.Should, query) for query in wished]
        if wanted.wished_min < 2 and (wanted.wished_min == 1) == (not needed):  # tantivy's default, and faster
            return Query.boolean_query(clauses)
        return Query.boolean_query(clauses, minimum_number_should_match=wanted.wished_min)
