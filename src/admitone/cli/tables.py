"""Tables that commands print: ids are never shortened, and a pipe gets one line for each row."""

from rich.console import Console
from rich.table import Table

PIPE_COLUMNS = 10_000


def make_table(*headings: str) -> Table:
    """Return an empty table. A narrow terminal wraps its words, and ids last."""
    table = Table()
    for heading in headings:
        table.add_column(heading, no_wrap=heading == "id", overflow="fold")
    return table


def print_table(table: Table, if_empty: str, *, console: Console | None = None) -> None:
    console = console or Console(highlight=False, soft_wrap=True)
    if not console.is_terminal:
        console.width = PIPE_COLUMNS
    console.print(table if table.row_count else if_empty, markup=False)
