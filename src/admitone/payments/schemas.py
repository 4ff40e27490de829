"""Tests of the payment keys, as the API shows them."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from admitone.kit.money import Money
from admitone.payments.domain.payment_test import PaymentTest


class PaymentTestIn(Struct, frozen=True, forbid_unknown_fields=True):
    """`currency`: one that your events are priced in."""

    currency: Annotated[
        str,
        Meta(
            pattern=r"^[A-Z]{3}$",
            extra={"words": "Write the currency as three capital letters (ISO 4217), such as EUR."},
        ),
    ]


class PaymentTestStep(Struct):
    """`name`: create, authorize or cancel. `words`: the processor's own, where it refused or did not answer."""

    name: str
    is_good: bool
    milliseconds: int
    words: str | None


class PaymentTestWebhook(Struct):
    """`state`: arrived, awaited, or not_expected (no webhook secret is set). `seconds`: after the test began."""

    state: str
    seconds: float | None = None
    event_type: str | None = None


class PaymentTestOut(Struct):
    """`mode`: test (the processor's test keys), live (nothing was authorized) or simulated."""

    id: str
    mode: str
    amount: Money
    created_at: datetime
    has_ended: bool
    is_good: bool
    """Every step so far succeeded."""
    steps: list[PaymentTestStep]
    webhook: PaymentTestWebhook

    @classmethod
    def of(cls, test: PaymentTest, *, provider: str, expects_webhook: bool) -> "PaymentTestOut":
        mode = "live" if test.is_live else "simulated" if provider == "simulated" else "test"
        return cls(
            id=test.id,
            mode=mode,
            amount=Money(test.amount, test.currency),
            created_at=test.created_at,
            has_ended=test.ended_at is not None,
            is_good=all(step.is_good for step in test.steps),
            steps=[
                PaymentTestStep(step.name.value, step.is_good, step.milliseconds, step.words) for step in test.steps
            ],
            webhook=_webhook(test, expects_webhook),
        )


def _webhook(test: PaymentTest, expects_webhook: bool) -> PaymentTestWebhook:
    if test.heard_at is not None:
        seconds = max(0.0, round((test.heard_at - test.created_at).total_seconds(), 1))
        return PaymentTestWebhook("arrived", seconds, test.heard_type)
    return PaymentTestWebhook("awaited" if expects_webhook else "not_expected")
