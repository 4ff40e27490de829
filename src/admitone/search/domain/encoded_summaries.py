"""Summaries of events as JSON, encoded once: all but the availability is the same in every answer with the event."""

import msgspec

from admitone.catalogue.contracts import Availability, EventDocument, event_summary
from admitone.kit.rotating_cache import RotatingCache

EVENTS_MAX = 8_192
"""As many as the index keeps decoded; about 1 kB each."""

_MEMBER = b'"availability":'
_WORD = b'"off_sale"'

Parts = tuple[EventDocument, bytes, bytes]


class EncodedSummaries:
    """Event id → its document, and the JSON before and after the word of availability.

    Another object with the same id is encoded again: it may be a later version of the event.
    """

    def __init__(self) -> None:
        self._known: RotatingCache[str, Parts] = RotatingCache(EVENTS_MAX)

    def encode(self, document: EventDocument, availability: Availability | None) -> bytes:
        """Return `event_summary(document, availability)` as JSON."""
        parts = self._known.get(document.id)
        if parts is None or parts[0] is not document:
            parts = (document, *_cut(document))
            self._known.put(document.id, parts)
        word = _WORD if availability is None else msgspec.json.encode(availability.word)
        return parts[1] + word + parts[2]


def _cut(document: EventDocument) -> tuple[bytes, bytes]:
    summary = event_summary(document, None)
    names = list(summary)
    at = names.index("availability")
    before = {name: summary[name] for name in names[:at]}
    after = {name: summary[name] for name in names[at + 1 :]}
    return msgspec.json.encode(before)[:-1] + b"," + _MEMBER, b"," + msgspec.json.encode(after)[1:]
