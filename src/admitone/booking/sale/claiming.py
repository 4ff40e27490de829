"""Claim: the places of many bookings, a transaction a group, and an outcome for each booking."""

from collections.abc import Sequence

import psycopg
from prometheus_client import Counter

from admitone.booking.store import claims as store
from admitone.booking.store.claims import Claim, ClaimOutcome
from admitone.kit.batcher import disjoint_groups
from admitone.kit.postgres import Connection, Pool

HELD = Counter("admitone_holds_total", "Bookings that hold places")


async def claim_batch(pool: Pool, claims: Sequence[Claim]) -> Sequence[ClaimOutcome | Exception]:
    """Return the outcome of each claim, in order. A claim that loses does not undo the others of its batch."""
    outcomes: dict[str, ClaimOutcome | Exception] = {}
    for group in disjoint_groups(claims, _keys):
        async with pool.connection() as conn:
            outcomes.update(await _claim_group(conn, group))
    HELD.inc(sum(isinstance(outcome, ClaimOutcome) and outcome.won for outcome in outcomes.values()))
    return [outcomes[claim.booking_id] for claim in claims]


def _keys(claim: Claim) -> list[object]:
    """Return the keys that two claims of one statement must not share: a place, a person, a request, a limited promo
    code."""
    return [
        *((claim.event_id, ticket.index) for ticket in claim.tickets),
        *claim.people,
        *([claim.idempotency_key] if claim.idempotency_key else []),
        *([claim.promo] if claim.promo is not None and claim.promo.is_limited else []),
    ]


async def _claim_group(conn: Connection, group: Sequence[Claim]) -> dict[str, ClaimOutcome]:
    try:
        return await store.claim_tickets(conn, group)
    except psycopg.errors.UniqueViolation:
        # Another process has just committed an idempotency key of this group, so none of the group was written. One by
        # one, the other claims win, and the claim of that key finds its booking.
        outcomes: dict[str, ClaimOutcome] = {}
        for claim in group:
            outcomes.update(await store.claim_tickets(conn, [claim]))
        return outcomes
