"""The outbox: a row a mail, from the transaction that makes it necessary to its end."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import msgspec
from msgspec import Struct

from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql
from admitone.mail.contracts import MailKind, MailOrder
from admitone.mail.domain.delivery import LIFE


class Mail(Struct, frozen=True, kw_only=True):
    """A row of `mail.outbox`."""

    id: str
    kind: str
    subject_id: str
    version: int
    copy: int
    booking_id: str | None
    recipient: str | None
    facts: dict[str, Any] | None
    is_bulk: bool
    state: str
    told: int | None
    attempts: int
    unsure: int
    created_at: datetime
    send_after: datetime
    send_before: datetime
    ended_at: datetime | None
    error: str | None

    @property
    def is_repeatable(self) -> bool:
        """Whether it can be sent again: its recipient is still known, or, of a promo code, is read when it is sent."""
        return self.booking_id is not None or self.recipient is not None or self.kind == MailKind.PROMO_CODE.value


async def put_mails(conn: Connection, orders: Sequence[tuple[str, MailOrder]]) -> None:
    """Put (new id, order) into the outbox. Runs in the caller's transaction."""
    notices = [order.notice for _, order in orders]
    await conn.execute(
        load_sql(__package__, "put_mails"),
        {
            "ids": [mail_id for mail_id, _ in orders],
            "kinds": [order.kind.value for _, order in orders],
            "subject_ids": [order.subject_id for _, order in orders],
            "versions": [order.version for _, order in orders],
            "booking_ids": [order.booking_id for _, order in orders],
            "recipients": [order.recipient for _, order in orders],
            "facts": [None if notice is None else msgspec.json.encode(notice).decode() for notice in notices],
            "waits": [order.wait_seconds for _, order in orders],
            "send_befores": [order.send_before for _, order in orders],
            "bulks": [order.is_bulk for _, order in orders],
            "life_seconds": LIFE.total_seconds(),
        },
    )


async def claim_mails(
    conn: Connection, *, size: int, lease_seconds: float, booking_wait_seconds: float = 0.0
) -> list[Mail]:
    """Return mails that are due, for this sender alone: those about bookings after others, bulk last.

    Those about bookings are left alone until they are `booking_wait_seconds` old.
    """
    cursor = await conn.execute(
        load_sql(__package__, "claim_mails"),
        {"size": size, "lease_seconds": lease_seconds, "booking_wait_seconds": booking_wait_seconds},
    )
    mails = [Mail(**row) for row in await cursor.fetchall()]
    return sorted(mails, key=lambda mail: (mail.is_bulk, mail.booking_id is not None, mail.id))


async def begin_sending(conn: Connection, mail: Mail, *, lease_seconds: float, address_key: str) -> bool:
    """Return False where another sender has the mail by now: it must not be sent."""
    cursor = await conn.execute(
        load_sql(__package__, "begin_sending"),
        {"id": mail.id, "attempts": mail.attempts, "lease_seconds": lease_seconds, "address_key": address_key},
    )
    return cursor.rowcount == 1


async def count_due(conn: Connection, counted_max: int) -> int:
    cursor = await conn.execute(load_sql(__package__, "count_due"), {"counted_max": counted_max})
    row = await cursor.fetchone()
    assert row is not None, "a count is one row"
    return int(row["due"])


async def is_told(conn: Connection, mail: Mail) -> bool:
    """Return whether another mail was sent that tells this one's version of the subject, or a later one."""
    cursor = await conn.execute(
        load_sql(__package__, "is_told"),
        {"kind": mail.kind, "subject_id": mail.subject_id, "version": mail.version, "copy": mail.copy},
    )
    row = await cursor.fetchone()
    return row is not None and bool(row["is_told"])


async def end_mail(
    conn: Connection,
    mail: Mail,
    state: str,
    *,
    told: int | None = None,
    error: str | None = None,
    is_kept: bool = False,
) -> bool:
    """Return False where another sender has the mail by now."""
    cursor = await conn.execute(
        load_sql(__package__, "end_mail"),
        {
            "id": mail.id,
            "attempts": mail.attempts,
            "state": state,
            "told": told,
            "error": error,
            "is_kept": is_kept,
        },
    )
    return cursor.rowcount == 1


