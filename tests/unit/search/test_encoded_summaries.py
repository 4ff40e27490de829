"""Summaries that are encoded once are the bytes that encoding them in every answer gives."""

import msgspec
import pytest

from admitone.catalogue.contracts import Availability, event_summary
from admitone.search.domain.encoded_summaries import EncodedSummaries
from tests.ports.search_documents import document, performer, venue

DOCUMENTS = (
    document("a", "Gala"),
    document("b", 'Names with "availability":"off_sale" in them', subtitle="Ω", performers=(performer("p", "P"),)),
    document("c", "To be announced", venue=venue(known=False), price_min=None, price_max=None, currency=None),
)


@pytest.mark.parametrize("given", DOCUMENTS, ids=lambda given: given.id)
@pytest.mark.parametrize("word", [None, "limited", "sold_out"])
def test_the_bytes_are_those_of_the_summary(given: object, word: str | None) -> None:
    assert isinstance(given, type(DOCUMENTS[0]))
    left = None if word is None else Availability(given.id, word, 1, 10, {})
    summaries = EncodedSummaries()

    encoded = [summaries.encode(given, left) for _ in range(2)]

    assert encoded == [msgspec.json.encode(event_summary(given, left))] * 2


def test_a_later_version_of_an_event_is_encoded_again() -> None:
    summaries = EncodedSummaries()
    before = summaries.encode(document("a", "Gala"), None)

    after = summaries.encode(document("a", "Matinee"), None)

    assert (b"Gala" in before, b"Matinee" in after) == (True, True)
