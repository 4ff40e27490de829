"""What the checkout page needs to show a payment form."""

from admitone.payments.contracts import PaymentTerms
from admitone.payments.usecases.deps import Deps


async def read_payment_terms(deps: Deps, *, booking_id: str, amount: int, currency: str) -> PaymentTerms:
    """`free` where nothing is to be paid. The simulated processor needs no secret of the client's."""
    if amount == 0:
        return PaymentTerms("free")
    return PaymentTerms(deps.provider.name, publishable_key=deps.provider.publishable_key)
