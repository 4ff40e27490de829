"""One subscriber of a live map: the asyncio protocol of its connection."""

import asyncio
from collections.abc import Iterable
from typing import Protocol

from prometheus_client import Counter

from admitone.live.domain.wire import LAST_CHUNK, Encoding, Sent, head

MERGED = Counter("admitone_live_merged_total", "Times that a slow subscriber got one merged change for many")
DROPPED = Counter("admitone_live_dropped_total", "Subscribers dropped because they read too slowly")

# Unsent bytes of a connection in this process before it counts as slow.
UNSENT_BYTES_MAX = 32 * 1024
SLOW_SECONDS_MAX = 30.0


class SubscriberEvents(Protocol):
    """Receives what happens to a subscriber's connection."""

    def on_closed(self, subscriber: "Subscriber") -> None:
        """Its connection is closed."""

    def on_ready(self, subscriber: "Subscriber") -> None:
        """It was slow and can take more now."""


class Subscriber(asyncio.Protocol):
    """`version`: what the client has after it has read all written bytes. While the connection is slow, the feed writes
    nothing to it; afterwards one merged delta brings it up to date."""

    __slots__ = ("_feed", "_slow", "_transport", "encoding", "version")

    def __init__(self, feed: SubscriberEvents, encoding: Encoding) -> None:
        self._feed = feed
        self._transport: asyncio.Transport | None = None
        self.encoding = encoding
        self.version = 0
        self._slow: asyncio.TimerHandle | None = None

    def begin(self, transport: asyncio.Transport) -> None:
        """Write the head of the answer."""
        self._transport = transport
        transport.set_write_buffer_limits(high=UNSENT_BYTES_MAX)
        transport.write(head(self.encoding))

    def send(self, sent: Sent) -> None:
        """Write an event even to a slow connection: a first state, or what a slow client missed."""
        assert self._transport is not None, "it has begun"
        self.version = sent.version
        self._transport.write(sent.frame(self.encoding))

    def send_if_ready(self, sent: Sent, notices: Iterable[Sent] = ()) -> None:
        """Write an event that is new to all subscribers, after its notices, unless the client is slow or has it."""
        if self._slow is None and sent.version > self.version:
            self.send_notices(notices, sent.version)
            self.send(sent)

    def send_notices(self, notices: Iterable[Sent], last: int) -> None:
        """Write the notices after the client's version up to `last`. A notice changes no seat and no version: the event
        that follows it does."""
        for notice in notices:
            if self.version < notice.version <= last:
                self.send_notice(notice)

    def send_notice(self, notice: Sent) -> None:
        """Write a notice even to a slow connection."""
        assert self._transport is not None, "it has begun"
        self._transport.write(notice.frame(self.encoding))

    def send_heartbeat(self, sent: Sent) -> None:
        """Write a heartbeat, unless the connection is slow."""
        if self._slow is None and self._transport is not None:
            self._transport.write(sent.frame(self.encoding))

    def end(self) -> None:
        """Close the stream in order; the client reconnects."""
        if self._transport is not None:
            self._transport.write(LAST_CHUNK)
            self._transport.close()

    def drop(self) -> None:
        """Abort a stuck connection; a client that still runs reconnects and continues from its version."""
        if self._transport is not None:
            DROPPED.inc()
            self._transport.abort()

    def pause_writing(self) -> None:
        self._slow = asyncio.get_running_loop().call_later(SLOW_SECONDS_MAX, self.drop)

    def resume_writing(self) -> None:
        self._clear_slow_timer()
        self._feed.on_ready(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self._clear_slow_timer()
        self._feed.on_closed(self)

    def _clear_slow_timer(self) -> None:
        if self._slow is not None:
            self._slow.cancel()
            self._slow = None
