"""A page of a list: its number, and the number of pages."""

from msgspec import Struct, structs


class Page(Struct, frozen=True):
    """The `page` member of every list. `number` counts from 0."""

    number: int
    size: int
    total: int
    total_pages: int


def page_of(number: int, size: int, total: int) -> Page:
    """Return the page with its number of pages, rounded up."""
    return Page(number, size, total, -(-total // size))


def page_members(number: int, size: int, total: int) -> dict[str, int]:
    """Return the page as a dictionary, for bodies of plain values."""
    return structs.asdict(page_of(number, size, total))
