"""A migration changes a table under a prepared statement: the request is asked to come again, and the next succeeds."""

import psycopg
import pytest

from admitone.kit.http.problem import is_unavailable, problem_answer
from admitone.kit.postgres import open_pool
from tests.servers import ServerUrls


async def test_a_statement_whose_table_has_changed_is_no_defect(server_urls: ServerUrls) -> None:
    async with open_pool(server_urls.postgres, size_max=1) as pool:
        with psycopg.connect(server_urls.postgres, autocommit=True) as migration:
            migration.execute("create table changed_plan (id int)")
            try:
                async with pool.connection() as conn:
                    await conn.execute("select * from changed_plan", prepare=True)
                migration.execute("alter table changed_plan add column row int")

                with pytest.raises(psycopg.errors.FeatureNotSupported) as raised:
                    async with pool.connection() as conn:
                        await conn.execute("select * from changed_plan", prepare=True)
                async with pool.connection() as conn:
                    again = await conn.execute("select * from changed_plan", prepare=True)
            finally:
                migration.execute("drop table changed_plan")

    assert is_unavailable(raised.value)
    assert problem_answer(raised.value, method="POST", path="/booking/confirm")[0] == 503
    assert again.description is not None
    assert [column.name for column in again.description] == ["id", "row"]


def test_a_feature_that_postgresql_lacks_is_a_defect(server_urls: ServerUrls) -> None:
    with psycopg.connect(server_urls.postgres) as conn, pytest.raises(psycopg.errors.FeatureNotSupported) as raised:
        conn.execute("select count(*) from pg_class for update")

    assert not is_unavailable(raised.value)
