"""Ranks two and three: claims and sales, a batch a statement."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

import msgspec
from msgspec import Struct

from admitone.booking.contracts import BookedTicket, Booking, BookingStatus, BoxOfficePayment
from admitone.booking.domain import attempt_limits
from admitone.booking.domain.pricing import price_order
from admitone.booking.domain.promo import PromoTerms
from admitone.booking.domain.sale_plan import ticket_id
from admitone.booking.store.promo_uses import judge_promos, record_promo_uses
from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql

Row = dict[str, Any]

# An address block may hold this many times the ticket limit without waiting: an office, a school, a carrier's NAT.
BLOCK_FACTOR = 10
# Each further purchase it holds adds so much time between two holds. Slower, never refused for good.
BLOCK_SECONDS = 5


class Claim(Struct, frozen=True):
    """A booking that wants its tickets, priced by `revision` of the event's terms."""

    booking_id: str
    event_id: str
    organization_id: str
    revision: int
    tickets: tuple[BookedTicket, ...]
    currency: str
    ticket_limit: int
    hold_seconds: int
    buyer_key: str | None
    buyer_email: str | None
    buyer_name: str | None
    idempotency_key: bytes | None
    request_hash: bytes | None
    booking_fee: int = 0
    promo: PromoTerms | None = None
    client_key: str | None = None
    block_key: str | None = None
    pass_ref: str | None = None

    @property
    def people(self) -> list[tuple[str, str, str]]:
        """Whose limits it counts for, each by a key: no two claims of one batch share any of these."""
        keys = (("buyer", self.buyer_key), ("client", self.client_key), ("pass", self.pass_ref))
        return [(self.event_id, kind, key) for kind, key in keys if key is not None]


class ClaimOutcome(Struct, frozen=True):
    """Won with `created_at` and `expires_at`; or lost, and why. Lost with all true: a place was taken.

    `promo_fault`: used-up, or changed (it is not the code any more that the claim was priced with). `pass_fault`:
    in-use or spent. `block_wait_seconds`: until the client's address block may hold more.
    """

    won: bool
    created_at: datetime | None
    expires_at: datetime | None
    still_open: bool
    within_limit: bool
    existing_id: str | None
    promo_fault: str | None = None
    pass_fault: Literal["in-use", "spent"] | None = None
    block_wait_seconds: int = 0


class PaymentStart(Struct, frozen=True):
    booking_id: str
    event_id: str
    buyer_email: str | None
    buyer_name: str | None
    buyer_key: str | None
    ticket_limit: int
    payment_method: str | None = None


class StoredTicket(Struct, frozen=True, array_like=True, gc=False):
    """A `BookedTicket` without its keys, in this order for ever: half the bytes in every version of the row."""

    index: int
    section_id: str
    section: str
    price_level_id: str
    price_level: str
    price: int
    fees: int
    row: str | None
    seat: str | None
    seat_id: str | None


class DiscountedTicket(StoredTicket, frozen=True, array_like=True, gc=False):
    """One that a promo code made cheaper: the price before, and what it took off."""

    discount: int = 0


class MarkedTicket(DiscountedTicket, frozen=True, array_like=True, gc=False):
    """One for a wheelchair place or a companion seat."""

    seat_kind: str | None = None


class StoredBooking(Struct, frozen=True):
    """A booking with what only this slice may know. `is_recorded`: this try to pay stands in the payments' books.

    `pass_ref`: the waiting room's pass that it was made with.
    """

    booking: Booking
    attempt: int
    request_hash: bytes | None
    is_recorded: bool = False
    pass_ref: str | None = None
    client_key: str | None = None
    block_key: str | None = None
    paying_since: datetime | None = None


async def claim_tickets(conn: Connection, claims: Sequence[Claim]) -> dict[str, ClaimOutcome]:
    """Claim all places of each booking or none; one transaction, one fsync, for the whole batch."""
    async with conn.transaction():
        await _lock_people(conn, claims)
        promos = {claim.booking_id: claim.promo for claim in claims if claim.promo is not None}
        refused = await judge_promos(conn, promos) if promos else {}
        outcomes = {
            booking_id: ClaimOutcome(False, None, None, True, True, None, fault)
            for booking_id, fault in refused.items()
        }
        claims = [claim for claim in claims if claim.booking_id not in refused] if refused else claims
        cursor = await conn.execute(load_sql(__package__, "claim_tickets"), _claim_arrays(claims))
        for row in await cursor.fetchall():
            outcomes[row["id"]] = ClaimOutcome(
                row["won"],
                row["created_at"],
                row["expires_at"],
                row["still_open"],
                row["within_limit"],
                row["existing_id"],
                pass_fault=row["pass_fault"],
                block_wait_seconds=row["block_wait"],
            )
        if promos:
            await record_promo_uses(conn, {id_: promo for id_, promo in promos.items() if outcomes[id_].won})
        return outcomes