async def postpone_mail(conn: Connection, mail: Mail, *, wait_seconds: float, error: str, is_unsure: bool) -> None:
    await conn.execute(
        load_sql(__package__, "postpone_mail"),
        {
            "id": mail.id,
            "attempts": mail.attempts,
            "wait_seconds": wait_seconds,
            "error": error,
            "unsure": int(is_unsure),
        },
    )


async def release_mails(conn: Connection, mails: Sequence[Mail], *, wait_seconds: float, error: str) -> None:
    await conn.execute(
        load_sql(__package__, "release_mails"),
        {
            "ids": [mail.id for mail in mails],
            "attempts": [mail.attempts for mail in mails],
            "wait_seconds": wait_seconds,
            "error": error,
        },
    )


async def list_mails(conn: Connection, *, state: str | None, size: int) -> list[Mail]:
    cursor = await conn.execute(load_sql(__package__, "list_mails"), {"state": state, "size": size})
    return [Mail(**row) for row in await cursor.fetchall()]


async def read_mail(conn: Connection, mail_id: str) -> Mail | None:
    cursor = await conn.execute(load_sql(__package__, "read_mail"), {"id": mail_id})
    row = await cursor.fetchone()
    return None if row is None else Mail(**row)


async def copy_mail(conn: Connection, mail_id: str, new_id: str) -> Mail | None:
    cursor = await conn.execute(
        load_sql(__package__, "copy_mail"),
        {"id": mail_id, "new_id": new_id, "life_seconds": LIFE.total_seconds()},
    )
    row = await cursor.fetchone()
    return None if row is None else Mail(**row)


async def list_booking_mails(conn: Connection, booking_id: str, *, size: int) -> list[Mail]:
    cursor = await conn.execute(load_sql(__package__, "list_booking_mails"), {"booking_id": booking_id, "size": size})
    return [Mail(**row) for row in await cursor.fetchall()]


async def find_mail_of(conn: Connection, booking_id: str, kind: MailKind) -> str | None:
    """Return the id of the booking's newest mail of a kind."""
    cursor = await conn.execute(load_sql(__package__, "find_mail_of"), {"booking_id": booking_id, "kind": kind.value})
    row = await cursor.fetchone()
    return None if row is None else str(row["id"])


async def count_copies(conn: Connection, booking_id: str) -> int:
    """Return how many mails of the booking were sent again today, and exclude other copies. Needs a transaction."""
    await conn.execute(load_sql(__package__, "lock_mails_of"), {"subject": booking_id})
    cursor = await conn.execute(load_sql(__package__, "count_copies"), {"booking_id": booking_id})
    row = await cursor.fetchone()
    assert row is not None, "a count is one row"
    return int(row["copies"])


async def count_tests(conn: Connection, beginning: str) -> int:
    """Return how many test mails of these subjects were ordered today, and exclude others. Needs a transaction."""
    await conn.execute(load_sql(__package__, "lock_mails_of"), {"subject": beginning})
    cursor = await conn.execute(load_sql(__package__, "count_tests"), {"beginning": beginning})
    row = await cursor.fetchone()
    assert row is not None, "a count is one row"
    return int(row["tests"])


async def is_reminded(conn: Connection, event_id: str, day: date) -> bool:
    cursor = await conn.execute(load_sql(__package__, "is_reminded"), {"event_id": event_id, "day": day})
    row = await cursor.fetchone()
    return row is not None and bool(row["is_reminded"])


async def record_reminded(conn: Connection, event_id: str, day: date) -> None:
    await conn.execute(load_sql(__package__, "record_reminded"), {"event_id": event_id, "day": day})


async def forget_mails(conn: Connection, *, keep_days: int) -> None:
    await conn.execute(load_sql(__package__, "forget_mails"), {"keep_days": keep_days})
