"""Statements over the audit trail."""

from typing import Any

from psycopg.types.json import Jsonb

from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql
from admitone.organizers.contracts import ActorKind
from admitone.organizers.domain.audit import AuditEntry, AuditFilter


async def insert_audit_entry(conn: Connection, *, organization_id: str, entry: AuditEntry) -> None:
    await conn.execute(
        load_sql(__package__, "insert_audit_entry"),
        {
            "id": entry.id,
            "organization_id": organization_id,
            "at": entry.at,
            "actor_kind": entry.actor_kind.value,
            "actor_id": entry.actor_id,
            "actor_name": entry.actor_name,
            "address": entry.address,
            "agent": entry.agent,
            "action": entry.action,
            "subject": entry.subject,
            "sent": _json(entry.sent),
            "before": _json(entry.before),
        },
    )


async def list_audit_entries(
    conn: Connection, *, organization_id: str, wanted: AuditFilter, size: int, skip: int
) -> tuple[list[AuditEntry], int]:
    """Return (entries of one page, how many match); 0 beyond the last page."""
    cursor = await conn.execute(
        load_sql(__package__, "list_audit_entries"),
        {
            "organization_id": organization_id,
            "pattern": _pattern(wanted.words),
            "actor_kind": wanted.actor_kind.value if wanted.actor_kind else None,
            "starts": wanted.starts,
            "ends": wanted.ends,
            "size": size,
            "skip": skip,
        },
    )
    rows = await cursor.fetchall()
    total = rows[0].pop("total") if rows else 0
    for row in rows:
        row.pop("total", None)
        row["actor_kind"] = ActorKind(row["actor_kind"])
    return [AuditEntry(**row) for row in rows], total


def _json(document: Any) -> Jsonb | None:
    return None if document is None else Jsonb(document)


def _pattern(words: str) -> str | None:
    if not words.strip():
        return None
    escaped = words.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
