"""The audit trail as JSON and CSV."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from admitone.kit.paging import Page
from admitone.kit.spreadsheet import BYTE_ORDER_MARK, csv_line, safe_cell
from admitone.organizers.domain.audit import AuditEntry, Difference, differences, words_of
from admitone.organizers.schemas.caller import ActorOut


class AuditEntryOut(Struct):
    """`action`: the id of the operation; `summary`: the same in words. `subject`: what was changed. `sent`: the body
    without secrets and buyers. `before`: what the members that it changed were; `differences`: from what to what."""

    id: str
    at: datetime
    actor: ActorOut
    address: str | None
    agent: str
    action: str
    summary: str
    subject: str
    sent: Any
    before: Any
    differences: list[Difference]

    @classmethod
    def of(cls, entry: AuditEntry) -> "AuditEntryOut":
        return cls(
            id=entry.id,
            at=entry.at,
            actor=ActorOut(entry.actor_kind.value, entry.actor_id, entry.actor_name),
            address=entry.address,
            agent=entry.agent,
            action=entry.action,
            summary=words_of(entry.action),
            subject=entry.subject,
            sent=entry.sent,
            before=entry.before,
            differences=differences(entry),
        )


class AuditTrailOut(Struct):
    entries: list[AuditEntryOut]
    page: Page


AUDIT_COLUMNS = (
    *("id", "at", "actor_kind", "actor_id", "actor_name", "address", "action", "subject", "sent", "before", "agent"),
)


async def audit_lines(entries: AsyncIterator[AuditEntry]) -> AsyncIterator[bytes]:
    """CSV of the audit trail, with a byte order mark."""
    yield BYTE_ORDER_MARK + csv_line(AUDIT_COLUMNS)
    async for entry in entries:
        cells = (
            *(entry.id, entry.at.isoformat(), entry.actor_kind.value, entry.actor_id, entry.actor_name),
            *(entry.address or "", entry.action, entry.subject, _json_text(entry.sent), _json_text(entry.before)),
            entry.agent,
        )
        yield csv_line([safe_cell(cell) for cell in cells])


def _json_text(document: Any) -> str:
    return "" if document is None else msgspec.json.encode(document).decode()
