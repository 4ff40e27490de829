"""Spans of the calls to a payment provider, by the name of the call: its arguments are keys, amounts and addresses."""

from inspect import iscoroutinefunction
from typing import Any, cast

from admitone.kit.tracing import recorder, span
from admitone.payments.ports import PaymentProvider


class _TracedProvider:
    """Passes everything on to a provider, for every method of the port."""

    def __init__(self, provider: PaymentProvider) -> None:
        self._provider = provider

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._provider, name)
        if not iscoroutinefunction(found):
            return found

        async def traced(*arguments: Any, **named: Any) -> Any:
            with span(f"payment {name}", {"admitone.payment.provider": self._provider.name}):
                return await found(*arguments, **named)

        return traced


def traced_provider(provider: PaymentProvider) -> PaymentProvider:
    """Return `provider` with a span around each call; `provider` itself while tracing is off."""
    return provider if recorder() is None else cast(PaymentProvider, _TracedProvider(provider))
