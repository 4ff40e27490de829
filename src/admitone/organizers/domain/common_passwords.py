"""Passwords of ten characters and more that are tried first; shorter ones are refused for their length."""

from functools import cache
from importlib.resources import files


@cache
def common_passwords() -> frozenset[str]:
    """Return them in lower case."""
    text = files(__package__).joinpath("common_passwords.txt").read_text("utf-8")
    return frozenset(text.splitlines())