async def begin_payments(conn: Connection, starts: Sequence[PaymentStart]) -> dict[str, StoredBooking]:
    """Return the bookings that may be paid now; the others are missing. Runs in the caller's transaction."""
    named = [(start.event_id, "buyer", start.buyer_key) for start in starts if start.buyer_key is not None]
    await _lock_keys(conn, named)
    cursor = await conn.execute(
        load_sql(__package__, "begin_payments"),
        {
            "ids": [start.booking_id for start in starts],
            "emails": [start.buyer_email for start in starts],
            "names": [start.buyer_name for start in starts],
            "buyer_keys": [start.buyer_key for start in starts],
            "limits": [start.ticket_limit for start in starts],
            "attempts_free": attempt_limits.ATTEMPTS_FREE,
            "wait_seconds": attempt_limits.ATTEMPT_WAIT_SECONDS,
            "doublings_max": attempt_limits.ATTEMPT_DOUBLINGS_MAX,
        },
    )
    return {row["id"]: stored_booking(row) for row in await cursor.fetchall()}


async def end_payments(conn: Connection, attempts: Sequence[tuple[str, int]]) -> None:
    """Take (booking id, attempt) back to in_progress: that payment came to nothing."""
    await conn.execute(
        load_sql(__package__, "end_payments"),
        {"ids": [booking_id for booking_id, _ in attempts], "attempts": [attempt for _, attempt in attempts]},
    )


class ExtendedHold(Struct, frozen=True):
    """When a hold ends now, and whether that is later than before."""

    expires_at: datetime
    is_extended: bool


async def extend_hold_for_authentication(
    conn: Connection, booking_id: str, attempt: int, seconds: int
) -> ExtendedHold | None:
    """The bank asks the buyer: back to in_progress, extended once. None where that attempt is over."""
    cursor = await conn.execute(
        load_sql(__package__, "extend_hold_for_authentication"),
        {"id": booking_id, "attempt": attempt, "seconds": seconds},
    )
    row = await cursor.fetchone()
    return None if row is None else ExtendedHold(**row)


async def begin_late_payment(conn: Connection, booking_id: str, attempt: int) -> StoredBooking | None:
    """Return a lapsed booking as one that is being paid; None where it is over or its event is no longer sold."""
    cursor = await conn.execute(load_sql(__package__, "begin_late_payment"), {"id": booking_id, "attempt": attempt})
    row = await cursor.fetchone()
    return None if row is None else stored_booking(row)


async def take_over_payment(conn: Connection, booking_id: str, attempt: int) -> StoredBooking | None:
    """Return the booking under a new attempt; whoever still works on the earlier one can no longer sell it."""
    cursor = await conn.execute(load_sql(__package__, "take_over_payment"), {"id": booking_id, "attempt": attempt})
    row = await cursor.fetchone()
    return None if row is None else stored_booking(row)


async def sell_tickets(conn: Connection, attempts: Sequence[tuple[str, int]]) -> dict[str, datetime]:
    """Sell what (booking id, attempt) has claimed. Runs in the caller's transaction.

    Return when each of those that were sold now was confirmed; the others are missing.
    """
    cursor = await conn.execute(
        load_sql(__package__, "sell_tickets"),
        {"ids": [booking_id for booking_id, _ in attempts], "attempts": [attempt for _, attempt in attempts]},
    )
    return {row["id"]: row["confirmed_at"] for row in await cursor.fetchall()}


async def free_bookings(
    conn: Connection,
    ids: Sequence[str],
    *,
    status: BookingStatus,
    from_status: BookingStatus = BookingStatus.IN_PROGRESS,
    lapsed_only: bool = False,
) -> list[StoredBooking]:
    """End unpaid bookings, give their places back, and return those that ended now."""
    cursor = await conn.execute(
        load_sql(__package__, "free_bookings"),
        {
            "ids": list(ids),
            "status": status.value,
            "from_status": from_status.value,
            "lapsed_only": lapsed_only,
        },
    )
    return [stored_booking(row) for row in await cursor.fetchall()]


def stored_booking(row: Row) -> StoredBooking:
    """A row of booking.bookings as data."""
    stored = msgspec.convert(row["tickets"], tuple[MarkedTicket, ...])
    paid_there = row["counter_payment"]
    discount = sum(ticket.discount for ticket in stored)
    return StoredBooking(
        booking=Booking(
            id=row["id"],
            event_id=row["event_id"],
            organization_id=row["organization_id"],
            status=BookingStatus(row["status"]),
            tickets=tuple(_booked(ticket, row["event_id"], ticket.index in row["refunded"]) for ticket in stored),
            subtotal=row["subtotal"] + discount,
            fees=row["fees"],
            total=row["subtotal"] + row["fees"],
            currency=row["currency"],
            created_at=row["created_at"],
            expires_at=row["expires_at"],
            confirmed_at=row["confirmed_at"],
            buyer_email=row["buyer_email"],
            buyer_name=row["buyer_name"],
            discount=discount,
            booking_fee=row["fees"] - sum(ticket.fees for ticket in stored),
            promo_code=row["promo_code"],
            box_office_payment=None if paid_there is None else BoxOfficePayment(paid_there),
        ),
        attempt=row["attempt"],
        request_hash=row["request_hash"],
        pass_ref=row["pass_ref"],
        client_key=row["client_key"],
        block_key=row["block_key"],
        paying_since=row["paying_since"],
    )


