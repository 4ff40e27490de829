"""The draw of a waiting list: prepared when the organizer chooses it, made once, public afterwards.

The functions are the waiting room's (docs/reference/waiting-room.md), so that one program verifies both.
"""

import asyncio
import hashlib
import secrets
from datetime import datetime

from admitone.booking.contracts.resale import WaitingDraw
from admitone.booking.domain.resale_refusals import WaitingDrawNotFound
from admitone.booking.store import waiting_draws as store
from admitone.booking.usecases.deps import Deps
from admitone.kit.postgres import Connection

SEED_BYTES = 32
ENTRANTS_SHOWN = 1_000


async def prepare_draw(conn: Connection, event_id: str) -> None:
    """Choose the seed, once for an event: its commitment is public from now on."""
    await store.prepare_draw(conn, event_id, secrets.token_bytes(SEED_BYTES))


async def make_draw(deps: Deps, conn: Connection, *, event_id: str, now: datetime) -> bool:
    """Draw the order of all who wait, once the moment has come. Return whether offers must still wait for the draw.

    The caller has the list's lock, so the entrants are everybody who joined before.
    """
    draw = await store.read_draw(conn, event_id)
    if draw is None or draw.drawn_at is not None or not draw.is_chosen:
        return False
    if draw.draw_at is None or now < draw.draw_at:
        return True
    ids = await store.list_entrants(conn, event_id)
    if ids:
        # Some 30 hashes an entrant: a second for 20,000.
        lots = await asyncio.to_thread(deps.draw_lots, draw.seed, event_id, ids)
        await store.record_draw(conn, event_id, entrants_hash=lots.entrants_hash, ids=ids, ranks=lots.ranks)
    return False


async def get_waiting_draw(deps: Deps, *, event_id: str, page: int) -> WaitingDraw:
    """Return what is public of an event's draw, with one page of its entrants. Raises `WaitingDrawNotFound`."""
    async with deps.pool.connection() as conn:
        draw = await store.read_draw(conn, event_id)
        if draw is None:
            raise WaitingDrawNotFound
        drawn: list[tuple[str, int]] = []
        if draw.drawn_at is not None:
            drawn = await store.list_drawn(conn, event_id, size=ENTRANTS_SHOWN, skip=page * ENTRANTS_SHOWN)
    return WaitingDraw(
        event_id=event_id,
        seed_commitment=hashlib.sha256(draw.seed).hexdigest(),
        draw_at=draw.draw_at,
        drawn_at=draw.drawn_at,
        seed=None if draw.drawn_at is None else draw.seed.hex(),
        draw_size=draw.draw_size,
        entrants_hash=None if draw.entrants_hash is None else draw.entrants_hash.hex(),
        marks=tuple(deps.mark_entrant(event_id, entry_id).hex() for entry_id, _ in drawn),
        ranks=tuple(rank for _, rank in drawn),
    )
