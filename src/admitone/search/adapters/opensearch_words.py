"""Translate a query (`domain.query_builder`) to OpenSearch's query language."""

from typing import Any

from admitone.search.domain.query_builder import AnyTerm, Best, Near, Sum, Term, Wanted

Clause = dict[str, Any]

NOTHING: Clause = {"match_none": {}}
BEGINNINGS = "beginnings"
"""Name of the subfield that contains the prefixes of a field's words."""
LENGTHS_OF_BEGINNINGS = 4, 24
"""Shortest and longest prefix; fuzzy prefix matches apply only below the longest."""


def translate(wanted: Wanted) -> Clause:
    match wanted:
        case Term(field, word, score):
            return constant({"term": {field: word}}, score)
        case Near(field, word, slips, score, prefix):
            return constant(_near(field, word, slips, prefix=prefix), score)
        case AnyTerm(field, words, score):
            return constant({"terms": {field: list(words)}}, score)
        case Best(()):
            return NOTHING
        case Best(options, factor):
            return {"dis_max": {"queries": [translate(option) for option in options], "boost": factor}}
        case Sum(needed, wished, wished_min):
            return {
                "bool": {
                    "must": [translate(clause) for clause in needed],
                    "should": [translate(clause) for clause in wished],
                    "minimum_should_match": wished_min,
                }
            }


def constant(clause: Clause, score: float) -> Clause:
    return {"constant_score": {"filter": clause, "boost": score}}


def _near(field: str, word: str, slips: int, *, prefix: bool) -> Clause:
    if not prefix:
        # This rewrite method matches all words within the distance, not the fifty nearest.
        return {"fuzzy": {field: {"value": word, "fuzziness": slips, "rewrite": "constant_score"}}}
    if slips == 0:
        return {"prefix": {field: word}}
    # OpenSearch matches prefixes or typos, not both at once: so all prefixes are indexed as words.
    assert slips == 1
    if len(word) >= LENGTHS_OF_BEGINNINGS[1]:
        return NOTHING
    return {"fuzzy": {f"{field}.{BEGINNINGS}": {"value": word, "fuzziness": slips, "rewrite": "constant_score"}}}
