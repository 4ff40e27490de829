"""Double-entry bookkeeping: the ledger transaction of each fact. Debits positive, credits negative, minor units.

The entries of a transaction sum to zero.

| account | kind | meaning of a positive balance |
|---|---|---|
| `buyer_receivable` | asset | sold, not captured yet |
| `provider_clearing` | asset | captured, held by the provider for us |
| `organizer_payable:<organization>` | liability | (negative) owed to the organizer |
| `fees_revenue` | income | (negative) earned in fees |
| `counter_cash:<organization>` | asset | in the cash drawer of the organizer's box office |
| `counter_card_terminal:<organization>` | asset | taken by the terminal of the organizer's box office |
| `processor_fees` | expense | kept by the provider of what was captured |
| `disputed` | asset | taken back by buyers' banks until they decide |
"""

from msgspec import Struct

from admitone.payments.contracts import SaleMoney

BUYER = "buyer_receivable"
CLEARING = "provider_clearing"
FEES = "fees_revenue"
DISPUTED = "disputed"
PROCESSOR_FEES = "processor_fees"


class Entry(Struct, frozen=True):
    """One line of a transaction: a debit (positive) or a credit (negative) of an account."""

    account: str
    amount: int
    currency: str


class LedgerTransaction(Struct, frozen=True):
    """`id` names the fact (`<booking>:sale`, `<refund>:refund`, …), so that the ledger has it once."""

    id: str
    kind: str
    booking_id: str
    entries: tuple[Entry, ...]
    organization_id: str | None = None
    event_id: str | None = None


class Reversal(Struct, frozen=True):
    """`id`: a transaction with the opposite entries of `reversed_id`."""

    id: str
    kind: str
    reversed_id: str


def organizer_payable(organization_id: str) -> str:
    return f"organizer_payable:{organization_id}"


def box_office_account(method: str, organization_id: str) -> str:
    return f"counter_{method}:{organization_id}"


def sale_transaction(sale: SaleMoney) -> LedgerTransaction:
    """The buyer owes the total; the organizer is owed the subtotal; the fees are earned."""
    return _transaction(
        f"{sale.booking_id}:sale",
        "sale",
        sale.booking_id,
        sale.currency,
        {
            BUYER: sale.subtotal + sale.fees,
            organizer_payable(sale.organization_id): -sale.subtotal,
            FEES: -sale.fees,
        },
        organization_id=sale.organization_id,
        event_id=sale.event_id,
    )


def capture_transaction(booking_id: str, amount: int, currency: str) -> LedgerTransaction:
    """The provider has the money that the buyer owed."""
    return _transaction(f"{booking_id}:capture", "capture", booking_id, currency, {CLEARING: amount, BUYER: -amount})


def processor_fee_transaction(booking_id: str, fee: int, currency: str) -> LedgerTransaction:
    """The provider kept its fee of the captured money."""
    return _transaction(
        f"{booking_id}:processor_fee", "processor_fee", booking_id, currency, {PROCESSOR_FEES: fee, CLEARING: -fee}
    )


def box_office_capture_transaction(sale: SaleMoney, method: str) -> LedgerTransaction:
    """The organizer's box office has the money that the buyer owed."""
    amount = sale.subtotal + sale.fees
    return _transaction(
        f"{sale.booking_id}:capture",
        "capture",
        sale.booking_id,
        sale.currency,
        {box_office_account(method, sale.organization_id): amount, BUYER: -amount},
        organization_id=sale.organization_id,
        event_id=sale.event_id,
    )


def refund_transaction(
    refund_id: str,
    booking_id: str,
    organization_id: str | None,
    *,
    amount: int,
    fees: int,
    currency: str,
    paid_from: str = CLEARING,
) -> LedgerTransaction:
    """Our fees pay `fees` of `amount`, the organizer pays the rest. `paid_from`: the account that had the money.

    Without an organization the money was captured and nothing sold: the buyer's own money goes back.
    """
    assert 0 <= fees <= amount
    if organization_id is None:
        return _transaction(f"{refund_id}:refund", "refund", booking_id, currency, {BUYER: amount, CLEARING: -amount})
    return _transaction(
        f"{refund_id}:refund",
        "refund",
        booking_id,
        currency,
        {organizer_payable(organization_id): amount - fees, FEES: fees, paid_from: -amount},
        organization_id=organization_id,
    )


def dispute_transaction(
    dispute_id: str, booking_id: str, organization_id: str | None, *, amount: int, currency: str
) -> LedgerTransaction:
    """The buyer's bank took the money back until it decides: `dispute_won_reversal` or `dispute_lost_transaction`."""
    return _transaction(
        f"{dispute_id}:dispute",
        "dispute",
        booking_id,
        currency,
        {DISPUTED: amount, CLEARING: -amount},
        organization_id=organization_id,
    )


def dispute_lost_transaction(
    dispute_id: str, booking_id: str, organization_id: str | None, *, amount: int, currency: str
) -> LedgerTransaction:
    """The organizer pays for a lost dispute; our fees do where nothing was sold."""
    bearer = organizer_payable(organization_id) if organization_id else FEES
    return _transaction(
        f"{dispute_id}:lost",
        "dispute_lost",
        booking_id,
        currency,
        {bearer: amount, DISPUTED: -amount},
        organization_id=organization_id,
    )


def unpaid_reversal(booking_id: str) -> Reversal:
    """No attempt paid for the sale: the buyer owes nothing, and the organizer is owed nothing."""
    return Reversal(f"{booking_id}:unpaid", "unpaid", f"{booking_id}:sale")


def refund_failed_reversal(refund_id: str) -> Reversal:
    """The money of a refund came back from the buyer's account."""
    return Reversal(f"{refund_id}:refund_failed", "refund_failed", f"{refund_id}:refund")


def dispute_won_reversal(dispute_id: str) -> Reversal:
    """The buyer's bank returned the disputed money."""
    return Reversal(f"{dispute_id}:dispute_won", "dispute_won", f"{dispute_id}:dispute")


def _transaction(
    transaction_id: str,
    kind: str,
    booking_id: str,
    currency: str,
    amounts: dict[str, int],
    *,
    organization_id: str | None = None,
    event_id: str | None = None,
) -> LedgerTransaction:
    """`amounts`: account → amount; a zero amount has no entry."""
    assert sum(amounts.values()) == 0
    entries = tuple(Entry(account, amount, currency) for account, amount in amounts.items() if amount)
    return LedgerTransaction(transaction_id, kind, booking_id, entries, organization_id, event_id)
