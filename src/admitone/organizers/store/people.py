"""Statements over people and the organizations that they belong to."""

from datetime import datetime

from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql
from admitone.organizers.contracts import Role
from admitone.organizers.domain.member import MemberOf


async def insert_person(conn: Connection, *, person_id: str, name: str, email: str | None, now: datetime) -> bool:
    """Return False where another person has the address."""
    cursor = await conn.execute(
        load_sql(__package__, "insert_person"), {"id": person_id, "name": name, "email": email, "now": now}
    )
    return cursor.rowcount == 1


async def insert_membership(
    conn: Connection, *, organization_id: str, person_id: str, role: Role, now: datetime
) -> bool:
    """Return False where the person is a member already."""
    cursor = await conn.execute(
        load_sql(__package__, "insert_membership"),
        {"organization_id": organization_id, "person_id": person_id, "role": role.value, "now": now},
    )
    return cursor.rowcount == 1


async def find_member(conn: Connection, *, organization_id: str, role: Role) -> str | None:
    """Return the id of the oldest member with this role."""
    parameters = {"organization_id": organization_id, "role": role.value}
    row = await (await conn.execute(load_sql(__package__, "find_member"), parameters)).fetchone()
    return None if row is None else row["person_id"]


async def list_organizations_of_person(conn: Connection, *, person_id: str) -> list[MemberOf]:
    cursor = await conn.execute(load_sql(__package__, "list_organizations_of_person"), {"person_id": person_id})
    return [MemberOf(row["id"], row["name"], Role(row["role"])) for row in await cursor.fetchall()]
