"""One word, one meaning: names and phrases that the glossary replaced stay away (docs/glossary.md)."""

import re

import pytest

from tests.tidy.tree import ROOT, name_of, short, texts

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


@pytest.mark.parametrize(("pattern", "instead"), (NAMES | PHRASES).items())
def test_replaced_words_stay_away(pattern: str, instead: str) -> None:
    found = [
        f"{name_of(path)}:{number}: {match[0]!r}, write: {instead}"
        for path, text in texts()
        if name_of(path) not in HISTORY and path.parent.name != "migrations" and path != ROOT / "requirements"
        for number, line in enumerate(text.split("\n"), 1)
        if (match := re.search(pattern, line))
    ]

    assert found == [], short(found)
