-- name: append_ledger
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
JOIN recorded ON recorded.id = entry.transaction_id;


-- name: reverse_transactions
-- Purpose: reverse ledger transactions, each by one with the opposite entries.
-- Inputs:  ids (of those to be reversed), arrays new_ids and kinds beside them.
-- Outputs: booking_id of those that were reversed now.
-- Invariant: reverses only transactions that the ledger has; records a reversal once, by its id.
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
SELECT booking_id FROM recorded;


-- name: read_sold
-- Purpose: find which of these bookings the ledger has as sold and not written off.
-- Inputs:  booking_ids.
-- Outputs: booking_id, organization_id.
-- Invariant: reads only.
SELECT sale.booking_id, sale.organization_id
FROM unnest(%(booking_ids)s::text[]) AS asked (id)
JOIN payments.ledger_transactions AS sale ON sale.id = asked.id || ':sale'
WHERE NOT EXISTS (SELECT FROM payments.ledger_transactions AS unpaid WHERE unpaid.id = asked.id || ':unpaid');
