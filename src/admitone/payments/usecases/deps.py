"""Dependencies of the use cases of payments; the role provides them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from admitone.kit.jobs import Defer
from admitone.kit.postgres import Pool
from admitone.payments.contracts import AnnounceRefund, announce_no_refund
from admitone.payments.ports import PaymentProvider, WriteBudget
from admitone.payments.usecases.payment_writes import PaymentWrites


@dataclass(frozen=True)
class Deps:
    """One a process: `writes` collects the payments of all its requests.

    `webhook_secrets`: any of them may have signed an event (two while one is replaced); empty: refuse all events.
    `smallest_charge`: the least that the provider takes in a currency; 0: not known.
    """

    pool: Pool
    provider: PaymentProvider
    defer: Defer
    now: Callable[[], datetime]
    writes: PaymentWrites
    webhook_secrets: tuple[str, ...] = ()
    smallest_charge: Callable[[str], int] = lambda _currency: 0
    announce_refund: AnnounceRefund = announce_no_refund
    budget: WriteBudget | None = None
    """None: the provider has no limit."""