async def _lock_people(conn: Connection, claims: Sequence[Claim]) -> None:
    blocks = [(claim.event_id, "block", claim.block_key) for claim in claims if claim.block_key is not None]
    await _lock_keys(conn, [*(person for claim in claims for person in claim.people), *blocks])


async def _lock_keys(conn: Connection, people: Sequence[tuple[str, str, str]]) -> None:
    if people:
        keys = [_lock_key(*person) for person in people]
        await conn.execute(load_sql(__package__, "lock_buyers"), {"keys": keys})


def _lock_key(event_id: str, kind: str, key: str) -> int:
    digest = hashlib.blake2b(f"{event_id}\n{kind}\n{key}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def _claim_arrays(claims: Sequence[Claim]) -> dict[str, Any]:
    return {
        "ids": [claim.booking_id for claim in claims],
        "events": [claim.event_id for claim in claims],
        "organizations": [claim.organization_id for claim in claims],
        "revisions": [claim.revision for claim in claims],
        "quantities": [len(claim.tickets) for claim in claims],
        "tickets": [stored_text(claim.tickets) for claim in claims],
        "subtotals": [sum(ticket.price - ticket.discount for ticket in claim.tickets) for claim in claims],
        "fees": [_fees(claim) for claim in claims],
        "currencies": [claim.currency for claim in claims],
        "buyer_keys": [claim.buyer_key for claim in claims],
        "emails": [claim.buyer_email for claim in claims],
        "names": [claim.buyer_name for claim in claims],
        "limits": [claim.ticket_limit for claim in claims],
        "holds": [claim.hold_seconds for claim in claims],
        "keys": [claim.idempotency_key for claim in claims],
        "hashes": [claim.request_hash for claim in claims],
        "indexes": [_indexes_text(claim.tickets) for claim in claims],
        "clients": [claim.client_key for claim in claims],
        "blocks": [claim.block_key for claim in claims],
        "passes": [claim.pass_ref for claim in claims],
        "block_factor": BLOCK_FACTOR,
        "block_seconds": BLOCK_SECONDS,
        "wanted_bookings": [claim.booking_id for claim in claims for _ in claim.tickets],
        "wanted_indexes": [ticket.index for claim in claims for ticket in claim.tickets],
    }


def _fees(claim: Claim) -> int:
    if claim.booking_fee:
        return price_order(claim.tickets, claim.booking_fee).fees
    return sum(ticket.fees for ticket in claim.tickets)


def _indexes_text(tickets: tuple[BookedTicket, ...]) -> str:
    """An array of integers as PostgreSQL reads it."""
    return f"{{{','.join(map(str, sorted(ticket.index for ticket in tickets)))}}}"


def stored_text(tickets: tuple[BookedTicket, ...]) -> str:
    """Tickets as `booking.bookings` keeps them."""
    return msgspec.json.encode([_stored(ticket) for ticket in tickets]).decode()


def _stored(ticket: BookedTicket) -> StoredTicket:
    known = (
        ticket.index,
        ticket.section_id,
        ticket.section,
        ticket.price_level_id,
        ticket.price_level,
        ticket.price,
        ticket.fees,
    )
    if ticket.seat_kind:
        return MarkedTicket(*known, ticket.row, ticket.seat, ticket.seat_id, ticket.discount, ticket.seat_kind)
    if ticket.discount:
        return DiscountedTicket(*known, ticket.row, ticket.seat, ticket.seat_id, ticket.discount)
    return StoredTicket(*known, ticket.row, ticket.seat, ticket.seat_id)


def _booked(ticket: MarkedTicket, event_id: str, refunded: bool) -> BookedTicket:
    return BookedTicket(
        ticket_id=ticket_id(event_id, ticket.index),
        index=ticket.index,
        section_id=ticket.section_id,
        section=ticket.section,
        price_level_id=ticket.price_level_id,
        price_level=ticket.price_level,
        price=ticket.price,
        fees=ticket.fees,
        total=ticket.price - ticket.discount + ticket.fees,
        row=ticket.row,
        seat=ticket.seat,
        seat_id=ticket.seat_id,
        discount=ticket.discount,
        refunded=refunded,
        seat_kind=ticket.seat_kind,
    )
