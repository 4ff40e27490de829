"""Statements over people and the organizations that they belong to."""

from datetime import datetime

from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql
from admitone.organizers.contracts import Role
from admitone.organizers.domain.member import Member, MemberOf, Person


async def insert_person(conn: Connection, *, person: Person, now: datetime) -> bool:
    """Return False where another person has the address."""
    cursor = await conn.execute(
        load_sql(__package__, "insert_person"),
        {
            "id": person.id,
            "name": person.name,
            "email": person.email,
            "password_hash": person.password_hash,
            "now": now,
        },
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


async def find_person_by_email(conn: Connection, *, email: str) -> Person | None:
    row = await (await conn.execute(load_sql(__package__, "find_person_by_email"), {"email": email})).fetchone()
    return None if row is None else Person(**row)


async def read_person(conn: Connection, *, person_id: str) -> Person | None:
    row = await (await conn.execute(load_sql(__package__, "read_person"), {"id": person_id})).fetchone()
    return None if row is None else Person(**row)


async def write_password(conn: Connection, *, person_id: str, password_hash: str | None) -> None:
    """None: the person signs in otherwise."""
    await conn.execute(load_sql(__package__, "write_password"), {"id": person_id, "password_hash": password_hash})


async def lock_password(conn: Connection, *, person_id: str) -> str | None:
    """Return the hash of the person's password; no other transaction changes it until this one ends."""
    row = await (await conn.execute(load_sql(__package__, "lock_password"), {"id": person_id})).fetchone()
    return None if row is None else row["password_hash"]


async def replace_password_hash(conn: Connection, *, person_id: str, old_hash: str, new_hash: str) -> bool:
    """Store another hash of the same password. Return False where the password changed meanwhile."""
    parameters = {"id": person_id, "old_hash": old_hash, "new_hash": new_hash}
    return (await conn.execute(load_sql(__package__, "replace_password_hash"), parameters)).rowcount == 1


async def list_members(conn: Connection, *, organization_id: str) -> list[Member]:
    cursor = await conn.execute(load_sql(__package__, "list_members"), {"organization_id": organization_id})
    return [Member(**{**row, "role": Role(row["role"])}) for row in await cursor.fetchall()]


async def lock_organization(conn: Connection, *, organization_id: str) -> None:
    """Let changes of an organization's members come one after another, in a transaction."""
    await conn.execute(load_sql(__package__, "lock_organization"), {"organization_id": organization_id})


async def read_role(conn: Connection, *, organization_id: str, person_id: str) -> tuple[Role, int] | None:
    """Return (the member's role, how many owners there are); None for no member."""
    parameters = {"organization_id": organization_id, "person_id": person_id}
    row = await (await conn.execute(load_sql(__package__, "read_role"), parameters)).fetchone()
    return None if row is None else (Role(row["role"]), row["owners"])


async def write_role(conn: Connection, *, organization_id: str, person_id: str, role: Role) -> None:
    parameters = {"organization_id": organization_id, "person_id": person_id, "role": role.value}
    await conn.execute(load_sql(__package__, "write_role"), parameters)


async def delete_membership(conn: Connection, *, organization_id: str, person_id: str) -> None:
    parameters = {"organization_id": organization_id, "person_id": person_id}
    await conn.execute(load_sql(__package__, "delete_membership"), parameters)
