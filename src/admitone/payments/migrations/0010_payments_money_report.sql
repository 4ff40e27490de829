-- Reports of money read the ledger by time. BRIN: transactions come in that order, and an insert costs next to nothing.
create index ledger_transactions_recorded on payments.ledger_transactions using brin (recorded_at)
    with (pages_per_range = 32);
