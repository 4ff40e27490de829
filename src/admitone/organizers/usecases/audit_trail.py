"""The audit trail: record a change, list the entries."""

from collections.abc import AsyncIterator
from typing import Any

import msgspec

from admitone.kit.ids import new_id
from admitone.kit.postgres import Connection
from admitone.organizers.contracts import ActorKind, Identity, Origin, Role
from admitone.organizers.domain.audit import AuditEntry, AuditFilter, summarize, summarize_body
from admitone.organizers.store import audit as store
from admitone.organizers.usecases.deps import Deps

EXPORT_ENTRIES_MAX = 100_000
WORKER_AGENT = "admitone worker"
_EXPORT_PAGE = 1_000


async def record_change(
    deps: Deps,
    identity: Identity,
    origin: Origin,
    *,
    action: str,
    subject: str,
    body: bytes = b"",
    before: Any = None,
) -> None:
    """Append an entry. `body`: the JSON that the caller sent; `before`: what there was of it. Secrets and buyers in
    them are left out."""
    entry = AuditEntry(
        id=new_id("aud"),
        at=deps.now(),
        actor_kind=identity.actor_kind,
        actor_id=identity.actor_id,
        actor_name=identity.actor_name,
        address=origin.address,
        agent=origin.agent,
        action=action,
        subject=subject,
        sent=summarize_body(body),
        before=summarize(before),
    )
    async with deps.pool.connection() as conn:
        await store.insert_audit_entry(conn, organization_id=identity.organization_id, entry=entry)


async def record_for_person(
    deps: Deps, conn: Connection, identity: Identity, *, action: str, subject: str, done: Any
) -> None:
    """Append an entry for a change that a job makes in the name of a person or a key, in its transaction."""
    entry = AuditEntry(
        id=new_id("aud"),
        at=deps.now(),
        actor_kind=identity.actor_kind,
        actor_id=identity.actor_id,
        actor_name=identity.actor_name,
        address=None,
        agent=WORKER_AGENT,
        action=action,
        subject=subject,
        sent=summarize_body(msgspec.json.encode(done)),
    )
    await store.insert_audit_entry(conn, organization_id=identity.organization_id, entry=entry)


async def record_command(deps: Deps, *, organization_id: str, user: str, action: str, subject: str) -> None:
    """Append an entry for a command of `user` on the server's command line."""
    operator = Identity(organization_id, Role.OWNER, user, ActorKind.COMMAND, user)
    await record_change(deps, operator, Origin(None, "admitone"), action=action, subject=subject)


async def list_audit_entries(
    deps: Deps, *, organization_id: str, wanted: AuditFilter, page: int, size: int
) -> tuple[list[AuditEntry], int]:
    """Return (one page of the entries, the newest first; how many match)."""
    async with deps.pool.connection() as conn:
        return await store.list_audit_entries(
            conn, organization_id=organization_id, wanted=wanted, size=size, skip=page * size
        )


async def export_audit_entries(deps: Deps, *, organization_id: str, wanted: AuditFilter) -> AsyncIterator[AuditEntry]:
    """Yield the matching entries, the newest first, at most `EXPORT_ENTRIES_MAX`."""
    for page in range(EXPORT_ENTRIES_MAX // _EXPORT_PAGE):
        entries, _ = await list_audit_entries(
            deps, organization_id=organization_id, wanted=wanted, page=page, size=_EXPORT_PAGE
        )
        for entry in entries:
            yield entry
        if len(entries) < _EXPORT_PAGE:
            return
