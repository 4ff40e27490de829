"""SQL and Lua are first-class files. An SQL file holds the statements of one table or story, each under `-- name: …`
with a header that states its inputs, outputs and invariants; a Lua file is one script. A condition that several
statements share is a statement by itself, which they include by a line `-- include: "name"`.
"""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import LiteralString

_NAME = re.compile(r"^-- name: (\w+)\n", re.MULTILINE)
_INCLUDE = re.compile(r'^[ \t]*-- include: "(\w+)"$', re.MULTILINE)
# Comments are for readers. psycopg prepares and remembers a statement only while it is below 4 kB.
_COMMENT = re.compile(r"[ \t]*--[^\n]*")


@cache
def load_sql(package: str | None, name: str) -> LiteralString:
    """Return the statement `name` of `<package>/sql/*.sql` (pass `__package__`).

    The file is part of the package, so its text counts as a literal. Raises `KeyError` for a name that no file has.
    """
    assert package, "called from a module that is in a package"
    return _read_statements(package)[name]


_names: dict[str, str] = {}
"""Statement → the package and the name of the statement."""


def name_statements(package: str, statements: Mapping[str, str]) -> None:
    """Let traces name the statements of a library: name → statement."""
    _names.update({statement: f"{package}.{name}" for name, statement in statements.items()})


def describe_statement(statement: object) -> str:
    """Return the name of a loaded statement, for a trace; of another one only its first word."""
    if not isinstance(statement, str):
        return "SQL"
    named = _names.get(statement)
    if named is None:
        first = statement.split(maxsplit=1)
        return f"SQL {first[0].lower()}" if first and first[0].isalpha() else "SQL"
    return named


@cache
def load_lua(package: str | None, name: str) -> str:
    """Return the text of `<package>/lua/<name>.lua` (pass `__package__`)."""
    assert package, "called from a module that is in a package"
    return files(package).joinpath("lua", f"{name}.lua").read_text("utf-8")


def split_statements(text: str) -> list[tuple[str, str]]:
    """Return (name, statement with its header) of each statement in an SQL file, in the file's order."""
    _, *parts = _NAME.split(text)
    return list(zip(parts[::2], parts[1::2], strict=True))


@cache
def _read_statements(package: str) -> Mapping[str, LiteralString]:
    statements: dict[str, LiteralString] = {}
    loaded: dict[str, LiteralString] = {}
    for file in files(package).joinpath("sql").iterdir():
        for name, statement in split_statements(file.read_text("utf-8")):
            assert name not in statements, f"{package} has two statements named {name}"
            statements[name] = statement
    for name, text in statements.items():
        whole = _INCLUDE.sub(lambda found: statements[found[1]], text)
        loaded[name] = _COMMENT.sub("", whole).strip().removesuffix(";")
        _names[loaded[name]] = f"{package.removeprefix('admitone.').removesuffix('.store')}.{name}"
    return loaded
