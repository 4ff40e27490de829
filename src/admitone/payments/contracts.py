"""The contract between booking and payments: authorize, capture, void or refund an amount, by booking id.

The role passes these calls to booking. Booking makes no call to the provider inside a database transaction, or while it
has a pooled connection.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from enum import Enum
from typing import Any

from msgspec import Struct

from admitone.kit.postgres import Connection


class PaymentState(Enum):
    """`unknown`: the provider did not answer; ask again with the same key."""

    AUTHORIZED = "authorized"
    DECLINED = "declined"
    ACTION_REQUIRED = "action_required"
    PROCESSING = "processing"
    CAPTURED = "captured"
    VOIDED = "voided"
    REFUNDED = "refunded"
    UNKNOWN = "unknown"


class PaymentOrder(Struct, frozen=True):
    """An amount to pay. `attempt` counts the buyer's attempts; (booking_id, attempt) is the idempotency key."""

    booking_id: str
    attempt: int
    amount: int
    currency: str
    payment_method: str | None
    """A provider's payment method id (`pm_…`); None if the client confirmed with the provider."""
    is_new: bool = False
    """This call began the attempt: no other process is creating it, so a missing row means that it never started."""
    is_recorded: bool = False
    """`RecordPayments` has inserted this attempt."""
    event_id: str | None = None
    buyer_email: str | None = None
    """Sent to the provider's fraud checks with the booking's id; no other data of the buyer is."""
    sale_records_it: bool = False
    """The caller records an authorization itself, in the transaction of its sale (`RecordAuthorizations`)."""


class PaymentOutcome(Struct, frozen=True):
    booking_id: str
    state: PaymentState
    decline_code: str | None = None
    message: str | None = None
    next_action: dict[str, Any] | None = None
    is_recorded: bool = True
    """False: the provider authorized it, and no row says so yet (`PaymentOrder.sale_records_it`)."""


class PaymentTerms(Struct, frozen=True):
    """The data with which a checkout page shows a payment form."""

    provider: str
    client_secret: str | None = None
    publishable_key: str | None = None


Authorize = Callable[[PaymentOrder], Awaitable[PaymentOutcome]]
"""Create and confirm with the provider, or return the outcome of an earlier try with the same key."""

RecordPayments = Callable[[Connection, Sequence[PaymentOrder]], Awaitable[set[str]]]
"""In the transaction that begins these attempts: insert them, before any call to the provider.

Return the booking ids of the inserted ones; `Authorize` inserts the others, after it has checked earlier attempts.
"""

RecordAuthorizations = Callable[[Connection, Sequence[tuple[str, int]]], Awaitable[set[tuple[str, int]]]]
"""In the transaction that sells on them: record that these attempts, (booking_id, attempt), are authorized.

Return the authorized ones. Do not sell on the others: another process ended them, or is ending them.
"""

Settle = Callable[[str], Awaitable[PaymentOutcome]]
"""booking_id → cancel what is not final; return the terminal state: voided, authorized or captured."""


class SaleMoney(Struct, frozen=True):
    """Fact inside the sale's transaction: this booking was sold for this amount.

    `subtotal` is the price of the tickets after a promo code; no account contains the discount. `fees` are the fees of
    the tickets plus the booking fee.
    """

    booking_id: str
    organization_id: str
    event_id: str
    subtotal: int
    fees: int
    currency: str


RecordBoxOfficeSale = Callable[[Connection, SaleMoney, str], Awaitable[None]]
"""In the transaction of a sale that was paid at the box office: (sale, method: `cash` or `card_terminal`).

The organizer has the money already: enter it into the ledger, without a call to the processor.
"""

PreparePayment = Callable[[PaymentOrder], Awaitable[PaymentTerms]]
"""An order of attempt 0 → the data with which the client confirms with the provider itself.

The same secret each time; none if the provider does not answer or the client's own attempt has ended: then the client
sends a payment method.
"""


class RefundOrder(Struct, frozen=True):
    """Refund `amount` minor units, `fees` of them out of our fees. `id` is the idempotency key."""

    id: str
    booking_id: str
    amount: int
    fees: int


class WebhookHealth(Struct, frozen=True):
    """`heard_at`: when a signed webhook of the processor last arrived, within seconds. `refused_at`: one with a wrong
    signature. `is_silent`: payments were made since, and no webhook told of them."""

    heard_at: datetime | None
    event_type: str | None
    refused_at: datetime | None
    is_silent: bool


class CaptureClock(Struct, frozen=True):
    """`waiting`: authorizations that were not captured when it was measured; the oldest attempt of them began at
    `oldest_at`, and must be captured until `capture_before`. `is_late`: it should have been captured long ago.
    `is_stale`: the next measurement is long due, so that what is owed now is unknown: no worker runs."""

    measured_at: datetime
    waiting: int
    oldest_at: datetime | None = None
    capture_before: datetime | None = None
    is_late: bool = False
    is_stale: bool = False


ReadWebhookHealth = Callable[[], Awaitable[WebhookHealth | None]]
"""None: the processor sends no webhooks."""

