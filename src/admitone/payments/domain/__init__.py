"""Rules of money, pure: states of a payment, what the ledger writes."""
