"""`admitone operator grant`, `list` and `revoke` on the run's real servers."""

import psycopg
import pytest
from click.testing import CliRunner

from admitone.cli.main import main

PERSON = """
    insert into organizers.organizations (id, name, created_at) values ('org_1', 'Opera', now());
    insert into organizers.people (id, name, email, created_at) values ('prs_1', 'Ada', 'Ada@Example.org', now());
    insert into organizers.memberships (organization_id, person_id, role, created_at)
    values ('org_1', 'prs_1', 'scanner', now());
"""


def test_an_operator_is_granted_listed_and_revoked(
    monkeypatch: pytest.MonkeyPatch, database_url: str, redis_url: str
) -> None:
    for name, value in (
        ("DATABASE_URL", database_url),
        ("REDIS_URL", redis_url),
        ("SECRET_KEY", "k" * 32),
        ("PAYMENTS", "simulated"),
    ):
        monkeypatch.setenv(f"ADMITONE_{name}", value)
    with psycopg.connect(database_url) as conn:
        conn.execute(PERSON)

    def run(*arguments: str) -> tuple[int, str]:
        result = CliRunner().invoke(main, ["operator", *arguments])
        return result.exit_code, result.output.strip()

    ada = ("--email", "ada@example.org")
    assert run("list") == (0, "There is no operator yet: admitone operator grant --email …")
    assert run("grant", *ada) == (0, "Ada operates the installation")
    assert run("grant", *ada) == (0, "Ada already operates the installation")
    assert "Ada@Example.org  Ada  since" in run("list")[1]
    assert run("revoke", *ada) == (0, "Ada no longer operates the installation")
    assert run("revoke", *ada) == (0, "Ada did not operate the installation")
    assert run("grant", "--email", "nobody@example.org")[0] == 1
    with psycopg.connect(database_url) as conn:
        entries = conn.execute("select action, subject from organizers.audit_entries order by at").fetchall()
    assert entries == [("grantOperator", "people/prs_1"), ("revokeOperator", "people/prs_1")]
