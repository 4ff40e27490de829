"""Every request that the Stripe adapter makes has a shape that Stripe's own OpenAPI document allows.

stripe-mock checks requests against that document and answers with canned examples. It is built with the machine's
Go; without Go these are left out, except where CI must have it.
"""

import urllib.error
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from admitone.payments.adapters.stripe import StripeProvider, intent_params
from admitone.payments.domain.intent import Intent
from admitone.payments.ports import IntentOrder
from tests.stripe_servers import find_stripe_mock, post, run_stripe_mock

AT = datetime(2026, 7, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if find_stripe_mock() is None:
        pytest.skip("stripe-mock is not built, and this machine has no Go to build it (scripts/stripe_mock)")
    with run_stripe_mock(Path(tmp_path_factory.mktemp("stripe_mock")) / "log") as address:
        yield address


@pytest_asyncio.fixture
async def provider(address: str) -> AsyncIterator[StripeProvider]:
    made = StripeProvider("sk_test_123", "pk_test_123", api_base=address)
    yield made
    await made.aclose()


@pytest.mark.parametrize("payment_method", [None, "pm_card_visa"])
async def test_creating(provider: StripeProvider, payment_method: str | None) -> None:
    intent = await provider.create(IntentOrder("k", "bkg_1", 12_500, "USD", 2, payment_method))

    assert isinstance(intent, Intent)
    assert intent.client_secret


async def test_what_fraud_checks_are_told(provider: StripeProvider) -> None:
    order = IntentOrder("k", "bkg_1", 12_500, "USD", 2, None, "evt_1", "ada@example.org")
    params = intent_params(order)

    assert await provider.create(order)
    assert params["metadata"] == {
        "booking_id": "bkg_1",
        "attempt": "2",
        "event_id": "evt_1",
        "buyer_email": "ada@example.org",
    }
    assert "receipt_email" not in params


async def test_confirming_capturing_cancelling_and_looking(provider: StripeProvider) -> None:
    answers = [
        await provider.confirm("pi_1", key="k"),
        await provider.capture("pi_1", key="k"),
        await provider.cancel("pi_1", key="k"),
        await provider.retrieve("pi_1"),
    ]

    assert all(isinstance(answer, Intent) for answer in answers)


async def test_giving_back(provider: StripeProvider) -> None:
    assert await provider.refund("pi_1", amount=100, currency="USD", key="k", reference="rfd_1")
    assert [refund.amount for refund in await provider.list_refunds("pi_1")]


async def test_disputes(provider: StripeProvider) -> None:
    assert await provider.list_disputes("pi_1") == []  # the document's example is an inquiry: nothing was taken


async def test_comparing_books(provider: StripeProvider) -> None:
    page = await provider.list_intents(AT, AT, after="pi_0")

    assert page.intents


async def test_what_happened_late(provider: StripeProvider) -> None:
    page = await provider.list_late_events(AT, AT, after="evt_0")

    assert all(event.id and event.type for event in page.events)
    assert page.events


async def test_what_the_document_forbids_is_refused(address: str) -> None:
    """That the others pass means something."""
    with pytest.raises(urllib.error.HTTPError, match="400"):
        post(address, "/v1/payment_intents", {"amount": "100", "currency": "usd", "colour": "red"})
