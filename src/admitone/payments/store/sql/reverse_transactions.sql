-- Purpose: take transactions of the ledger back, each by one with the opposite entries.
-- Inputs:  ids (of those to be reversed), arrays new_ids and kinds beside them.
-- Outputs: booking_id of those that were reversed now.
-- Invariant: what is not in the books is not reversed; a reversal is recorded once, by its id.
WITH asked AS (
    SELECT * FROM unnest(%(ids)s::text[], %(new_ids)s::text[], %(kinds)s::text[]) AS one (id, new_id, kind)
),
recorded AS (
    INSERT INTO payments.ledger_transactions (id, kind, booking_id, organization_id, event_id)
    SELECT asked.new_id, asked.kind, earlier.booking_id, earlier.organization_id, earlier.event_id
    FROM asked JOIN payments.ledger_transactions AS earlier USING (id)
    ON CONFLICT (id) DO NOTHING
    RETURNING id, booking_id
),
entries AS (
    INSERT INTO payments.ledger_entries (transaction_id, line, account, amount, currency)
    SELECT asked.new_id, entry.line, entry.account, -entry.amount, entry.currency
    FROM asked
    JOIN recorded ON recorded.id = asked.new_id
    JOIN payments.ledger_entries AS entry ON entry.transaction_id = asked.id
)
SELECT booking_id FROM recorded
