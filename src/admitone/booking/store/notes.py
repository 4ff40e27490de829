"""What staff write about a booking: added, never changed."""

from datetime import datetime

from msgspec import Struct

from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql


class Note(Struct, frozen=True):
    id: str
    booking_id: str
    text: str
    written_by: str
    written_by_name: str
    written_at: datetime


async def insert_note(
    conn: Connection,
    *,
    note_id: str,
    booking_id: str,
    organization_id: str,
    text: str,
    written_by: str,
    written_by_name: str,
    notes_max: int,
) -> bool:
    """Return whether this call wrote the note."""
    cursor = await conn.execute(
        load_sql(__package__, "insert_note"),
        {
            "id": note_id,
            "booking_id": booking_id,
            "organization_id": organization_id,
            "text": text,
            "written_by": written_by,
            "written_by_name": written_by_name,
            "notes_max": notes_max,
        },
    )
    return await cursor.fetchone() is not None


async def list_notes(conn: Connection, booking_id: str) -> list[Note]:
    """Return the earliest first."""
    cursor = await conn.execute(load_sql(__package__, "list_notes"), {"booking_id": booking_id})
    return [Note(**row) for row in await cursor.fetchall()]
