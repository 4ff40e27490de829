"""One word, one meaning: names and phrases that the glossary replaced stay away (docs/glossary.md)."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from functools import cache

import pytest

from tests.tidy.tree import ROOT, matches, name_of, short, texts

# Applied migrations keep their words, and jobs keep the names of before as aliases.
HISTORY = {
    "CHANGELOG.md",
    "src/admitone/booking/jobs.py",
    "tests/tidy/test_language.py",
    "tests/unit/booking/test_job_names.py",
}

NAMES = {
    r"\b(?:Door|turned_away)\b": "ConcurrencyLimiter, rejected",
    r"\b(?:fast_lane|FastLane|FastAnswer|FastRequest)\b": "hot_path, HotPath, RawResponse",
    r"\b(?:HandingOver|TakenOver)\b": "connection_hijack",
    r"\b(?:sell_at_counter|record_counter_sale|CounterSale)\b": "box office",
    r"\b(?:give_back|outdated_layout)\b": "apply_refund, inventory outdated",
    r"\bshow_(?:sale|places|refunds|queue|line)\b": "publish_*, get_*",
    r"\b(?:follow_(?:bookings|events|payment|refunds|dispute|words)|tell_followers)\b": "project_*, sync_*, publish_*",
    r"\b(?:note_(?:payments|authorizations|overdue|promos|load)|is_noted|sale_notes_it)\b": "record_*, is_recorded",
    r"\b(?:learn_news|learn_outcome|foretell_id)\b": "apply_update, predict_id",
    r"\b(?:Ladder|Leniency|Watched|Patience|may_ask)\b": "TieredCache, MatchMode, Channel, CircuitBreaker",
    r"\b(?:LineView|LinePage|QueueLine|queue-line|hold_line|share_lines?|count_line)\b": "waiting room, queue",
    r"\b(?:Trouble|Unfit)\b": "StartupError, ServerCheckError",
    r"\b(?:plan_event|plan_start|plan_offer|fill_plan|plan_gzip)\b": "build_*, seating_plan",
    r"\b(?:lonely|hide_kept|find_lonely)\b": "unaccompanied, reserved for accessibility",
    r"\bfor one in\b|\bconst one of\b": "the noun: `for ticket in tickets`",
}

PHRASES = {
    r"(?i)\bin vain\b": "without success",
    r"(?i)\b(?:fares|fared)\b": "performs",
    r"(?i)\bat a till\b|\bthe till\b": "cash drawer",
}


# Of docstrings and comments alone: other texts quote buyers, other languages, and titles of shows.
PROSE = {
    r"\bwho(?:ever|soever)\b": "the buyer, the client, anyone who",
    r"(?<!`)\bnobody\b(?!`)": "no buyer, no client, no process",
    r"\b(?:anew|thrice|whilst|upon|hence|thereof|hitherto)\b": "again, three times, while, on, so",
    r"\bso many\b|\bso long\b|\bfor ever\b|\bin so far\b": "this many, this long, always, if",
    r"\bturn(?:s|ed)? out\b": "is, proves",
    r"\b(?:is|are|was|were|be|been) told\b(?! apart)": "the actor: sends, returns, receives",
    r"\bwhat (?:came|comes) back\b|\bcomes? to nothing\b": "the response; fails, ends",
    r"\bhears? of\b|\bheard of\b": "receives, learns",
    r"\bdear(?:er|est)\b": "more expensive",
    r"\bat the door\b": "at the gate",
    r"\blets? (?:in|go)\b|\bsays no to\b": "admit, release; refusals",
    r"\bgiv(?:es?|en) (?:it |them )?back\b": "refund, release, return",
    r"\b[Ww]here there is none\b|\bcannot be had\b": "if there is none; is not available",
    r"\b[Ww]hat (?:[a-z]+ ){1,2}(?:needs?|may know|may see)\b": "a noun: the dependencies, the contract",
    r"\bliving hold|\bhold lives on\b": "a live hold; stays live",
    r"\b(?:[Hh]e|[Hh]is|[Hh]im|[Ss]he|[Hh]er)\b": "they, the buyer",
}


@pytest.mark.parametrize(("pattern", "instead"), (NAMES | PHRASES).items())
def test_replaced_words_stay_away(pattern: str, instead: str) -> None:
    found = [
        f"{name_of(path)}:{number}: {match[0]!r}, write: {instead}"
        for path, text in texts()
        if name_of(path) not in HISTORY and path.parent.name != "migrations" and path != ROOT / "requirements"
        for number, match in matches(pattern, text)
    ]

    assert found == [], short(found)


@pytest.mark.xdist_group("prose")
@pytest.mark.parametrize(("pattern", "instead"), PROSE.items())
def test_docstrings_and_comments_are_plain_english(pattern: str, instead: str) -> None:
    found = [
        f"{name}:{line}: {match[0]!r}, write: {instead}"
        for name, line, text in prose()
        if (match := re.search(pattern, text))
    ]

    assert found == [], short(found)


@cache
def prose() -> tuple[tuple[str, int, str], ...]:
    """Return (file, line, text) of every docstring and comment of the code, without applied migrations."""
    read = {".py": _of_python, ".sql": _of_sql, ".lua": _of_sql}
    return tuple(
        (name_of(path), line, text)
        for path, source in texts()
        if path.suffix in read and path.parent.name != "migrations" and name_of(path) not in HISTORY
        for line, text in read[path.suffix](source)
    )


def _of_python(source: str) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node.lineno, node.value.value
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def _of_sql(source: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(source.split("\n"), 1):
        _, dashes, comment = line.partition("--")
        if dashes:
            yield number, comment
