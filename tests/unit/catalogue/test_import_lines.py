from collections.abc import AsyncIterator

import pytest

from admitone.catalogue.contracts import EventStatus
from admitone.catalogue.domain.import_lines import (
    FAILURES_LISTED_MAX,
    LINE_BYTES_MAX,
    EventLine,
    Failure,
    PerformerLine,
    Report,
    fingerprint_of,
    read_line,
    status_of,
)
from admitone.catalogue.domain.split_lines import split_lines


async def split(*chunks: bytes) -> list[tuple[int, bytes] | str]:
    async def source() -> AsyncIterator[bytes]:
        for chunk in chunks:
            yield chunk

    return [line.code if isinstance(line, Failure) else line async for line in split_lines(source())]


async def test_lines_are_split_wherever_chunks_end() -> None:
    assert await split(b"o", b"ne\ntw", b"o\n\nfo", b"ur") == [(1, b"one"), (2, b"two"), (4, b"four")]


async def test_blank_lines_are_counted_and_skipped() -> None:
    assert await split(b" \n\r\nx\n\n") == [(3, b"x")]


async def test_a_line_that_is_too_long_is_named_and_the_next_one_is_read() -> None:
    long = b"x" * LINE_BYTES_MAX
    assert await split(long, b"x", long, b"x\nnext") == ["line-too-long", (2, b"next")]


async def test_a_line_of_exactly_the_limit_is_read() -> None:
    assert [line[0] for line in await split(b"x" * LINE_BYTES_MAX) if not isinstance(line, str)] == [1]


async def test_a_last_line_that_is_too_long_is_named() -> None:
    assert await split(b"x" * (LINE_BYTES_MAX + 1)) == ["line-too-long"]


@pytest.mark.parametrize(
    ("line", "code", "pointer", "line_id"),
    [
        (b"{", "malformed-line", "", None),
        (b"7", "invalid-line", "", None),
        (b'{"type":"ship","id":"a"}', "invalid-line", "/type", "a"),
        (b'{"id":"a"}', "invalid-line", "/type", "a"),
        (b'{"type":["venue"]}', "invalid-line", "/type", None),
        (b'{"type":"performer","id":"a"}', "invalid-line", "/name", "a"),
        (b'{"type":"performer","id":"a","name":"A","height":1}', "invalid-line", "/height", "a"),
        (b'{"type":"performer","id":7,"name":"A"}', "invalid-line", "/id", None),
        (b'{"type":"performer","id":"a","name":"\xff"}', "malformed-line", "", None),
    ],
)
def test_a_bad_line_is_explained(line: bytes, code: str, pointer: str, line_id: str | None) -> None:
    failure = read_line(5, line)
    assert isinstance(failure, Failure)
    assert (5, code, pointer, line_id) == (failure.line, failure.code, failure.pointer, failure.id)


def test_the_type_may_be_anywhere_in_the_line() -> None:
    line = read_line(1, b'{"id":"e","name":"E","segment":"music","type":"event","publish":true}')
    assert isinstance(line, EventLine)
    assert (line.id, line.publish, line.status) == ("e", True, None)


def test_spaces_and_order_do_not_change_a_fingerprint_but_content_does() -> None:
    prints = [
        fingerprint_of(line)
        for text in (
            b'{"type":"performer","id":"a","name":"A"}',
            b'{ "name": "A", "id": "a", "type": "performer" }',
            b'{"type":"performer","id":"a","name":"B"}',
        )
        if not isinstance(line := read_line(1, text), Failure)
    ]
    assert prints[0] == prints[1] != prints[2]


def test_all_failures_are_counted_and_the_first_thousand_listed() -> None:
    report = Report()
    for number in range(FAILURES_LISTED_MAX + 5):
        report.fail(Failure(number, None, "malformed-line", "", ""))
    assert (report.failed, len(report.failures)) == (FAILURES_LISTED_MAX + 5, FAILURES_LISTED_MAX)


@pytest.mark.parametrize(
    ("said", "published", "before", "status"),
    [
        (None, True, None, EventStatus.SCHEDULED),
        (None, False, None, EventStatus.DRAFT),
        ("postponed", True, None, EventStatus.POSTPONED),
        ("postponed", False, None, EventStatus.DRAFT),
        ("cancelled", False, None, EventStatus.CANCELLED),
        (None, True, EventStatus.CANCELLED, EventStatus.CANCELLED),
        (None, False, EventStatus.SCHEDULED, EventStatus.DRAFT),
        ("scheduled", True, EventStatus.POSTPONED, EventStatus.SCHEDULED),
    ],
)
def test_the_status_of_an_imported_event(
    said: str | None, published: bool, before: EventStatus | None, status: EventStatus
) -> None:
    line = EventLine(id="e", name="E", segment="music", status=said)  # type: ignore[arg-type]
    assert status is status_of(line, published, before)


def test_a_byte_order_mark_is_no_part_of_the_line() -> None:
    line = read_line(1, b'\xef\xbb\xbf{"type":"performer","id":"p","name":"Bj\xc3\xb6rk"}')

    assert isinstance(line, PerformerLine)
    assert line.name == "Björk"


@pytest.mark.parametrize("member", ["tags", "works", "performer_ids", "ticket_limit", "allow_orphans", "waiting_room"])
def test_null_of_an_optional_member_is_the_same_line(member: str) -> None:
    text = '{"type":"event","id":"e","name":"E","segment":"music"%s}'

    line = read_line(1, (text % f',"{member}":null').encode())

    assert line == read_line(1, (text % "").encode())
    assert not isinstance(line, Failure)


def test_a_line_is_read_strictly_and_its_texts_are_cleaned() -> None:
    failure = read_line(1, b'{"type":"event","id":"e","name":"E","segment":"music","ticket_limit":"4.0"}')
    line = read_line(1, '{"type":"performer","id":"p","name":" E\u0301va "}'.encode())

    assert isinstance(failure, Failure)
    assert failure.pointer == "/ticket_limit"
    assert isinstance(line, PerformerLine)
    assert line.name == "Éva"
