import pytest

from admitone.catalogue.domain.drafts import EventDraft, PerformerDraft, Work
from admitone.catalogue.domain.text import find_nul, fold, search_key


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("  Dvořák  in  Łódź ", "dvorak in lodz"),
        ("STRASSE", "strasse"),
        ("Straße", "strasse"),
        ("Ærø", "aero"),
        ("Чайковский", "чаиковскии"),
        ("東京", "東京"),
    ],
)
def test_texts_are_compared_without_case_and_accents(text: str, folded: str) -> None:
    assert folded == fold(text)


def test_a_search_key_has_every_name_once() -> None:
    assert search_key(["Björk", "bjork", "", "Björk Guðmundsdóttir"]) == "bjork\nbjork gudmundsdottir"


def test_every_nul_character_is_named_by_its_place() -> None:
    draft = EventDraft(name="a\0b", segment="music", tags=("x", "\0"), works=(Work("Bolero", "Ra\0vel"),))
    assert [pointer for pointer, _ in find_nul(draft)] == ["/name", "/tags/1", "/works/0/composer"]


def test_an_escaped_u0000_is_not_a_nul() -> None:
    assert find_nul(PerformerDraft(name="\\u0000")) == []
