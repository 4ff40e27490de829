"""Statements over versions of terms, and what buyers agreed to."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql
from admitone.organizers.contracts.settings import Agreement, KeptAgreement, Presentation, Terms


async def insert_terms(
    conn: Connection, organization_id: str, *, terms_id: str, url: str | None, body: str | None, now: datetime
) -> Terms:
    """The caller has locked the organization."""
    values = {"id": terms_id, "organization_id": organization_id, "url": url, "body": body, "now": now}
    row = await (await conn.execute(load_sql(__package__, "insert_terms"), values)).fetchone()
    assert row is not None, "an aggregate has a row"
    return Terms(terms_id, row["number"], url, body, now)


async def list_terms(conn: Connection, organization_id: str, *, limit: int) -> list[Terms]:
    values = {"organization_id": organization_id, "limit": limit}
    cursor = await conn.execute(load_sql(__package__, "list_terms"), values)
    return [Terms(**row) for row in await cursor.fetchall()]


async def read_terms(conn: Connection, organization_id: str, *, number: int) -> Terms | None:
    values = {"organization_id": organization_id, "number": number}
    row = await (await conn.execute(load_sql(__package__, "read_terms"), values)).fetchone()
    return None if row is None else Terms(**row)


async def is_terms_of(conn: Connection, organization_id: str, terms_id: str) -> bool:
    values = {"organization_id": organization_id, "id": terms_id}
    return await (await conn.execute(load_sql(__package__, "is_terms_of"), values)).fetchone() is not None


async def read_presentation(conn: Connection, organization_id: str) -> Presentation | None:
    values = {"organization_id": organization_id}
    row = await (await conn.execute(load_sql(__package__, "read_presentation"), values)).fetchone()
    return None if row is None else Presentation(organization_id, **row)


async def record_agreements(conn: Connection, agreements: Sequence[Agreement], *, now: datetime) -> None:
    values = {
        "booking_ids": [agreement.booking_id for agreement in agreements],
        "terms_ids": [agreement.terms_id for agreement in agreements],
        "now": now,
    }
    await conn.execute(load_sql(__package__, "record_agreements"), values)


async def read_agreement(conn: Connection, organization_id: str, booking_id: str) -> KeptAgreement | None:
    values = {"organization_id": organization_id, "booking_id": booking_id}
    row = await (await conn.execute(load_sql(__package__, "read_agreement"), values)).fetchone()
    return None if row is None else KeptAgreement(**row)


async def list_agreements(conn: Connection, booking_ids: Sequence[str]) -> list[dict[str, Any]]:
    """Return what the buyers of these bookings agreed to, as rows."""
    cursor = await conn.execute(load_sql(__package__, "list_agreements"), {"booking_ids": list(booking_ids)})
    return await cursor.fetchall()
