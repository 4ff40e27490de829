"""Lists as PostgreSQL array parameters, fast.

A batch is a handful of lists. psycopg inspects every element for its type and quoting; this module encodes a list in
one call. An array literal is JSON without its brackets, except for JSON's escapes of control characters (PostgreSQL,
"Array Input and Output Syntax": a backslash quotes the next character). Bytes become hexadecimal. Tuples become
composite values ("Composite Types", where nothing is null), whose quotes psycopg finds by regular expressions. psycopg
still encodes nested lists and lists with such escapes.
"""

import re
from typing import Any

import msgspec
from psycopg.adapt import PyFormat
from psycopg.types.array import ListDumper

_ODD_ESCAPE = re.compile(rb'\\[^"\\]')
_PLAIN = frozenset({str, int, bool, type(None)})
_BINARY = frozenset({bytes, type(None)})
_ROWS = frozenset({tuple})


class FastListDumper(ListDumper):
    """Leave the parameter's type to the statement, which names it (`::text[]`) or implies it (`= any(…)`)."""

    def get_key(self, obj: list[Any], format: PyFormat) -> Any:  # noqa: A002 - psycopg's name
        return self.cls if _is_known(obj) else super().get_key(obj, format)

    def upgrade(self, obj: list[Any], format: PyFormat) -> Any:  # noqa: A002 - psycopg's name
        return self if _is_known(obj) else super().upgrade(obj, format)

    def dump(self, obj: list[Any]) -> Any:
        if _is_plain(obj):
            encoded = msgspec.json.encode(obj)
            if _ODD_ESCAPE.search(encoded) is None:
                return b"{" + encoded[1:-1] + b"}"
        if _is_binary(obj):
            items = ["NULL" if item is None else f'"\\\\x{item.hex()}"' for item in obj]
            return f"{{{','.join(items)}}}".encode()
        if _is_rows(obj):
            return b"{" + b",".join([_quoted(self._row(row)) for row in obj]) + b"}"
        return super().dump(obj)

    def _row(self, row: tuple[Any, ...]) -> bytes:
        return b"(" + b",".join([self._field(item) for item in row]) + b")"

    def _field(self, item: Any) -> bytes:
        text = None if item is None else self._tx.get_dumper(item, PyFormat.TEXT).dump(item)
        return b"" if text is None else _quoted(bytes(text))


def _quoted(text: bytes) -> bytes:
    return b'"' + text.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'


def _is_known(obj: list[Any]) -> bool:
    return _is_plain(obj) or _is_binary(obj) or _is_rows(obj)


def _is_rows(obj: list[Any]) -> bool:
    return _ROWS.issuperset(map(type, obj))


def _is_plain(obj: list[Any]) -> bool:
    return _PLAIN.issuperset(map(type, obj))


def _is_binary(obj: list[Any]) -> bool:
    return _BINARY.issuperset(map(type, obj))
