"""Dates in words, in the languages of the data; NOW is Monday, 15 June 2026."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admitone.search.domain.spoken_dates import read_dates

TODAY = date(2026, 6, 15)
SPANS = {
    ("2026-06-15", "2026-06-15"): "tonight|heute Abend|ce soir|hoy|stasera|aujourd’hui|oggi",
    ("2026-06-16", "2026-06-16"): "tomorrow|Morgen|demain|mañana|domani",
    ("2026-06-19", "2026-06-21"): "this weekend|dieses Wochenende|ce week-end|este fin de semana|questo fine settimana",
    ("2026-06-22", "2026-06-28"): "next week|nächste Woche|la semaine prochaine|la próxima semana|prossima settimana",
    ("2026-06-26", "2026-06-28"): "next weekend|nächstes Wochenende|le week-end prochain|próximo fin de semana",
    ("2026-07-01", "2026-07-31"): "next month|im Juli|en juillet|en julio|a luglio|July 2026",
    ("2027-03-01", "2027-03-31"): "im märz|in March|en mars|en marzo|a marzo|märz 2027",
    ("2026-06-15", "2026-06-30"): "this month|in june|im Juni",
    ("2026-12-24", "2026-12-24"): "24 dec|Dec 24|24. Dezember|24 décembre|24 de diciembre|24 dicembre|2026-12-24"
    "|December 24th, 2026",
    ("2027-02-14", "2027-02-14"): "14 feb|February 14th",
}


@pytest.mark.parametrize(("span", "text"), [(span, text) for span, texts in SPANS.items() for text in texts.split("|")])
def test_a_date_in_words_becomes_days(span: tuple[str, str], text: str) -> None:
    for typed in (text, f"Mahler {text}", f"{text} Mahler"):
        reading = read_dates(typed, TODAY)

        assert reading is not None
        assert (reading.date.starts_from, reading.date.starts_to, reading.date.text) == (*span, text)
        assert reading.q == typed.replace(text, "").strip()


@pytest.mark.parametrize(
    "text",
    ["", "May", "Vampire Weekend", "30 Seconds to Mars", "March of the Penguins", "31 feb", "blink-182", "1. FC Köln",
     "2026", "24", "Maroon 5", "0 dec", "29 feb 2027"],
)  # fmt: skip
def test_a_name_is_no_date(text: str) -> None:
    assert read_dates(text, TODAY) is None


def test_a_weekend_that_has_begun_is_what_is_left_of_it() -> None:
    for day, left in ((19, "2026-06-19"), (20, "2026-06-20"), (21, "2026-06-21")):
        reading = read_dates("this weekend", date(2026, 6, day))

        assert reading is not None
        assert (reading.date.starts_from, reading.date.starts_to) == (left, "2026-06-21")


@given(st.text(max_size=60), st.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_any_text_is_read_without_a_fault(text: str, today: date) -> None:
    read_dates(text, today)


@given(st.sampled_from([text for texts in SPANS.values() for text in texts.split("|")]), st.dates(TODAY))
def test_the_last_day_is_never_before_the_first(text: str, today: date) -> None:
    reading = read_dates(text, min(today, date(9000, 1, 1)) + timedelta(days=0))

    assert reading is None or reading.date.starts_from <= reading.date.starts_to
