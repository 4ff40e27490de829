"""SQL and Lua are first-class files: one statement or script a file, with a header that says what it promises."""

from functools import cache
from importlib.resources import files
from typing import LiteralString


@cache
def load_sql(package: str, name: str) -> LiteralString:
    """Text of `<package>/sql/<name>.sql`. It ships with the package, hence it counts as a literal."""
    return files(package).joinpath("sql", f"{name}.sql").read_text("utf-8")


@cache
def load_lua(package: str, name: str) -> str:
    """Text of `<package>/lua/<name>.lua`."""
    return files(package).joinpath("lua", f"{name}.lua").read_text("utf-8")
