-- Purpose: append balanced transactions to the ledger, many at once.
-- Inputs:  arrays ids, kinds, booking_ids, organization_ids, event_ids of transactions, and arrays
--          entry_ids (the transaction), lines, accounts, amounts, currencies of their entries.
-- Outputs: nothing.
-- Invariant: a transaction that is known is left out whole, entries included; a trigger checks that what one
--            statement writes sums to zero by transaction and currency.
WITH recorded AS (
    INSERT INTO payments.ledger_transactions (id, kind, booking_id, organization_id, event_id)
    SELECT * FROM unnest(
        %(ids)s::text[], %(kinds)s::text[], %(booking_ids)s::text[], %(organization_ids)s::text[],
        %(event_ids)s::text[]
    )
    ON CONFLICT (id) DO NOTHING
    RETURNING id
)
INSERT INTO payments.ledger_entries (transaction_id, line, account, amount, currency)
SELECT entry.*
FROM unnest(
    %(entry_ids)s::text[], %(lines)s::smallint[], %(accounts)s::text[], %(amounts)s::bigint[],
    %(currencies)s::text[]
) AS entry (transaction_id, line, account, amount, currency)
JOIN recorded ON recorded.id = entry.transaction_id
