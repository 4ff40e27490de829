"""Statements over links that work once."""

from datetime import datetime

from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql
from admitone.organizers.contracts import LinkPurpose, OneTimeLink, Role
from admitone.organizers.domain.member import PendingInvitation


async def insert_link(
    conn: Connection,
    *,
    link_id: str,
    token_hash: bytes,
    purpose: LinkPurpose,
    organization_id: str,
    role: Role,
    person_id: str | None,
    email: str | None,
    created_by: str | None,
    now: datetime,
    expires_at: datetime,
) -> bool:
    """Return False where there is no such organization."""
    cursor = await conn.execute(
        load_sql(__package__, "insert_link"),
        {
            "id": link_id,
            "token_hash": token_hash,
            "purpose": purpose.value,
            "organization_id": organization_id,
            "role": role.value,
            "person_id": person_id,
            "email": email,
            "created_by": created_by,
            "now": now,
            "expires_at": expires_at,
        },
    )
    return cursor.rowcount == 1


async def read_link(conn: Connection, *, token_hash: bytes, now: datetime) -> OneTimeLink | None:
    """Return the link, or None where it does not work any more."""
    cursor = await conn.execute(load_sql(__package__, "read_link"), {"token_hash": token_hash, "now": now})
    row = await cursor.fetchone()
    if row is None:
        return None
    return OneTimeLink(
        purpose=LinkPurpose(row["purpose"]),
        organization_id=row["organization_id"],
        organization_name=row["organization_name"],
        role=Role(row["role"]),
        person_id=row["person_id"],
        person_name=row["person_name"],
        email=row["email"],
    )


async def use_link(conn: Connection, *, token_hash: bytes, now: datetime) -> bool:
    """Return whether this request is the one that used the link."""
    cursor = await conn.execute(load_sql(__package__, "use_link"), {"token_hash": token_hash, "now": now})
    return cursor.rowcount == 1


async def list_invitations(conn: Connection, *, organization_id: str, now: datetime) -> list[PendingInvitation]:
    """Return the invitations that still work, the newest first."""
    parameters = {"organization_id": organization_id, "now": now}
    cursor = await conn.execute(load_sql(__package__, "list_invitations"), parameters)
    return [PendingInvitation(**{**row, "role": Role(row["role"])}) for row in await cursor.fetchall()]


async def revoke_invitation(
    conn: Connection, *, organization_id: str, link_id: str, now: datetime
) -> dict[str, str] | None:
    """Return the role of the revoked invitation; None where none works."""
    parameters = {"organization_id": organization_id, "id": link_id, "now": now}
    cursor = await conn.execute(load_sql(__package__, "revoke_invitation"), parameters)
    return await cursor.fetchone()


async def revoke_invitations_of(conn: Connection, *, organization_id: str, actor_id: str, now: datetime) -> None:
    """Revoke the invitations that a person or an API key made in an organization and that still work."""
    parameters = {"organization_id": organization_id, "created_by": actor_id, "now": now}
    await conn.execute(load_sql(__package__, "revoke_invitations_of"), parameters)


async def revoke_access_links(conn: Connection, *, person_id: str, now: datetime) -> None:
    """Revoke the links by which a person could set a new password."""
    await conn.execute(load_sql(__package__, "revoke_access_links"), {"person_id": person_id, "now": now})
