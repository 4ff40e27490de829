"""Split a stream of bytes into lines, with at most one line in memory."""

from collections.abc import AsyncIterable, AsyncIterator

from admitone.catalogue.domain.import_lines import LINE_BYTES_MAX, Failure


async def split_lines(chunks: AsyncIterable[bytes]) -> AsyncIterator[tuple[int, bytes] | Failure]:
    """Yield (number from 1, line) of lines that are not blank; a line over 1 MiB is a failure, and the next lines
    follow."""
    number, rest, skipping = 1, bytearray(), False
    async for chunk in chunks:
        *ended, tail = chunk.split(b"\n")
        for piece in ended:
            if skipping:
                yield _too_long(number)
            elif rest:
                rest += piece
                yield _too_long(number) if len(rest) > LINE_BYTES_MAX else (number, bytes(rest))
            elif len(piece) > LINE_BYTES_MAX:
                yield _too_long(number)
            elif piece.strip():
                yield number, piece
            rest.clear()
            skipping = False
            number += 1
        if skipping:
            continue
        rest += tail
        if len(rest) > LINE_BYTES_MAX:
            rest.clear()
            skipping = True
    if skipping:
        yield _too_long(number)
    elif rest.strip():
        yield number, bytes(rest)


def _too_long(number: int) -> Failure:
    return Failure(number, None, "line-too-long", f"A line has at most {LINE_BYTES_MAX} bytes.", "")
