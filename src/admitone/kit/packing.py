"""Compression of bytes that are made once and sent to many clients: worth a few milliseconds."""

import zlib

_STRATEGIES = (zlib.Z_DEFAULT_STRATEGY, zlib.Z_HUFFMAN_ONLY)
_LEVEL = 6
_GZIP = zlib.MAX_WBITS | 16


def pack(body: bytes) -> bytes:
    """Return `body` as a gzip stream.

    Matching repetitions pays in a hall that sells in order, not in one that sells at random: use the shorter result.
    """
    return min((_compress(body, _GZIP, strategy, zlib.Z_FINISH) for strategy in _STRATEGIES), key=len)


def pack_part(body: bytes) -> bytes:
    """Return `body` as deflate blocks that refer to nothing before them and end on a whole byte (RFC 1951)."""
    return min((_compress(body, -zlib.MAX_WBITS, strategy, zlib.Z_FULL_FLUSH) for strategy in _STRATEGIES), key=len)


def _compress(body: bytes, window_bits: int, strategy: int, mode: int) -> bytes:
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, window_bits, zlib.DEF_MEM_LEVEL, strategy)
    return packer.compress(body) + packer.flush(mode)
