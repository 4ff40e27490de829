"""Find SQL statements by their names."""

import pytest
from procrastinate.sql import queries

import admitone.kit.jobs  # noqa: F401 - names the statements of the queue
from admitone.kit.sql import describe_statement, load_sql, split_statements

FILE = """-- name: read_ticket
-- A ticket by its id.
select state -- as it is now
from booking.tickets
where id = %(id)s;


-- name: lock_ticket
-- The same, locked.
select state from booking.tickets where id = %(id)s for update;
"""


def test_a_file_is_split_by_the_names_of_its_statements() -> None:
    names = [name for name, _ in split_statements(FILE)]

    assert names == ["read_ticket", "lock_ticket"]
    assert dict(split_statements(FILE))["lock_ticket"].startswith("-- The same, locked.\nselect")


def test_a_statement_is_sent_without_its_comments() -> None:
    statement = load_sql("admitone.booking.store", "claim_tickets")

    assert "--" not in statement
    assert statement.startswith("with asked as (")
    assert not statement.endswith(";")


def test_a_condition_that_statements_share_is_one_text() -> None:
    condition = load_sql("admitone.booking.store", "bookings_found")

    for name in ("list_bookings", "count_bookings", "count_tickets"):
        assert condition in load_sql("admitone.booking.store", name)


def test_an_unknown_name_is_an_error() -> None:
    with pytest.raises(KeyError, match="no_such_statement"):
        load_sql("admitone.booking.store", "no_such_statement")


def test_statements_of_the_job_queue_have_its_names() -> None:
    assert describe_statement(queries["fetch_job"]) == "procrastinate.fetch_job"
    assert describe_statement("select 1") == "SQL select"
