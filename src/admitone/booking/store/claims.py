"""Rank two: claims, a statement per batch, and the end of unpaid bookings."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from msgspec import Struct

from admitone.booking.contracts import BookedTicket, BookingStatus
from admitone.booking.domain.pricing import price_order
from admitone.booking.domain.promo import PromoTerms
from admitone.booking.store.booking_rows import StoredBooking, stored_booking, stored_text
from admitone.booking.store.promo_uses import judge_promos, record_promo_uses
from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql

# An address block may hold this many times the ticket limit without waiting: an office, a school, a carrier's NAT.
BLOCK_FACTOR = 10
# Each further purchase that it holds adds this much time between two holds. Holds slow down, and are never refused for
# good.
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
        """Return the keys of the limits that it counts for: no two claims of one batch share any of these."""
        keys = (("buyer", self.buyer_key), ("client", self.client_key), ("pass", self.pass_ref))
        return [(self.event_id, kind, key) for kind, key in keys if key is not None]


class ClaimOutcome(Struct, frozen=True):
    """Won with `created_at` and `expires_at`; or lost, and why. Lost with all true: a place was taken.

    `promo_fault`: used-up, or changed (the code differs from the one that the claim was priced with). `pass_fault`:
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


async def claim_tickets(conn: Connection, claims: Sequence[Claim]) -> dict[str, ClaimOutcome]:
    """Claim all places of each booking or none; one transaction, one fsync, for the whole batch."""
    async with conn.transaction():
        await _lock_claimants(conn, claims)
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


async def _lock_claimants(conn: Connection, claims: Sequence[Claim]) -> None:
    blocks = [(claim.event_id, "block", claim.block_key) for claim in claims if claim.block_key is not None]
    await lock_people(conn, [*(person for claim in claims for person in claim.people), *blocks])


async def lock_people(conn: Connection, people: Sequence[tuple[str, str, str]]) -> None:
    """Lock (event id, kind, key) of people whose limits are counted, until the transaction ends."""
    if people:
        keys = [people_key(*person) for person in people]
        await conn.execute(load_sql(__package__, "lock_buyers"), {"keys": keys})


def people_key(event_id: str, kind: str, key: str) -> int:
    """Return the key of an advisory lock: 64 bits of a hash."""
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
    """Return an array of integers in PostgreSQL's format."""
    return f"{{{','.join(map(str, sorted(ticket.index for ticket in tickets)))}}}"
