"""Live: it follows the streams of seat changes in Redis."""

from admitone.booking.usecases.deps import Deps as BookingDeps
from admitone.booking.usecases.seat_states import read_snapshot
from admitone.live.adapters.redis_stream import RedisStream
from admitone.live.usecases.deps import Deps
from admitone.live.usecases.seat_feed import SeatFeed
from admitone.runtime.wiring.process import Process, Provide


def wire_live(process: Process, *, booking: Provide[BookingDeps]) -> Deps:
    stream = RedisStream(process.redis)
    feed = SeatFeed(lambda event_id: read_snapshot(booking(), event_id=event_id), stream.read_after)
    return Deps(read_since=stream.read_since, feed=feed)
