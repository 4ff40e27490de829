"""The record of what staff corrected of a booking's buyer: what kind of data, by whom and when, never the data."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql


class BuyerCorrection(Struct, frozen=True):
    changed: Literal["name", "address"]
    made_by_name: str
    made_at: datetime


async def list_buyer_corrections(conn: Connection, booking_id: str) -> list[BuyerCorrection]:
    """Return the earliest first."""
    cursor = await conn.execute(load_sql(__package__, "list_buyer_corrections"), {"booking_id": booking_id})
    return [BuyerCorrection(**row) for row in await cursor.fetchall()]
