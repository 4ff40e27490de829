"""Tables of commands contain whole ids, also on a terminal of 80 columns."""

from io import StringIO

import pytest
from rich.console import Console

from admitone.cli.tables import make_table, print_table

KEY_ID = "key_01m8psaye1s7357jz00ytng67m"


@pytest.mark.parametrize("is_terminal", [True, False])
def test_an_id_is_never_shortened(is_terminal: bool) -> None:
    table = make_table("id", "name", "role", "state", "created", "last use", "expires")
    table.add_row(KEY_ID, "gate north", "scanner", "live", "2026-11-30 17:51 UTC", "never", "2026-12-02 17:51 UTC")
    text = StringIO()

    print_table(table, "", console=Console(file=text, width=80, force_terminal=is_terminal, soft_wrap=True))

    assert KEY_ID in text.getvalue()


def test_a_pipe_gets_one_line_for_each_row() -> None:
    table = make_table("id", "name")
    table.add_row(KEY_ID, "gate " * 40 + "north")
    text = StringIO()

    print_table(table, "", console=Console(file=text, width=80, soft_wrap=True))

    assert [line for line in text.getvalue().splitlines() if KEY_ID in line and "north" in line]
