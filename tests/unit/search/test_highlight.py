"""Marks cover the typed word in the visible text, the parts of a text sum to the whole, and typos are marked, too."""

import pytest

from admitone.search.domain.highlight import Highlighter
from tests.ports.search_documents import document, performer, venue

CELTA = document(
    "celta",
    "RC Celta de Vigo vs Sevilla FC",
    performers=(performer("celta", "RC Celta de Vigo", "Los Celestes"), performer("sevilla", "Sevilla FC")),
    venue=venue("Estadio de Balaídos", place=3),
    works=(("Dvořák, Antonín", ""),),
)


def marked(q: str, field: str = "name") -> str:
    """Return the first text of the field with brackets around its matches."""
    found = [highlight for highlight in Highlighter(q).highlights(CELTA) if highlight["field"] == field]
    parts = found[0]["parts"] if found else []
    return "".join(f"[{part['text']}]" if part["hit"] else part["text"] for part in parts)


@pytest.mark.parametrize(
    ("q", "field", "text"),
    [
        ("sevilla celta", "name", "RC [Celta] de Vigo vs [Sevilla] FC"),
        ("SEVILLA v celta", "name", "RC [Celta] de Vigo vs [Sevilla] FC"),
        ("sevi", "name", "RC Celta de Vigo vs [Sevi]lla FC"),
        ("sevila", "name", "RC Celta de Vigo vs [Sevilla] FC"),
        ("sevillafc", "name", "RC Celta de Vigo vs [Sevilla FC]"),
        ("sev illa", "name", "RC Celta de Vigo vs [Sevilla] FC"),
        ("balaidos", "venue", "Estadio de [Balaídos]"),
        ("celestes", "performers", "Los [Celestes]"),
        ("muenchen", "city", "[München]"),
        ("dvorak", "works", "[Dvořák], Antonín"),
        ("nothing", "name", ""),
    ],
)
def test_marks_the_typed_words(q: str, field: str, text: str) -> None:
    assert marked(q, field) == text


def test_an_exact_word_leaves_near_ones_unmarked() -> None:
    near = document("near", "Bach and Back", performers=())

    (found,) = Highlighter("bach").highlights(near)

    assert [part["text"] for part in found["parts"] if part["hit"]] == ["Bach"]


def test_the_parts_are_the_whole_text_and_name_its_owner() -> None:
    found = Highlighter("vigo").highlights(CELTA)

    assert [(highlight["field"], highlight.get("id")) for highlight in found] == [
        ("name", None),
        ("performers", "prf_celta"),
    ]
    assert ["".join(part["text"] for part in highlight["parts"]) for highlight in found] == [
        CELTA.name,
        "RC Celta de Vigo",
    ]
    assert Highlighter("香港").highlights(document("hk", "在香港大會堂", performers=()))[0]["parts"] == [
        {"text": "在", "hit": False},
        {"text": "香", "hit": True},
        {"text": "港", "hit": True},
        {"text": "大會堂", "hit": False},
    ]
