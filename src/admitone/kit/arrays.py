"""Lists as PostgreSQL array parameters, fast.

A batch is a handful of lists. psycopg inspects every element for its type and quoting; this module encodes a list in
one call. An array literal is JSON without its brackets, except for JSON's escapes of control characters (PostgreSQL,
"Array Input and Output Syntax": a backslash quotes the next character). Bytes become hexadecimal. psycopg still encodes
nested lists and lists with such escapes.
"""

import re
from typing import Any

import msgspec
from psycopg.adapt import PyFormat
from psycopg.types.array import ListDumper

_ODD_ESCAPE = re.compile(rb'\\[^"\\]')
_PLAIN = frozenset({str, int, bool, type(None)})
_BINARY = frozenset({bytes, type(None)})


class FastListDumper(ListDumper):
    """Leave the parameter's type to the statement, which names it (`::text[]`) or implies it (`= any(…)`)."""

    def get_key(self, obj: list[Any], format: PyFormat) -> Any:  # noqa: A002 - psycopg's name
        return self.cls if _is_plain(obj) or _is_binary(obj) else super().get_key(obj, format)

    def upgrade(self, obj: list[Any], format: PyFormat) -> Any:  # noqa: A002 - psycopg's name
        return self if _is_plain(obj) or _is_binary(obj) else super().upgrade(obj, format)

    def dump(self, obj: list[Any]) -> Any:
        if _is_plain(obj):
            encoded = msgspec.json.encode(obj)
            if _ODD_ESCAPE.search(encoded) is None:
                return b"{" + encoded[1:-1] + b"}"
        if _is_binary(obj):
            items = ["NULL" if item is None else f'"\\\\x{item.hex()}"' for item in obj]
            return f"{{{','.join(items)}}}".encode()
        return super().dump(obj)


def _is_plain(obj: list[Any]) -> bool:
    return _PLAIN.issuperset(map(type, obj))


def _is_binary(obj: list[Any]) -> bool:
    return _BINARY.issuperset(map(type, obj))
