"""A payment processor in memory: a separate company with its own books, and keys that replay as Stripe's do."""

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

from admitone.payments.domain.intent import Intent, IntentStatus, ProviderDispute, ProviderRefund, RefundStatus
from admitone.payments.ports import EventPage, IntentOrder, IntentPage, ProviderRefused, ProviderUnreachable
from admitone.testing.processor.cards import CARDS, Decision

Hop = Callable[[str], Awaitable[None]]


@dataclass
class Charge:
    """A payment intent in the company's books."""

    id: str
    reference: str
    amount: int
    currency: str
    status: IntentStatus = IntentStatus.REQUIRES_PAYMENT_METHOD
    decline_code: str | None = None
    payment_method: str | None = None
    confirm_key: str | None = None
    attempt: int | None = None
    captured_times: int = 0
    refunds: dict[str, int] = field(default_factory=dict)


class Company:
    """One company for all processes. `authenticate` is the buyer's bank, which acts at any time."""

    def __init__(self) -> None:
        self.charges: dict[str, Charge] = {}

    def create(self, order: IntentOrder) -> Charge:
        intent_id = _id_of(order.key)
        new = Charge(intent_id, order.reference, order.amount, order.currency, payment_method=order.payment_method)
        charge = self.charges.setdefault(intent_id, new)
        charge.attempt = order.attempt
        if (charge.reference, charge.amount, charge.currency) != (order.reference, order.amount, order.currency):
            raise ProviderRefused("idempotency_error", "The key came before with another request.")
        return charge

    def confirm(self, intent_id: str, payment_method: str | None, key: str) -> Intent:
        charge = self.find(intent_id)
        payment_method = payment_method or charge.payment_method
        decision = CARDS.get(payment_method or "")
        if decision is None:
            raise ProviderRefused("resource_missing", "No such payment method.")
        if charge.confirm_key is None and charge.status is IntentStatus.REQUIRES_PAYMENT_METHOD:
            charge.status, charge.decline_code = decision.status, decision.decline_code
            charge.confirm_key, charge.payment_method = key, payment_method
        elif charge.confirm_key != key:
            raise _unexpected(charge)
        elif charge.payment_method != payment_method:
            raise ProviderRefused("idempotency_error", "The key came before with another request.")
        return _shown(charge, decision)  # the first answer again, whatever has changed since

    def authenticate(self, intent_id: str) -> None:
        """The buyer answers the bank's question in another window."""
        charge = self.charges[intent_id]
        if charge.status is IntentStatus.REQUIRES_ACTION:
            charge.status = IntentStatus.REQUIRES_CAPTURE

    def capture(self, intent_id: str) -> Intent:
        charge = self.find(intent_id)
        if charge.status is IntentStatus.REQUIRES_CAPTURE:
            charge.status = IntentStatus.SUCCEEDED
            charge.captured_times += 1
        elif charge.status is not IntentStatus.SUCCEEDED:
            raise _unexpected(charge)
        return _shown(charge)

    def cancel(self, intent_id: str) -> Intent:
        charge = self.find(intent_id)
        if charge.status is IntentStatus.SUCCEEDED:
            raise _unexpected(charge)
        charge.status = IntentStatus.CANCELED
        return _shown(charge)

    def refund(self, intent_id: str, amount: int, key: str) -> str:
        charge = self.find(intent_id)
        if key not in charge.refunds:
            if charge.status is not IntentStatus.SUCCEEDED or sum(charge.refunds.values()) + amount > charge.amount:
                raise ProviderRefused("charge_already_refunded", "More than what is left.")
            charge.refunds[key] = amount
        return f"re_{key}"

    def find(self, intent_id: str) -> Charge:
        if intent_id not in self.charges:
            raise ProviderRefused("resource_missing", "No such payment_intent.")
        return self.charges[intent_id]


