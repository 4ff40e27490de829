"""Stripe: PaymentIntents with manual capture, through the official SDK.

This adapter sets an idempotency key on every write, tries each call once (a retry uses the same key), takes amounts in
our minor units, and maps errors to three classes (`stripe_errors`). Manual capture needs cards: the intents accept
nothing else.

The calls of a sale read the SDK's raw answer: to make its objects takes more CPU than all else it does for a call
(`docs/benchmarks/stripe.md`).
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import quote

import stripe
import structlog
from msgspec import structs
from stripe import StripeClient, StripeObject
from stripe.params import (
    DisputeListParams,
    EventListParams,
    PaymentIntentListParams,
    RefundListParams,
)

from admitone.kit.load_shedding import waiting_elsewhere
from admitone.payments.adapters.stripe_amounts import from_stripe, to_stripe
from admitone.payments.adapters.stripe_errors import CardDeclined, answer_of
from admitone.payments.adapters.stripe_http import open_session, stripe_client
from admitone.payments.domain.intent import (
    DisputeStatus,
    Intent,
    IntentStatus,
    ProviderDispute,
    ProviderRefund,
    RefundStatus,
)
from admitone.payments.domain.webhook import event_of
from admitone.payments.ports import (
    Endpoint,
    EventPage,
    IntentOrder,
    IntentPage,
    ProviderRefused,
    ProviderUnreachable,
    RateLimited,
    WriteBudget,
)

Answer = TypeVar("Answer")

log = structlog.get_logger(__name__)

PAGE_MAX = 100
# Pinned, because a newer SDK would change the responses. Later versions rename `payment_method_types`.
API_VERSION = "2024-06-20"

_INTENTS = "/v1/payment_intents"
_READ_MEMBERS = {
    "payment_intent": frozenset({"id", "status", "amount", "currency"}),
    "refund": frozenset({"id"}),
}
_WITH_CHARGE = {"expand": ["latest_charge"]}
# A restricted key may lack the permission for balance transactions: no request that payments depend on asks for them.
_WITH_FEE = {"expand": ["latest_charge.balance_transaction"]}
_REFUNDS = {"succeeded": RefundStatus.SUCCEEDED, "failed": RefundStatus.FAILED, "canceled": RefundStatus.FAILED}
_DISPUTES = {
    "lost": DisputeStatus.LOST,
    "won": DisputeStatus.WON,
    "prevented": DisputeStatus.WON,
}
# Events about payments of any age. Reconciliation finds missed confirmations and captures by the payment's creation
# time.
_LATE_EVENTS = [
    *("charge.refunded", "charge.refund.updated", "refund.created", "refund.updated", "refund.failed"),
    *("charge.dispute.created", "charge.dispute.updated", "charge.dispute.closed"),
    *("charge.dispute.funds_withdrawn", "charge.dispute.funds_reinstated"),
]
PAYMENT_TEST = "payment_test"
# An inquiry: the bank asks and has taken no money. The same object becomes a dispute if the bank proceeds.
_INQUIRIES = frozenset({"warning_needs_response", "warning_under_review", "warning_closed"})


class StripeProvider:
    """`PaymentProvider` for `ADMITONE_PAYMENTS=stripe`. `api_base` names another server, for tests.

    Made inside the event loop that uses it.
    """

    name = "stripe"
    confirms_in_client = True

    def __init__(
        self, secret_key: str, publishable_key: str, *, api_base: str | None = None, budget: WriteBudget | None = None
    ) -> None:
        self.publishable_key: str | None = publishable_key
        self._budget = budget
        self._session = open_session(api_base or stripe.DEFAULT_API_BASE)
        self._client = StripeClient(
            secret_key,
            base_addresses={"api": api_base} if api_base else {},
            http_client=stripe_client(self._session),
            max_network_retries=0,
            stripe_version=API_VERSION,
        )
        self._api = self._client.v1
        self.test_card: str | None = "pm_card_visa" if secret_key.startswith(("sk_test_", "rk_test_")) else None

    async def aclose(self) -> None:
        """Close idle connections."""
        await self._session.close()

    def predict_id(self, key: str) -> str | None:
        return None

    async def create(self, order: IntentOrder) -> Intent:
        params = intent_params(order)
        return intent_of(
            await self._for_buyer(
                Endpoint.CREATE, lambda: self._raw("post", _INTENTS, {**params, "idempotency_key": order.key})
            )
        )

    async def create_and_confirm(self, order: IntentOrder, *, payment_method: str, confirm_key: str) -> Intent:
        asked = structs.replace(order, payment_method=payment_method)
        return await self.confirm((await self.create(asked)).id, key=confirm_key)

    async def confirm(self, intent_id: str, *, key: str) -> Intent:
        try:
            confirmed = await self._for_buyer(
                Endpoint.CONFIRM,
                lambda: self._raw("post", _path(intent_id, "/confirm"), {"idempotency_key": key}),
            )
        except CardDeclined as declined:
            if declined.intent is None:
                return _with_decline(await self.retrieve(intent_id), declined)
            return _with_decline(intent_of(declined.intent), declined)
        return intent_of(confirmed)

    async def retrieve(self, intent_id: str) -> Intent:
        return intent_of(await answer_of(self._raw("get", _path(intent_id), _WITH_CHARGE)))

    async def capture(self, intent_id: str, *, key: str) -> Intent:
        try:
            call = self._raw("post", _path(intent_id, "/capture"), {"idempotency_key": key})
            intent = intent_of(await self._write(Endpoint.CAPTURE, call))
        except CardDeclined as declined:  # the authorization is gone: the caller reads the intent
            raise ProviderRefused(declined.code, declined.message) from declined
        charged = await self._read_charge(intent_id)
        if charged is None:
            return structs.replace(intent, processor_fee=None)
        return structs.replace(intent, processor_fee=charged.processor_fee, card_last4=charged.card_last4)

    async def _read_charge(self, intent_id: str) -> Intent | None:
        """Read a captured intent again, with Stripe's fee and the card; None where Stripe does not answer.

        The capture stands.
        """
        try:
            answer = await answer_of(self._raw("get", _path(intent_id), _WITH_FEE))
        except (ProviderRefused, ProviderUnreachable) as error:
            log.info("the processor's fee was not read", intent_id=intent_id, error=str(error))
            return None
        return intent_of(answer)

    async def cancel(self, intent_id: str, *, key: str) -> Intent:
        return intent_of(await answer_of(self._raw("post", _path(intent_id, "/cancel"), {"idempotency_key": key})))

    async def refund(self, intent_id: str, *, amount: int, currency: str, key: str, reference: str) -> str:
        asked = {
            "payment_intent": intent_id,
            "amount": to_stripe(amount, currency),
            "metadata": {"refund_id": reference},
        }
        call = self._raw("post", "/v1/refunds", {**asked, "idempotency_key": key}, kind="refund")
        refund = await self._write(Endpoint.REFUND, call)
        return str(refund["id"])

    async def _raw(
        self, method: str, path: str, params: dict[str, Any], *, kind: str = "payment_intent"
    ) -> dict[str, Any]:
        """Return the object as Stripe sends it. `params` may have the SDK's options of a request. Raises what the SDK
        raises; as the SDK does, `APIError` for what is no object of Stripe's."""
        answer = await self._client.raw_request_async(method, path, **params)
        found: dict[str, Any] = answer.data
        if not isinstance(found, dict) or not _READ_MEMBERS[kind] <= found.keys():
            raise stripe.APIError(f"The answer is no {kind}.", http_status=answer.code)
        return found

    async def _for_buyer(self, endpoint: Endpoint, call: Callable[[], Awaitable[Answer]]) -> Answer:
        """Make a write that a buyer waits for, in its turn. Raises what `answer_of` raises."""
        if self._budget is not None:
            with waiting_elsewhere():
                await self._budget.spend(endpoint)
        return await self._write(endpoint, call())

    async def _write(self, endpoint: Endpoint, call: Awaitable[Answer]) -> Answer:
        try:
            return await answer_of(call)
        except RateLimited as error:
            if self._budget is not None:
                await self._budget.record_rejection(endpoint, error.limit)
            raise

    async def list_refunds(self, intent_id: str) -> list[ProviderRefund]:
        params: RefundListParams = {"payment_intent": intent_id, "limit": PAGE_MAX}
        return [_refund(entry) for entry in (await answer_of(self._api.refunds.list_async(params))).data]

    async def list_disputes(self, intent_id: str) -> list[ProviderDispute]:
        params: DisputeListParams = {"payment_intent": intent_id, "limit": PAGE_MAX}
        disputes = (await answer_of(self._api.disputes.list_async(params))).data
        return [dispute for dispute in map(dispute_of, disputes) if dispute is not None]

    async def list_intents(
        self, created_from: datetime, created_before: datetime, *, after: str | None = None
    ) -> IntentPage:
        params: PaymentIntentListParams = {
            "created": {"gte": int(created_from.timestamp()), "lt": int(created_before.timestamp())},
            "limit": PAGE_MAX,
            "expand": ["data.latest_charge"],
        }
        if after is not None:
            params["starting_after"] = after
        page = await answer_of(self._api.payment_intents.list_async(params))
        intents = tuple(intent_of(entry) for entry in page.data)
        return IntentPage(intents, intents[-1].id if page.has_more else None)

    async def list_late_events(
        self, created_from: datetime, created_before: datetime, *, after: str | None = None
    ) -> EventPage:
        params: EventListParams = {
            "created": {"gte": int(created_from.timestamp()), "lt": int(created_before.timestamp())},
            "limit": PAGE_MAX,
            "types": _LATE_EVENTS,
        }
        if after is not None:
            params["starting_after"] = after
        page = await answer_of(self._api.events.list_async(params))
        events = tuple(event_of(entry.to_dict()) for entry in page.data)
        return EventPage(events, events[-1].id if page.has_more else None)


