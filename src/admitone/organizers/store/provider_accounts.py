"""Statements over accounts at an OpenID Connect provider."""

from datetime import datetime

from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql
from admitone.organizers.contracts import Role
from admitone.organizers.domain.member import Person


async def find_person_by_subject(conn: Connection, *, issuer: str, subject: str) -> Person | None:
    parameters = {"issuer": issuer, "subject": subject}
    row = await (await conn.execute(load_sql(__package__, "find_person_by_subject"), parameters)).fetchone()
    return None if row is None else Person(**row)


async def insert_provider_account(
    conn: Connection, *, issuer: str, subject: str, person_id: str, now: datetime
) -> bool:
    """Return False where the account is another person's, or the person has another account there."""
    parameters = {"issuer": issuer, "subject": subject, "person_id": person_id, "now": now}
    return (await conn.execute(load_sql(__package__, "insert_provider_account"), parameters)).rowcount == 1


async def find_invitation_of_address(conn: Connection, *, email: str, now: datetime) -> tuple[bytes, str, Role] | None:
    """Return (token hash, organization, role) of the newest invitation that was made for an address."""
    parameters = {"email": email, "now": now}
    row = await (await conn.execute(load_sql(__package__, "find_invitation_of_address"), parameters)).fetchone()
    return None if row is None else (bytes(row["token_hash"]), row["organization_id"], Role(row["role"]))
