"""A payment that the client confirms itself is prepared at the checkout, unless the client says it needs none."""

import hashlib
import json
from dataclasses import replace

import pytest
from redis.asyncio import Redis

from admitone.booking.answers import answer_checkout, recall_checkout
from admitone.booking.domain.origin import NO_ORIGIN
from admitone.booking.schemas.booking import CheckoutIn
from admitone.booking.usecases.deps import Deps
from admitone.kit.faults import decode_body
from admitone.kit.postgres import Pool
from admitone.payments.contracts import PaymentOrder, PaymentTerms
from tests.store.booking.test_recovery import a_booking

KEY = hashlib.sha256(b"key").digest()


async def by_clients(pool: Pool, redis: Redis) -> tuple[Deps, str, list[str]]:
    """Return a venue whose clients confirm with the provider, its event, and the bookings that were prepared."""
    deps, show, _ = await a_booking(pool, redis)
    prepared: list[str] = []

    async def prepare(order: PaymentOrder) -> PaymentTerms:
        prepared.append(order.booking_id)
        return PaymentTerms("stripe", "secret", "pk")

    return replace(deps, prepare_payment=prepare), show.event_id, prepared


@pytest.mark.parametrize("prepares", [True, False])
async def test_a_payment_is_prepared_unless_the_client_needs_none(pool: Pool, redis: Redis, *, prepares: bool) -> None:
    deps, event_id, prepared = await by_clients(pool, redis)
    given = {"event_id": event_id, "seats": ["A-5"], "buyer": {"email": "c@example.org"}}
    body = json.dumps(given if prepares else given | {"prepare_payment": False}).encode()

    data = decode_body(body, CheckoutIn)
    first = await answer_checkout(deps, data, origin=NO_ORIGIN, key_digest=KEY, body=body)
    again = await recall_checkout(deps, key_digest=KEY, body=body)

    assert again is not None
    answers = [json.loads(answer.body)["payment"].get("client_secret") for answer in (first, again)]
    assert answers == (["secret"] * 2 if prepares else [None] * 2)
    assert len(prepared) == (2 if prepares else 0)