def _path(intent_id: str, action: str = "") -> str:
    return f"{_INTENTS}/{quote(intent_id, safe='')}{action}"


def intent_params(order: IntentOrder) -> dict[str, Any]:
    """Return the parameters of a new PaymentIntent.

    Radar's rules read metadata: a rule can name `event_id`, and count the cards of one `buyer_email`. `receipt_email`
    stays empty: Stripe would send the buyer a second receipt beside the tickets. A confirmation by the server has no
    member for the buyer's IP address or browser; the Payment Element sends both to Stripe.
    """
    metadata = {"booking_id": order.reference, "attempt": str(order.attempt)}
    if order.is_test:
        metadata = {"purpose": PAYMENT_TEST, "payment_test_id": order.reference}
    if order.event_id is not None:
        metadata["event_id"] = order.event_id
    if order.buyer_email is not None:
        metadata["buyer_email"] = order.buyer_email
    asked: dict[str, Any] = {
        "amount": to_stripe(order.amount, order.currency),
        "currency": order.currency.lower(),
        "capture_method": "manual",
        "payment_method_types": ["card"],
        "metadata": metadata,
    }
    if order.payment_method is not None:
        asked["payment_method"] = order.payment_method
    return asked


def intent_of(given: StripeObject | dict[str, Any]) -> Intent:
    """Convert a PaymentIntent. Rely on few members: other API versions, and servers that imitate Stripe, omit some."""
    raw = given if isinstance(given, dict) else given.to_dict()
    currency = raw["currency"].upper()
    error = raw.get("last_payment_error") or {}
    status = IntentStatus(raw["status"])
    is_declined = status is IntentStatus.REQUIRES_PAYMENT_METHOD and bool(error)
    charge = raw.get("latest_charge")
    if not isinstance(charge, dict):
        charge = {}
    metadata = raw.get("metadata") or {}
    attempt = str(metadata.get("attempt") or "")
    return Intent(
        raw["id"],
        status,
        from_stripe(raw["amount"], currency),
        currency,
        amount_refunded=from_stripe(charge.get("amount_refunded") or 0, currency),
        decline_code=(error.get("decline_code") or error.get("code") or "generic_decline") if is_declined else None,
        message=error.get("message") if is_declined else None,
        next_action=_next_action(raw) if status is IntentStatus.REQUIRES_ACTION else None,
        client_secret=raw.get("client_secret"),
        is_disputed=bool(charge.get("disputed")),
        reference=metadata.get("booking_id"),
        attempt=int(attempt) if attempt.isdecimal() else None,
        test_id=metadata.get("payment_test_id") if metadata.get("purpose") == PAYMENT_TEST else None,
        processor_fee=_processor_fee(charge, currency),
        card_last4=_card_last4(charge),
    )


