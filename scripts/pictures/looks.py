"""The looks of each page: the window's size and the colour scheme."""

from typing import Literal

Scheme = Literal["light", "dark"]
LOOKS: tuple[tuple[str, Scheme], ...] = (
    ("phone", "light"),
    ("phone", "dark"),
    ("desktop", "light"),
    ("desktop", "dark"),
)
"""(a size of `tests.browser`: 390 or 1440 px wide, colour scheme)"""
