"""Payments: the processor that the settings name."""

from admitone.payments.adapters.redis_budget import RedisBudget
from admitone.payments.adapters.stripe_amounts import smallest_charge
from admitone.payments.contracts import AnnounceRefund
from admitone.payments.ports import PaymentProvider, WriteBudget
from admitone.payments.usecases.deps import Deps
from admitone.payments.usecases.payment_writes import PaymentWrites
from admitone.runtime.wiring.process import Process, utc_now
from admitone.runtime.wiring.traced_provider import traced_provider
from admitone.testing.processor.processor import SimulatedProcessor


def wire_payments(process: Process, *, announce_refund: AnnounceRefund) -> Deps:
    """The processor's client closes with the process."""
    stripe = process.settings.stripe
    provider: PaymentProvider
    budget: WriteBudget | None = None
    if stripe is None:
        provider = SimulatedProcessor(process.pool)
    else:
        # The SDK is large; installations without Stripe do not load it.
        from admitone.payments.adapters.stripe import StripeProvider

        budget = RedisBudget(process.redis, stripe.writes_per_second, stripe.endpoint_writes_per_second)
        provider = StripeProvider(stripe.secret_key, stripe.publishable_key, api_base=stripe.api_base, budget=budget)
    process.closing.push_async_callback(provider.aclose)
    writes = PaymentWrites(process.pool, provider.name)
    secrets = () if stripe is None else stripe.webhook_secrets
    return Deps(
        pool=process.pool,
        provider=traced_provider(provider),
        defer=process.defer,
        now=utc_now,
        writes=writes,
        webhook_secrets=secrets,
        smallest_charge=smallest_charge,
        announce_refund=announce_refund,
        budget=budget,
    )
