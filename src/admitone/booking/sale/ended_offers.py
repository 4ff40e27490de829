"""Offers of tickets that end without a sale: a notice to their buyers."""

from collections.abc import Iterable

from admitone.booking.contracts.resale import AnnounceToPerson, PersonNotice
from admitone.booking.domain.sale_plan import ticket_id
from admitone.booking.store.resales import Row
from admitone.kit.moments import utc_text
from admitone.kit.postgres import Connection


async def announce_ended(conn: Connection, announce: AnnounceToPerson, ended: Iterable[Row]) -> None:
    """Tell the buyers of tickets whose offers ended, in the transaction that ended them. `ended`: as of `end_resales`.

    A cancellation has a mail of its own.
    """
    told = [row for row in ended if not row["is_cancelled"]]
    await _announce(conn, announce, PersonNotice.RESALE_ENDED, told)


async def announce_withdrawn(conn: Connection, announce: AnnounceToPerson, ended: Iterable[Row]) -> None:
    """Tell the buyers that they have back what they took back. `ended`: as of `end_withdrawn`."""
    await _announce(conn, announce, PersonNotice.RESALE_WITHDRAWN, ended)


async def _announce(conn: Connection, announce: AnnounceToPerson, kind: PersonNotice, ended: Iterable[Row]) -> None:
    for row in ended:
        facts = {"email": row["buyer_email"], "name": row["buyer_name"], "event_id": row["event_id"]}
        ids = [ticket_id(row["event_id"], index) for index in row["indexes"]]
        told = {"ticket_ids": ids, "at": utc_text(row["ended_at"])}
        await announce(conn, kind, row["booking_id"], facts | told)
