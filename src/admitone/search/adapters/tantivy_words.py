"""What is looked for (`domain.wording`), said in tantivy's language."""

from collections.abc import Sequence

import tantivy
from tantivy import Occur, Query

from admitone.search.domain.wording import AnyTerm, Best, Fields, Near, Phrase, Sum, Term, Wanted


def known_words(searcher: tantivy.Searcher, fields: Fields, words: Sequence[str]) -> set[str]:
    """Those of the words that occur in any of the fields."""
    return {word for word in words if any(searcher.doc_freq(field.name, word) for field in fields.words)}


def translate(schema: tantivy.Schema, wanted: Wanted) -> Query:
    match wanted:
        case Term(field, word, score):
            return Query.const_score_query(Query.term_query(schema, field, word), score)
        case Near(field, word, slips, score, prefix):
            return Query.const_score_query(Query.fuzzy_term_query(schema, field, word, slips, True, prefix), score)
        case Phrase(field, words, score):
            return Query.const_score_query(Query.phrase_query(schema, field, list(words)), score)
        case AnyTerm(field, words, score):
            return Query.const_score_query(Query.term_set_query(schema, field, list(words)), score)
        case Best(options, factor):
            best = Query.disjunction_max_query([translate(schema, option) for option in options])
            return best if factor == 1.0 else Query.boost_query(best, factor)
        case Sum(needed, wished, wished_min):
            clauses = [(Occur.Must, translate(schema, one)) for one in needed]
            clauses += [(Occur.Should, translate(schema, one)) for one in wished]
            if wished_min < 2 and (wished_min == 1) == (not needed):  # what tantivy does by itself, and faster
                return Query.boolean_query(clauses)
            return Query.boolean_query(clauses, minimum_number_should_match=wished_min)
