"""Where in a list a page is."""

from msgspec import Struct


class Page(Struct, frozen=True):
    """`number` counts from 0."""

    number: int
    size: int
    total: int
    total_pages: int


def page_of(number: int, size: int, total: int) -> Page:
    return Page(number, size, total, -(-total // size))
