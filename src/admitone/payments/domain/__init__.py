"""Pure rules of money: the states of a payment, the entries of the ledger."""