class Processor:
    """`payments.ports.PaymentProvider` of one process; `hop` delays and loses its requests and answers."""

    name = "simulated"
    publishable_key: str | None = None
    confirms_in_client = False
    test_card: str | None = None

    def __init__(self, company: Company, hop: Hop, *, predicts: bool) -> None:
        self._company = company
        self._hop = hop
        self._predicts = predicts

    async def aclose(self) -> None:
        """Nothing is open."""

    def predict_id(self, key: str) -> str | None:
        return _id_of(key) if self._predicts else None

    async def create(self, order: IntentOrder) -> Intent:
        await self._hop("create:request")
        charge = self._company.create(order)
        await self._hop("create:reply")
        return _shown(charge, Decision(IntentStatus.REQUIRES_PAYMENT_METHOD))

    async def create_and_confirm(self, order: IntentOrder, *, payment_method: str, confirm_key: str) -> Intent:
        await self._hop("authorize:request")
        charge = self._company.create(order)
        intent = self._company.confirm(charge.id, payment_method, confirm_key)
        await self._hop("authorize:reply")
        return self._misbehave(payment_method, intent)

    async def confirm(self, intent_id: str, *, key: str) -> Intent:
        await self._hop("authorize:request")
        intent = self._company.confirm(intent_id, None, key)
        await self._hop("authorize:reply")
        return self._misbehave(self._company.find(intent_id).payment_method, intent)

    def _misbehave(self, payment_method: str | None, intent: Intent) -> Intent:
        if payment_method == "pm_timeout_after":
            raise ProviderUnreachable("The connection was lost before the answer.")
        return intent

    async def retrieve(self, intent_id: str) -> Intent:
        await self._hop("retrieve:request")
        intent = _shown(self._company.find(intent_id))
        await self._hop("retrieve:reply")
        return intent

    async def capture(self, intent_id: str, *, key: str) -> Intent:
        await self._hop("capture:request")
        intent = self._company.capture(intent_id)
        await self._hop("capture:reply")
        return intent

    async def cancel(self, intent_id: str, *, key: str) -> Intent:
        await self._hop("cancel:request")
        intent = self._company.cancel(intent_id)
        await self._hop("cancel:reply")
        return intent

    async def refund(self, intent_id: str, *, amount: int, currency: str, key: str, reference: str) -> str:
        await self._hop("refund:request")
        refund_id = self._company.refund(intent_id, amount, key)
        await self._hop("refund:reply")
        return refund_id

    async def list_refunds(self, intent_id: str) -> list[ProviderRefund]:
        refunds = self._company.find(intent_id).refunds
        return [ProviderRefund(f"re_{key}", amount, RefundStatus.SUCCEEDED, key) for key, amount in refunds.items()]

    async def list_disputes(self, intent_id: str) -> list[ProviderDispute]:
        return []

    async def list_intents(
        self, created_from: datetime, created_before: datetime, *, after: str | None = None
    ) -> IntentPage:
        return IntentPage(tuple(_shown(charge) for charge in self._company.charges.values()), None)

    async def list_late_events(
        self, created_from: datetime, created_before: datetime, *, after: str | None = None
    ) -> EventPage:
        return EventPage((), None)


def _id_of(key: str) -> str:
    return f"pi_{hashlib.blake2b(key.encode(), digest_size=8).hexdigest()}"


def _shown(charge: Charge, decision: Decision | None = None) -> Intent:
    status, decline_code = (
        (decision.status, decision.decline_code) if decision else (charge.status, charge.decline_code)
    )
    action = {"type": "use_another_method"} if status is IntentStatus.REQUIRES_ACTION else None
    refunded = sum(charge.refunds.values())
    return Intent(
        charge.id,
        status,
        charge.amount,
        charge.currency,
        refunded,
        decline_code=decline_code,
        next_action=action,
        reference=charge.reference,
        attempt=charge.attempt,
    )


def _unexpected(charge: Charge) -> ProviderRefused:
    return ProviderRefused("payment_intent_unexpected_state", f"The intent is {charge.status.value}.")
