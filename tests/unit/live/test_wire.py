"""The bytes of a stream: with any earlier content, they form one valid response."""

import random
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admitone.booking.contracts import SeatSnapshot
from admitone.live.domain.changes import Delta
from admitone.live.domain.wire import HEARTBEAT, Encoding, Sent, event, head

SEATS, STATES = 39_616, "ahsb"
STADIUM_BYTES_MAX, CHANGES_BYTES_MAX = 12_000, 700


def read(answer: bytes) -> bytes:
    """Decode a response that has not ended, as a client does."""
    top, _, rest = answer.partition(b"\r\n\r\n")
    body = b""
    while rest:
        size, _, rest = rest.partition(b"\r\n")
        body, rest = body + rest[: int(size, 16)], rest[int(size, 16) + 2 :]
    return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(body) if b"gzip" in top else body


@given(st.lists(st.integers(0, 3), max_size=8), st.sampled_from(Encoding))
def test_any_sequence_of_events_is_a_valid_stream(chosen: list[int], encoding: Encoding) -> None:
    texts = [b"event: delta\ndata: {}\n\n", b": still here\n\n", b"x" * 70_000 + b"\n\n", b"\n\n"]
    many = [Sent(text) for text in texts]

    answer = head(encoding) + b"".join(many[number].frame(encoding) for number in chosen)

    assert read(answer) == b"retry: 2000\n\n" + b"".join(texts[number] for number in chosen)


def test_a_heartbeat_changes_nothing() -> None:
    assert read(head(Encoding.GZIP) + HEARTBEAT.frame(Encoding.GZIP)) == b"retry: 2000\n\n: still here\n\n"


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 1.0])
def test_a_stadium_is_small_however_full_it_is(share: float) -> None:
    chance = random.Random(20)
    states = "".join(chance.choice("hs") if chance.random() < share else "a" for _ in range(SEATS))

    assert stadium_bytes(states) <= STADIUM_BYTES_MAX


def test_a_stadium_of_random_states_is_small() -> None:
    chance = random.Random(20)

    assert stadium_bytes("".join(chance.choice(STATES) for _ in range(SEATS))) <= STADIUM_BYTES_MAX


def test_250_changes_of_neighbours_are_small() -> None:
    chance = random.Random(20)
    pairs = [index for first in chance.sample(range(0, SEATS, 2), 125) for index in (first, first + 1)]
    sold = sorted(pairs[:100])
    held = sorted(pairs[100:])

    sent = event("delta", 2**40, Delta(2**40, {"h": held, "s": sold}, {}))

    assert len(sent.frame(Encoding.GZIP)) <= CHANGES_BYTES_MAX


def stadium_bytes(states: str) -> int:
    return len(event("snapshot", 2**40, SeatSnapshot(2**40, states, {})).frame(Encoding.GZIP))
