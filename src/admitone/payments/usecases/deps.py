"""What the use cases of payments need, given by the role."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from admitone.kit.jobs import Defer
from admitone.kit.postgres import Pool
from admitone.payments.ports import PaymentProvider
from admitone.payments.store.payments import PaymentWrites


@dataclass(frozen=True)
class Deps:
    """One a process: `writes` collects the payments of all its requests.

    `webhook_secrets`: any of them may have signed an event (two while one is replaced); none: no events are taken.
    """

    pool: Pool
    provider: PaymentProvider
    defer: Defer
    now: Callable[[], datetime]
    webhook_secrets: tuple[str, ...] = ()

    @cached_property
    def writes(self) -> PaymentWrites:
        return PaymentWrites(self.pool, self.provider.name)
