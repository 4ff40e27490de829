import pytest

from admitone.search.domain.spelling import did_you_mean, slips


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [("kissin", "kissin", 0), ("kisin", "kissin", 1), ("linag", "liang", 1), ("wag", "wang", 1), ("abc", "xyz", 3)],
)
def test_counts_typos(a: str, b: str, expected: int) -> None:
    assert (expected, expected) == (slips(a, b, 2), slips(b, a, 2))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("linag wag", "liang wang"),
        ("liang wang", None),
        ("liang wa", None),  # still typing
        ("linag zzzzz", None),  # half a correction would mislead
        ("liangwang", None),
    ],
)
def test_corrects_to_existing_words(typed: str, meant: str | None) -> None:
    assert meant == did_you_mean(typed.split(), ["Liang Wang", "Philharmonic"])
