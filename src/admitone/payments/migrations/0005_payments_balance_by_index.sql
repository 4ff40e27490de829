-- The check of a ledger statement looks its transactions up one by one, however many there are already.
-- A transition table has no statistics: left to itself the planner hashes the whole table for a handful of rows.

CREATE OR REPLACE FUNCTION payments.check_ledger_balance() RETURNS trigger LANGUAGE plpgsql
SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off AS $$
BEGIN
    IF EXISTS (
        SELECT FROM written GROUP BY transaction_id, currency HAVING sum(amount) <> 0
    ) THEN
        RAISE EXCEPTION 'ledger entries do not sum to zero' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (
        SELECT FROM (SELECT DISTINCT transaction_id FROM written) AS entries
        LEFT JOIN payments.ledger_transactions AS ledger_transaction ON ledger_transaction.id = transaction_id
        WHERE ledger_transaction.id IS NULL
    ) THEN
        RAISE EXCEPTION 'ledger entries without their transaction' USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END
$$;
