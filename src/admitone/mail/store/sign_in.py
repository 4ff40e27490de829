"""Sign-in links and sessions."""

import hashlib

from msgspec import Struct

from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql


class NewLink(Struct, frozen=True):
    """`address_key`, `block_key`: keyed hashes that limits count; `block_key` None: not counted."""

    id: str
    address: str
    address_key: str
    block_key: str | None


class LinkAnswer(Struct, frozen=True):
    """`is_block_full`: the client's address block has had too many links in the last hour."""

    is_inserted: bool
    is_block_full: bool


async def insert_sign_in_link(
    conn: Connection, link: NewLink, *, address_max: int, block_max: int, minutes: int
) -> LinkAnswer:
    """Insert the link if the limits allow it. Needs a transaction."""
    keys = [link.address_key, *([link.block_key] if link.block_key else [])]
    await conn.execute(load_sql(__package__, "lock_sign_ins"), {"keys": keys})
    cursor = await conn.execute(
        load_sql(__package__, "insert_sign_in_link"),
        {
            "id": link.id,
            "address": link.address,
            "address_key": link.address_key,
            "block_key": link.block_key,
            "address_max": address_max,
            "block_max": block_max,
            "minutes": minutes,
        },
    )
    row = await cursor.fetchone()
    assert row is not None, "counts are one row"
    return LinkAnswer(**row)


async def exchange_sign_in_link(conn: Connection, link_id: str, token: str, *, days: int) -> str | None:
    """Return the address; None for a link that is unknown, was used or has expired."""
    cursor = await conn.execute(
        load_sql(__package__, "exchange_sign_in_link"), {"id": link_id, "token_hash": token_hash(token), "days": days}
    )
    row = await cursor.fetchone()
    return None if row is None else str(row["address"])


async def read_session(conn: Connection, token: str) -> str | None:
    cursor = await conn.execute(load_sql(__package__, "read_session"), {"token_hash": token_hash(token)})
    row = await cursor.fetchone()
    return None if row is None else str(row["address"])


async def revoke_session(conn: Connection, token: str) -> None:
    await conn.execute(load_sql(__package__, "revoke_session"), {"token_hash": token_hash(token)})


async def revoke_sessions(conn: Connection, address: str) -> int:
    """Return how many sessions of the address ended."""
    return (await conn.execute(load_sql(__package__, "revoke_sessions"), {"address": address})).rowcount


async def forget_sign_ins(conn: Connection) -> None:
    await conn.execute(load_sql(__package__, "forget_sign_ins"))


def token_hash(token: str) -> bytes:
    """A token has 256 random bits: its digest needs no salt and no slow hash."""
    return hashlib.sha256(token.encode()).digest()
