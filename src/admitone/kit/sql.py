"""SQL and Lua are first-class files: one statement or script a file, with a header that says what it promises."""

import re
from functools import cache
from importlib.resources import files
from typing import LiteralString

# Comments are for readers. psycopg prepares and remembers a statement only while it is below 4 kB.
_COMMENT = re.compile(r"[ \t]*--[^\n]*")


@cache
def load_sql(package: str | None, name: str) -> LiteralString:
    """Statement of `<package>/sql/<name>.sql` (pass `__package__`). It ships with us, hence counts as a literal."""
    assert package, "called from a module that is in a package"
    text = files(package).joinpath("sql", f"{name}.sql").read_text("utf-8")
    return _COMMENT.sub("", text).strip()


@cache
def load_lua(package: str | None, name: str) -> str:
    """Text of `<package>/lua/<name>.lua` (pass `__package__`)."""
    assert package, "called from a module that is in a package"
    return files(package).joinpath("lua", f"{name}.lua").read_text("utf-8")
