"""The contract of every payment provider: the simulated processor, and Stripe's adapter.

localstripe plays Stripe's side, in a separate process. Where it differs from Stripe's documentation, the
case is expected to fail there (`differs`), and the suite reports it when it no longer does.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
import pytest_asyncio

from admitone.kit.ids import new_id
from admitone.kit.postgres import Pool
from admitone.payments.adapters.stripe import StripeProvider
from admitone.payments.domain.intent import Intent, IntentStatus, RefundStatus
from admitone.payments.ports import IntentOrder, PaymentProvider, ProviderRefused, ProviderUnreachable
from admitone.testing.processor.processor import SimulatedProcessor
from tests.stripe_servers import post, run_localstripe

GOOD = "good"
_SIMULATED_CARDS = {
    "good": "pm_card_visa",
    "another": "pm_card_mastercard",
    "declined": "pm_card_visa_chargeDeclined",
    "poor": "pm_card_chargeDeclinedInsufficientFunds",
    "asks": "pm_card_authenticationRequired",
}
# Numbers of Stripe's test cards that localstripe knows.
_NUMBERS = {"another": "5555555555554444", "declined": "4000000000000341", "asks": "4000002500003155"}


async def no_sleep(_seconds: float) -> None:
    pass


def differs(reason: str) -> Callable[[Callable[..., object]], object]:
    """Run on every provider; localstripe is known to behave differently from Stripe."""
    known = pytest.mark.xfail(reason=f"localstripe: {reason}", strict=True)
    return pytest.mark.parametrize("provider", ["simulated", pytest.param("localstripe", marks=known)], indirect=True)


@pytest.fixture(scope="session")
def localstripe(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with run_localstripe(Path(tmp_path_factory.mktemp("localstripe")) / "log") as address:
        yield address


@pytest_asyncio.fixture(params=["simulated", "localstripe"])
async def provider(request: pytest.FixtureRequest, pool: Pool, localstripe: str) -> AsyncIterator[PaymentProvider]:
    made: PaymentProvider = SimulatedProcessor(pool, sleep=no_sleep)
    if request.param == "localstripe":
        made = StripeProvider("sk_test_1", "pk_test_1", api_base=localstripe)
    yield made
    await made.aclose()


@pytest.fixture
def card(provider: PaymentProvider, localstripe: str) -> Callable[[str], str]:
    """Return a card with this behaviour: good, another (good too), declined, poor, asks."""

    def of(behaviour: str) -> str:
        if provider.name == "simulated" or behaviour == "good":
            return _SIMULATED_CARDS[behaviour]
        number = _NUMBERS.get(behaviour, "4000000000009995")
        details = {"number": number, "exp_month": "12", "exp_year": "2040", "cvc": "123"}
        fields = {"type": "card", **{f"card[{name}]": value for name, value in details.items()}}
        return str(post(localstripe, "/v1/payment_methods", fields)["id"])

    return of


Card = Callable[[str], str]


def order(amount: int = 12_500, currency: str = "USD", payment_method: str | None = None) -> IntentOrder:
    booking_id = new_id("bkg")
    return IntentOrder(f"{booking_id}:1:create", booking_id, amount, currency, payment_method=payment_method)


async def pay(provider: PaymentProvider, asked: IntentOrder, payment_method: str = "pm_card_visa") -> Intent:
    return await provider.create_and_confirm(asked, payment_method=payment_method, confirm_key=f"{asked.key}:confirm")


async def captured(provider: PaymentProvider, amount: int = 12_500) -> Intent:
    intent = await pay(provider, order(amount))
    return await provider.capture(intent.id, key="c" + intent.id)


async def refusal_of(call: Awaitable[object]) -> str:
    with pytest.raises(ProviderRefused) as refused:
        await call
    return refused.value.code


async def refund(provider: PaymentProvider, intent: Intent, amount: int, key: str) -> str:
    return await provider.refund(intent.id, amount=amount, currency="USD", key=key, reference=f"rfd_{key}")


async def test_a_good_card_is_authorized_and_nothing_is_charged(provider: PaymentProvider) -> None:
    asked = order()

    intent = await pay(provider, asked)

    assert (intent.status, intent.amount, intent.currency) == (IntentStatus.REQUIRES_CAPTURE, 12_500, "USD")
    assert intent.reference == asked.reference
    assert await provider.retrieve(intent.id) == intent


async def test_created_first_and_confirmed_later_it_is_the_same(provider: PaymentProvider, card: Card) -> None:
    created = await provider.create(order(payment_method=card(GOOD)))

    confirmed = await provider.confirm(created.id, key=f"{created.id}:confirm")

    assert created.status is not IntentStatus.REQUIRES_CAPTURE
    assert (confirmed.id, confirmed.status) == (created.id, IntentStatus.REQUIRES_CAPTURE)


async def test_a_test_of_the_keys_has_no_booking_and_names_itself(provider: PaymentProvider) -> None:
    asked = IntentOrder("pte_1:create", "pte_1", 500, "EUR", payment_method=provider.test_card, is_test=True)
    created = await provider.create(asked)

    confirmed = await provider.confirm(created.id, key="pte_1:confirm")
    cancelled = await provider.cancel(created.id, key="pte_1:cancel")
    seen = await provider.retrieve(created.id)

    assert [intent.status for intent in (confirmed, cancelled)] == [
        IntentStatus.REQUIRES_CAPTURE,
        IntentStatus.CANCELED,
    ]
    assert (seen.test_id, seen.reference) == ("pte_1", None)


async def test_an_intent_without_a_card_is_not_confirmed(provider: PaymentProvider) -> None:
    created = await provider.create(order())

    await refusal_of(provider.confirm(created.id, key="k" + created.id))

    assert (await provider.retrieve(created.id)).status is IntentStatus.REQUIRES_PAYMENT_METHOD


async def test_the_predicted_id_is_the_id_of_the_intent(provider: PaymentProvider) -> None:
    asked = order()
    predicted = provider.predict_id(asked.key)

    intent = await provider.create(asked)

    assert predicted in (None, intent.id)


async def test_an_intent_that_clients_confirm_has_a_secret(provider: PaymentProvider) -> None:
    intent = await provider.create(order())

    assert (intent.client_secret is not None) == provider.confirms_in_client


async def test_a_decline_is_an_answer_with_its_code(provider: PaymentProvider, card: Card) -> None:
    intent = await pay(provider, order(), card("declined"))

    assert intent.status is IntentStatus.REQUIRES_PAYMENT_METHOD
    assert intent.decline_code in ("generic_decline", "card_declined")
    assert intent.message
    assert (await provider.retrieve(intent.id)).decline_code == intent.decline_code


@differs("cards that are to be declined at payment are accepted")
async def test_a_decline_has_the_issuers_code(provider: PaymentProvider, card: Card) -> None:
    intent = await pay(provider, order(), card("poor"))

    assert (intent.status, intent.decline_code) == (IntentStatus.REQUIRES_PAYMENT_METHOD, "insufficient_funds")


async def test_authentication_is_required_and_says_how(provider: PaymentProvider, card: Card) -> None:
    intent = await pay(provider, order(), card("asks"))

    assert intent.status is IntentStatus.REQUIRES_ACTION
    assert intent.next_action
    assert intent.next_action["type"]
    assert ("client_secret" in intent.next_action) == provider.confirms_in_client


async def test_an_unknown_payment_method_is_refused(provider: PaymentProvider) -> None:
    assert await refusal_of(pay(provider, order(), "pm_card_nobody")) == "resource_missing"


async def test_an_unknown_intent_is_refused(provider: PaymentProvider) -> None:
    assert await refusal_of(provider.retrieve("pi_nobody")) == "resource_missing"
    assert await refusal_of(provider.capture("pi_nobody", key="k")) == "resource_missing"


@differs("the Idempotency-Key is ignored")
async def test_the_same_key_replays_and_nothing_happens_twice(provider: PaymentProvider) -> None:
    asked = order()

    first, *others = await asyncio.gather(*(pay(provider, asked) for _ in range(8)))

    assert others == [first] * 7
    assert await pay(provider, asked) == first


@differs("the Idempotency-Key is ignored")
async def test_the_same_key_with_other_parameters_is_refused(provider: PaymentProvider) -> None:
    asked = order()
    await pay(provider, asked)
    raised = IntentOrder(asked.key, asked.reference, asked.amount + 1, asked.currency)

    assert await refusal_of(pay(provider, raised)) == "idempotency_error"
    assert await refusal_of(pay(provider, asked, "pm_card_mastercard")) == "idempotency_error"


@pytest.mark.parametrize("provider", ["simulated"], indirect=True)
async def test_a_retry_recovers_a_lost_answer(provider: PaymentProvider) -> None:
    asked = order()
    with pytest.raises(ProviderUnreachable):
        await pay(provider, asked, "pm_timeout_after")

    intent = await pay(provider, asked, "pm_timeout_after")

    assert intent.status is IntentStatus.REQUIRES_CAPTURE


async def test_capture_charges_the_money(provider: PaymentProvider) -> None:
    intent = await pay(provider, order())

    taken = await provider.capture(intent.id, key="capture-1" + intent.id)

    assert (taken.id, taken.status, taken.amount) == (intent.id, IntentStatus.SUCCEEDED, 12_500)
    assert (await provider.retrieve(intent.id)).status is IntentStatus.SUCCEEDED


async def test_capture_charges_the_money_once(provider: PaymentProvider) -> None:
    intent = await captured(provider)

    await refusal_of(provider.capture(intent.id, key="other"))

    assert (await provider.retrieve(intent.id)).amount_refunded == 0


@differs("the Idempotency-Key is ignored")
async def test_a_captures_key_replays(provider: PaymentProvider) -> None:
    intent = await captured(provider)

    assert await provider.capture(intent.id, key="c" + intent.id) == intent


@differs("errors of state have no code")
async def test_an_unexpected_state_is_named(provider: PaymentProvider) -> None:
    intent = await captured(provider)

    assert await refusal_of(provider.capture(intent.id, key="other")) == "payment_intent_unexpected_state"
    assert await refusal_of(provider.cancel(intent.id, key="v")) == "payment_intent_unexpected_state"


async def test_a_captured_intent_cannot_be_cancelled(provider: PaymentProvider) -> None:
    intent = await captured(provider)

    await refusal_of(provider.cancel(intent.id, key="v" + intent.id))

    assert (await provider.retrieve(intent.id)).status is IntentStatus.SUCCEEDED


async def test_a_cancelled_intent_cannot_be_confirmed(provider: PaymentProvider, card: Card) -> None:
    created = await provider.create(order(payment_method=card(GOOD)))

    cancelled = await provider.cancel(created.id, key="v" + created.id)

    assert cancelled.status is IntentStatus.CANCELED
    await refusal_of(provider.confirm(created.id, key="k" + created.id))
    assert (await provider.retrieve(created.id)).status is IntentStatus.CANCELED


async def test_an_authorization_can_be_cancelled(provider: PaymentProvider) -> None:
    intent = await pay(provider, order())

    assert (await provider.cancel(intent.id, key="v" + intent.id)).status is IntentStatus.CANCELED


@differs("a cancelled intent can be captured")
async def test_a_cancelled_intent_cannot_be_captured(provider: PaymentProvider) -> None:
    intent = await pay(provider, order())
    await provider.cancel(intent.id, key="v" + intent.id)

    await refusal_of(provider.capture(intent.id, key="c"))


async def test_a_partial_refund_is_in_the_books(provider: PaymentProvider) -> None:
    intent = await captured(provider, 10_000)

    refund_id = await refund(provider, intent, 3_000, "1" + intent.id)

    assert (await provider.retrieve(intent.id)).amount_refunded == 3_000
    (known,) = await provider.list_refunds(intent.id)
    assert (known.id, known.amount, known.status) == (refund_id, 3_000, RefundStatus.SUCCEEDED)
    assert known.reference == f"rfd_1{intent.id}"


@differs("more than was captured can be refunded")
async def test_refunds_together_never_exceed_the_payment(provider: PaymentProvider) -> None:
    intent = await captured(provider, 10_000)
    keys = (f"{intent.id}:{number}" for number in count())

    results = await asyncio.gather(
        *(refund(provider, intent, 3_000, next(keys)) for _ in range(5)), return_exceptions=True
    )

    assert sum(isinstance(result, str) for result in results) == 3
    assert (await provider.retrieve(intent.id)).amount_refunded == 9_000


@differs("the Idempotency-Key is ignored")
async def test_a_refunds_key_replays(provider: PaymentProvider) -> None:
    intent = await captured(provider, 10_000)
    key = f"{intent.id}:refund"

    refunds = await asyncio.gather(*(refund(provider, intent, 6_000, key) for _ in range(4)))

    assert len(set(refunds)) == 1
    assert await refusal_of(refund(provider, intent, 1, key)) == "idempotency_error"


@differs("an intent that is only authorized can be refunded")
async def test_an_uncaptured_intent_cannot_be_refunded(provider: PaymentProvider) -> None:
    intent = await pay(provider, order())

    assert await refusal_of(refund(provider, intent, 1, "r")) == "payment_intent_unexpected_state"


@differs("payment intents are not listed by time of creation")
async def test_intents_are_listed_by_time_of_creation(provider: PaymentProvider) -> None:
    now = datetime.now(UTC)
    made = [await pay(provider, order()), await provider.create(order())]

    page = await provider.list_intents(now - timedelta(minutes=1), now + timedelta(minutes=1))
    later = await provider.list_intents(now + timedelta(minutes=1), now + timedelta(minutes=2))

    assert {payment_provider.id for payment_provider in made} <= {intent.id for intent in page.intents}
    assert (later.intents, later.following) == ((), None)


@pytest.mark.parametrize("provider", ["simulated"], indirect=True)
async def test_long_lists_have_pages(provider: PaymentProvider) -> None:
    now = datetime.now(UTC)
    made = {(await provider.create(order())).id for _ in range(103)}

    seen: set[str] = set()
    after: str | None = None
    while True:
        page = await provider.list_intents(now - timedelta(minutes=1), now + timedelta(minutes=1), after=after)
        seen |= {intent.id for intent in page.intents}
        if (after := page.following) is None:
            break

    assert seen == made


@differs("disputes are missing")
async def test_a_payment_without_disputes_lists_none(provider: PaymentProvider) -> None:
    intent = await captured(provider)

    assert await provider.list_disputes(intent.id) == []
    assert not intent.is_disputed


async def test_a_provider_that_does_not_answer_is_unreachable(unused_tcp_port: int) -> None:
    provider = StripeProvider("sk_test_1", "pk_test_1", api_base=f"http://127.0.0.1:{unused_tcp_port}")

    with pytest.raises(ProviderUnreachable):
        await provider.create(order())
    await provider.aclose()
