"""The wire format of events: chunks of HTTP/1.1, plain or gzip, encoded once, the same bytes for every client.

Each event has its own deflate blocks, which refer to nothing before them and end on a whole byte. Any sequence of
events is therefore one valid stream (RFC 1951, RFC 1952), although every client receives another sequence.
"""

from collections.abc import Iterable
from enum import Enum

from msgspec import Struct

from admitone.kit.packing import pack_part
from admitone.live.domain.changes import Change, notice_event, server_sent_event

_GZIP_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
_HEAD = (
    b"HTTP/1.1 200 OK\r\n"
    b"Content-Type: text/event-stream; charset=utf-8\r\n"
    b"Cache-Control: no-store\r\n"
    b"Vary: Accept-Encoding\r\n"
    b"X-Accel-Buffering: no\r\n"
    b"Transfer-Encoding: chunked\r\n"
)
LAST_CHUNK = b"0\r\n\r\n"
_RETRY = b"retry: 2000\n\n"
_HEARTBEAT = b": still here\n\n"


class Encoding(Enum):
    PLAIN = "identity"
    GZIP = "gzip"


class Sent:
    """An event for many clients: encodes its bytes at the first use."""

    __slots__ = ("_frames", "_text", "version")

    def __init__(self, text: bytes, version: int = 0) -> None:
        self.version = version
        self._text = text
        self._frames: dict[Encoding, bytes] = {}

    def frame(self, encoding: Encoding) -> bytes:
        frame = self._frames.get(encoding)
        if frame is None:
            body = self._text if encoding is Encoding.PLAIN else pack_part(self._text)
            frame = self._frames[encoding] = _chunk(body)
        return frame


HEARTBEAT = Sent(_HEARTBEAT)
RETRY = Sent(_RETRY)


def event(name: str, version: int, body: Struct) -> Sent:
    return Sent(server_sent_event(name, version, body), version)


def notices_in(changes: Iterable[Change]) -> list[Sent]:
    """Return the notices among changes, in their order; each has its change's version."""
    return [Sent(notice_event(change.notice), change.version) for change in changes if change.notice is not None]


def head(encoding: Encoding) -> bytes:
    """Return the head of the answer, and what precedes the first event."""
    if encoding is Encoding.PLAIN:
        return _HEAD + b"\r\n" + RETRY.frame(encoding)
    return _HEAD + b"Content-Encoding: gzip\r\n\r\n" + _chunk(_GZIP_HEAD) + RETRY.frame(encoding)


def _chunk(body: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(body), body)