OrderRefund = Callable[[Connection, RefundOrder], Awaitable[None]]
"""In the caller's transaction: reserve the amount; a job refunds it after the commit.

For a box office payment, enter the payout at the box office in the same transaction.

Raises `RefundExceedsPayment`, `PaymentNotCaptured`, `PaymentDisputed`.
"""


class RefundView(Struct, frozen=True):
    """`status`: pending | succeeded | refused | failed. `is_outside`: made on the provider's side.

    `method`: how it is paid out at the box office (`cash`, `card_terminal`); None: by the payment processor.
    """

    id: str
    amount: int
    currency: str
    status: str
    is_outside: bool
    created_at: datetime
    reason: str | None = None
    method: str | None = None
    fees: int = 0
    """Part of the amount that comes out of our fees."""


class RefundChanged(Struct, frozen=True):
    """Fact: a refund was ordered (`pending`), paid (`succeeded`), or did not reach the buyer (`failed`)."""

    refund_id: str
    booking_id: str
    status: str


AnnounceRefund = Callable[[Connection, RefundChanged], Awaitable[None]]
"""Plugged into payments by the role: informs the slices above, in the transaction that changes the refund."""


async def announce_no_refund(_conn: Connection, _changed: RefundChanged) -> None:
    """Announce to no slice: no slice above needs the fact."""


ListRefunds = Callable[[str], Awaitable[list[RefundView]]]
"""booking_id → its refunds by time."""

RecordSales = Callable[[Connection, list[SaleMoney], bool], Awaitable[None]]
"""(connection, sales, is there a rush): write the ledger entries and the capture jobs of a batch of sales, in the
caller's transaction. In a rush the captures wait."""


class MoneyRange(Struct, frozen=True):
    """What a report of money covers: an organization's ledger from `since` until before `until` (UTC)."""

    organization_id: str
    since: datetime
    until: datetime
    event_id: str | None = None


class MoneyRow(Struct, frozen=True, kw_only=True):
    """What the ledger says of one event in one month (UTC, `2026-10`), in minor units of `currency`.

    `prices`: sold, less discounts; `fees`: of tickets and bookings. What the ledger wrote off as unpaid is in neither.
    `captured`: what arrived; `outstanding`: sold and not captured yet. prices + fees = captured + outstanding.
    `refunded`: what went back; `disputed`: what buyers' banks took back and did not return.
    `processor_fees`: what the processor kept of captures, as far as it says so.
    """

    event_id: str
    month: str
    currency: str
    prices: int
    fees: int
    captured: int
    outstanding: int
    refunded: int
    disputed: int
    processor_fees: int = 0


class LedgerLine(Struct, frozen=True):
    """One entry: `amount` counts towards the figure that was asked for, otherwise debits are positive."""

    transaction_id: str
    kind: str
    recorded_at: datetime
    booking_id: str
    event_id: str
    account: str
    amount: int
    currency: str


class LedgerPage(Struct, frozen=True):
    """`total`: lines on all pages; `sums`: currency → sum over all pages."""

    lines: tuple[LedgerLine, ...]
    total: int
    sums: dict[str, int]


class MoneyFact(Struct, frozen=True):
    """What the ledger says happened to the money of one booking, and when."""

    kind: str
    recorded_at: datetime
    amount: int
    currency: str


ReadMoney = Callable[[MoneyRange], Awaitable[list[MoneyRow]]]
"""The figures by event, month and currency."""

ListLedger = Callable[[MoneyRange, str | None, int, int], Awaitable[LedgerPage]]
"""(range, figure: an amount of `MoneyRow` or `received`, or None for every entry, page, size) → its entries.

`received` is captured − refunded − disputed.
"""

ListMoneyFacts = Callable[[str], Awaitable[list[MoneyFact]]]
"""booking_id → its ledger transactions by time."""


class FailedRefund(Struct, frozen=True):
    """A refund that the processor refused, or whose money came back. `status`: refused | failed."""

    refund_id: str
    booking_id: str
    event_id: str
    status: str
    amount: int
    currency: str


ListFailedRefunds = Callable[[str, datetime, int], Awaitable[list[FailedRefund]]]
"""(organization id, since, how many at most) → its refunds that failed since then, the latest first."""


class OpenMoney(Enum):
    """Why the money of a booking is not settled: an attempt to pay has no outcome or is not captured, a refund is
    pending, the buyer's bank has a dispute."""

    PAYMENT = "payment"
    REFUND = "refund"
    DISPUTE = "dispute"


ListOpenMoney = Callable[[Sequence[str]], Awaitable[dict[str, OpenMoney]]]
"""booking ids → those whose money is not settled, with the reason."""

FindByCard = Callable[[str, str], Awaitable[list[str]]]
"""(organization, the last four digits of a card) → ids of the bookings that it paid, the newest first."""

FindPayers = Callable[[str, Sequence[str] | None], Awaitable[list[dict[str, Any]]]]
"""(address, booking ids or None for all) → the attempts to pay that name the address."""

ErasePayers = Callable[[str, Sequence[str] | None], Awaitable[dict[str, int]]]
"""(address, booking ids or None for all): remove the address; return the number of changed rows by table. Attempts
without an outcome keep it."""

EraseBookingPayers = Callable[[Sequence[str]], Awaitable[int]]
"""booking ids → how many of their attempts to pay lost an address."""
