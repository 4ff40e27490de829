import pytest
from hypothesis import given
from hypothesis import strategies as st

from admitone.kit.fold import fold, fold_words, joined, spellings


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("1. FC Köln – Saint-Étienne", "1 fc koln saint etienne"),
        ("Straße", "strasse"),
        ("Sønderjyske", "sonderjyske"),
        ("Łódź", "lodz"),
        ("Ærø", "aero"),
        ("İstanbul IŞIK", "istanbul isik"),
        ("O’Brien's", "obriens"),
        ("F.C. U.S.A. St. Louis", "fc usa st louis"),
        ("Ｆｕｌｌ ｗｉｄｔｈ", "full width"),
        ("香港大會堂", "香 港 大 會 堂"),
        ("がん", "が ん"),
        ("서울 월드컵", "서울 월드컵"),
        ("Чайковский", "чаиковскии"),
        ("Kraków – -M- + friends", "krakow -m- friends"),
        ("!!! (Chk Chk Chk)", "!!! chk chk chk"),
        ("(C++), F#; Panic! at the Disco", "c++ f# panic at the disco"),
        ("A-ha U2? 7+ Hi!", "a ha u2 7+ hi"),
        ("أُمّ كلثوم", "ام كلثوم"),
        ("إبراهيم آل ٱلله", "ابراهيم ال الله"),
        ("فيروز في القاهرة ليـــلى", "فيروز في القاهره ليلي"),
        ("کنسرت شجریان", "كنسرت شجريان"),
        ("שָׁלוֹם חנוך", "שלומ חנוכ"),
        ("Γιάννης Πάριος", "γιαννησ παριοσ"),
        ("ΜΟΥΣΙΚΗΣ", "μουσικησ"),
        ("Королёв", "королев"),
        ("Ёлка Цой", "елка цои"),
        ("", ""),
        ("🎉 \x00 --", ""),
    ],
)
def test_folds_case_accents_and_punctuation(text: str, folded: str) -> None:
    assert folded == fold(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Düsseldorf", {"dusseldorf", "duesseldorf"}),
        ("Duesseldorf", {"duesseldorf", "dusseldorf"}),
        ("Malmö", {"malmo", "malmoe"}),
        ("Ålesund", {"alesund", "aalesund"}),
        ("Arsenal", {"arsenal"}),
        ("Du\u0308sseldorf", {"dusseldorf", "duesseldorf"}),
        ("!", set()),
        ("C++", {"c++", "c"}),
        ("!!!", {"!!!"}),
    ],
)
def test_both_spellings_of_an_umlaut_are_indexed(text: str, expected: set[str]) -> None:
    assert expected == set(spellings(text))


def test_a_joined_name_has_no_spaces() -> None:
    assert joined(fold("SC Paderborn 07")) == "scpaderborn07"


@given(st.text(max_size=60))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(text) == fold(fold(text))


@given(st.text(max_size=60))
def test_words_never_contain_spaces_and_are_never_empty(text: str) -> None:
    assert all(word and not any(letter.isspace() for letter in word) for word in fold_words(text))
