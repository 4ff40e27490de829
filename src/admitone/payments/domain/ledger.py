"""Double entry: what each event of money writes. Debit positive, credit negative, minor units, sums to zero.

| account | kind | meaning of a positive balance |
|---|---|---|
| `buyer_receivable` | asset | sold, not captured yet |
| `provider_clearing` | asset | captured, held by the provider for us |
| `organizer_payable:<organization>` | liability | (negative) owed to the organizer |
| `fees_revenue` | income | (negative) earned in fees |
| `counter_cash:<organization>` | asset | in the cash drawer of the organizer's box office |
| `counter_card_terminal:<organization>` | asset | taken by the terminal of the organizer's box office |
| `disputed` | asset | taken back by buyers' banks until they decide |
"""

from msgspec import Struct

from admitone.payments.contracts import SaleMoney

BUYER = "buyer_receivable"
CLEARING = "provider_clearing"
FEES = "fees_revenue"
DISPUTED = "disputed"


class Entry(Struct, frozen=True):
    account: str
    amount: int
    currency: str


class LedgerTransaction(Struct, frozen=True):
    """`id` names the fact, so that it is recorded once."""

    id: str
    kind: str
    booking_id: str
    entries: tuple[Entry, ...]
    organization_id: str | None = None
    event_id: str | None = None


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
    """What the buyer owed is now at the provider."""
    return _transaction(f"{booking_id}:capture", "capture", booking_id, currency, {CLEARING: amount, BUYER: -amount})


def box_office_capture_transaction(sale: SaleMoney, method: str) -> LedgerTransaction:
    """What the buyer owed is now at the organizer's box office."""
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
    """`fees` of `amount` are paid back out of our fees, the rest by the organizer. `paid_from`: where the money was.

    Without an organization: it was captured and never sold, so it is the buyer's own money that goes back.
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
    """The buyer's bank took the money back until it decides: won, this is reversed; lost, the next one follows."""
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
    """The organizer bears it: the show was theirs to give (where nothing was sold, the fees do)."""
    bearer = organizer_payable(organization_id) if organization_id else FEES
    return _transaction(
        f"{dispute_id}:lost",
        "dispute_lost",
        booking_id,
        currency,
        {bearer: amount, DISPUTED: -amount},
        organization_id=organization_id,
    )


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
    assert sum(amounts.values()) == 0
    entries = tuple(Entry(account, amount, currency) for account, amount in amounts.items() if amount)
    return LedgerTransaction(transaction_id, kind, booking_id, entries, organization_id, event_id)