def _processor_fee(charge: dict[str, Any], currency: str) -> int | None:
    """Return Stripe's fee; None before the capture, and where Stripe pays out in another currency than the buyer's."""
    settled = charge.get("balance_transaction")
    if not isinstance(settled, dict) or str(settled.get("currency")).upper() != currency:
        return None
    fee = settled.get("fee")
    return from_stripe(fee, currency) if isinstance(fee, int) and fee > 0 else None


def _card_last4(charge: dict[str, Any]) -> str | None:
    card = (charge.get("payment_method_details") or {}).get("card") or {}
    last4 = card.get("last4")
    return last4 if isinstance(last4, str) and len(last4) == 4 and last4.isdecimal() else None


def _next_action(raw: dict[str, Any]) -> dict[str, Any]:
    """Return the step that the bank requires, with the secret that the client's SDK needs for it
    (`handleNextAction`)."""
    return {**(raw.get("next_action") or {}), "client_secret": raw.get("client_secret")}


def _with_decline(intent: Intent, declined: CardDeclined) -> Intent:
    if intent.status is not IntentStatus.REQUIRES_PAYMENT_METHOD:
        return intent  # it has another outcome by now
    return Intent(
        intent.id,
        intent.status,
        intent.amount,
        intent.currency,
        decline_code=declined.code,
        message=declined.message,
        client_secret=intent.client_secret,
        reference=intent.reference,
        attempt=intent.attempt,
    )


def _refund(given: stripe.Refund) -> ProviderRefund:
    metadata = given.metadata
    return ProviderRefund(
        given.id,
        from_stripe(given.amount, given.currency.upper()),
        _REFUNDS.get(given.status or "", RefundStatus.PENDING),
        metadata.to_dict().get("refund_id") if metadata else None,
    )


def dispute_of(given: stripe.Dispute) -> ProviderDispute | None:
    """Convert a Stripe dispute; None for an inquiry, in which the bank took no money."""
    if given.status in _INQUIRIES:
        return None
    amount = from_stripe(given.amount, given.currency.upper())
    return ProviderDispute(given.id, amount, _DISPUTES.get(given.status, DisputeStatus.OPEN))
