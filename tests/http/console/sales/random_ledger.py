"""Random sales, discounts, refunds and disputes, and what a statement must say of them."""

import random
from collections import Counter
from datetime import UTC, datetime, timedelta

from msgspec import Struct, structs

from admitone.kit.postgres import Pool
from admitone.payments.contracts import SaleMoney
from admitone.payments.domain import ledger
from admitone.payments.domain.ledger import Entry, LedgerTransaction

FIRST = datetime(2026, 1, 5, tzinfo=UTC)
DAYS = 85
INSERT = """
    WITH recorded AS (
        INSERT INTO payments.ledger_transactions (id, kind, booking_id, organization_id, event_id, recorded_at)
        VALUES (%s, %s, %s, %s, %s, %s))
    INSERT INTO payments.ledger_entries (transaction_id, line, account, amount, currency)
    SELECT %s, entry.* FROM unnest(%s::smallint[], %s::text[], %s::bigint[], %s::text[]) AS entry
"""
PROMO_CODE = """
    INSERT INTO booking.promo_codes (id, organization_id, code, code_key, revision, percent)
    VALUES (%(promo_id)s, %(organization_id)s, %(promo_id)s, %(promo_id)s, 1, 50)
"""
# The eleventh element of a stored ticket is its discount.
BOOKING = """
    INSERT INTO booking.bookings (id, event_id, organization_id, status, indexes, tickets, subtotal, fees, currency,
                                  promo_id, promo_code, expires_at, confirmed_at)
    VALUES (%(booking_id)s, %(event_id)s, %(organization_id)s, 'confirmed', '{1}',
            json_build_array(json_build_array(1, 'A', 'A', 'pl', 'A', 0, 0, null, null, null, %(discount)s::bigint)),
            0, 0, %(currency)s, %(promo_id)s, %(promo_id)s, %(at)s, %(at)s)
"""
Key = tuple[str, str, str, str]
"""(event id, month, currency, figure)"""


class Fact(Struct, frozen=True):
    """A ledger transaction, when it was recorded, and what it adds to the figures of its event and month."""

    transaction: LedgerTransaction
    recorded_at: datetime
    event_id: str
    adds: dict[str, int]


class Discounted(Struct, frozen=True):
    """A booking with a promo code."""

    booking_id: str
    event_id: str
    currency: str
    at: datetime
    discount: int


class RandomLedger:
    """What happened to the money of some bookings. `expected`: the sum of what each fact adds."""

    def __init__(self, seed: int, organization_id: str, event_ids: tuple[str, ...], bookings: int = 40) -> None:
        self._random = random.Random(seed)
        self._organization_id = organization_id
        self._promo_id = f"promo_{seed}_{organization_id}"
        self.discounted: list[Discounted] = []
        self.facts = [
            fact
            for number in range(bookings)
            for fact in self._booking(f"bkg_{seed}_{number}", self._random.choice(event_ids))
        ]
        self.expected: Counter[Key] = Counter()
        for fact in self.facts:
            currency = fact.transaction.entries[0].currency
            for figure, amount in fact.adds.items():
                self.expected[fact.event_id, f"{fact.recorded_at:%Y-%m}", currency, figure] += amount

    async def store(self, pool: Pool) -> None:
        shared = {"organization_id": self._organization_id, "promo_id": self._promo_id}
        async with pool.connection() as conn, conn.transaction():
            await conn.execute(PROMO_CODE, shared)
            for booking in self.discounted:
                await conn.execute(BOOKING, shared | structs.asdict(booking))
            for fact in self.facts:
                one, entries = fact.transaction, fact.transaction.entries
                await conn.execute(
                    INSERT,
                    [
                        *(one.id, one.kind, one.booking_id, one.organization_id, one.event_id, fact.recorded_at),
                        *(one.id, list(range(1, len(entries) + 1)), [entry.account for entry in entries]),
                        *([entry.amount for entry in entries], [entry.currency for entry in entries]),
                    ],
                )

    def _booking(self, booking_id: str, event_id: str) -> list[Fact]:
        chance, currency = self._random, self._random.choice(("EUR", "JPY", "KWD"))
        sale = SaleMoney(
            booking_id, self._organization_id, event_id, chance.randrange(1, 10**7), chance.randrange(10**5), currency
        )
        total = sale.subtotal + sale.fees
        at = FIRST + timedelta(minutes=chance.randrange(DAYS * 1440))
        sold = ledger.sale_transaction(sale)
        discount = chance.randrange(1, 10**6) if chance.random() < 0.5 else 0
        if discount:
            self.discounted.append(Discounted(booking_id, event_id, currency, at, discount))
        added = {"prices": sale.subtotal, "discount": discount, "fees": sale.fees, "outstanding": total}
        facts = [Fact(sold, at, event_id, added)]

        def then(transaction: LedgerTransaction, **adds: int) -> None:
            nonlocal at
            at += timedelta(days=chance.randrange(20), minutes=1)
            facts.append(Fact(transaction, at, event_id, adds))

        paid = chance.choice(("not yet", "never", "online", "online", "cash", "card_terminal"))
        if paid == "never":
            then(opposite(sold, "unpaid"), prices=-sale.subtotal, fees=-sale.fees, outstanding=-total)
        if paid in ("not yet", "never"):
            return facts
        paid_from = ledger.CLEARING
        if paid == "online":
            then(ledger.capture_transaction(booking_id, total, currency), captured=total, outstanding=-total)
            kept = chance.randrange(1, total + 1)
            then(ledger.processor_fee_transaction(booking_id, kept, currency), processor_fees=kept)
        else:
            paid_from = ledger.box_office_account(paid, self._organization_id)
            then(ledger.box_office_capture_transaction(sale, paid), captured=total, outstanding=-total)
        if chance.random() < 0.5:
            amount = chance.randrange(1, total + 1)
            refund = ledger.refund_transaction(
                f"rfd_{booking_id}",
                booking_id,
                self._organization_id,
                amount=amount,
                fees=min(amount, sale.fees),
                currency=currency,
                paid_from=paid_from,
            )
            then(refund, refunded=amount)
            if chance.random() < 0.3:
                then(opposite(refund, "refund_failed"), refunded=-amount)
        elif paid == "online" and chance.random() < 0.5:
            amount = chance.randrange(1, total + 1)
            dispute = ledger.dispute_transaction(
                f"dsp_{booking_id}", booking_id, self._organization_id, amount=amount, currency=currency
            )
            then(dispute, disputed=amount)
            match chance.choice(("open", "won", "lost")):
                case "won":
                    then(opposite(dispute, "dispute_won"), disputed=-amount)
                case "lost":
                    lost = ledger.dispute_lost_transaction(
                        f"dsp_{booking_id}", booking_id, self._organization_id, amount=amount, currency=currency
                    )
                    then(lost)
        return facts


def opposite(transaction: LedgerTransaction, kind: str) -> LedgerTransaction:
    """Return the reversal, as the ledger records it."""
    entries = tuple(Entry(entry.account, -entry.amount, entry.currency) for entry in transaction.entries)
    return structs.replace(transaction, id=f"{transaction.id}:{kind}", kind=kind, entries=entries)
