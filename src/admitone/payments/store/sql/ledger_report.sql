-- name: sum_ledger
-- Purpose: sum the ledger of an organization by event and month (UTC).
-- Inputs:  organization_id, since, until, event_id (null: any).
-- Outputs: event_id, month (2026-10), currency, kind, account (without the organization), amount.
-- Invariant: reads only. Captures, refunds and disputes belong to the event of their booking's sale.
SELECT sale.event_id, to_char(one.recorded_at AT TIME ZONE 'UTC', 'YYYY-MM') AS month, entry.currency, one.kind,
    split_part(entry.account, ':', 1) AS account, sum(entry.amount)::bigint AS amount
FROM payments.ledger_transactions AS one
JOIN payments.ledger_transactions AS sale ON sale.id = one.booking_id || ':sale'
JOIN payments.ledger_entries AS entry ON entry.transaction_id = one.id
WHERE sale.organization_id = %(organization_id)s
    AND one.recorded_at >= %(since)s AND one.recorded_at < %(until)s
    AND (%(event_id)s::text IS NULL OR sale.event_id = %(event_id)s)
GROUP BY 1, 2, 3, 4, 5
ORDER BY 1, 2, 3, 4, 5;


-- name: list_ledger
-- Purpose: the entries behind a figure, the newest first.
-- Inputs:  organization_id, since, until, event_id (null: any), kinds and accounts (null: any), sign, size, skip.
-- Outputs: transaction_id, kind, recorded_at, booking_id, event_id, account, amount, currency.
-- Invariant: reads only.
SELECT one.id AS transaction_id, one.kind, one.recorded_at, one.booking_id, sale.event_id,
    split_part(entry.account, ':', 1) AS account, (entry.amount * %(sign)s)::bigint AS amount, entry.currency
FROM payments.ledger_transactions AS one
JOIN payments.ledger_transactions AS sale ON sale.id = one.booking_id || ':sale'
JOIN payments.ledger_entries AS entry ON entry.transaction_id = one.id
WHERE sale.organization_id = %(organization_id)s
    AND one.recorded_at >= %(since)s AND one.recorded_at < %(until)s
    AND (%(event_id)s::text IS NULL OR sale.event_id = %(event_id)s)
    AND (%(kinds)s::text[] IS NULL OR one.kind = ANY (%(kinds)s))
    AND (%(accounts)s::text[] IS NULL OR split_part(entry.account, ':', 1) = ANY (%(accounts)s))
ORDER BY one.recorded_at DESC, one.id, entry.line
LIMIT %(size)s OFFSET %(skip)s;


-- name: count_ledger
-- Purpose: how many entries there are on all pages, and their sum by currency; inputs as in list_ledger.
-- Outputs: currency, lines, amount.
-- Invariant: reads only.
SELECT entry.currency, count(*)::integer AS lines, (sum(entry.amount) * %(sign)s)::bigint AS amount
FROM payments.ledger_transactions AS one
JOIN payments.ledger_transactions AS sale ON sale.id = one.booking_id || ':sale'
JOIN payments.ledger_entries AS entry ON entry.transaction_id = one.id
WHERE sale.organization_id = %(organization_id)s
    AND one.recorded_at >= %(since)s AND one.recorded_at < %(until)s
    AND (%(event_id)s::text IS NULL OR sale.event_id = %(event_id)s)
    AND (%(kinds)s::text[] IS NULL OR one.kind = ANY (%(kinds)s))
    AND (%(accounts)s::text[] IS NULL OR split_part(entry.account, ':', 1) = ANY (%(accounts)s))
GROUP BY entry.currency
ORDER BY entry.currency;


-- name: list_money_facts
-- Purpose: what happened to the money of one booking.
-- Inputs:  booking_id.
-- Outputs: kind, recorded_at, amount (of the debits), currency, by time.
-- Invariant: reads only; ledger transactions are found by their ids, which name the fact.
SELECT one.kind, one.recorded_at, sum(entry.amount)::bigint AS amount, entry.currency
FROM payments.ledger_transactions AS one
JOIN payments.ledger_entries AS entry ON entry.transaction_id = one.id AND entry.amount > 0
WHERE one.id IN (
    SELECT %(booking_id)s || suffix FROM unnest(ARRAY[':sale', ':capture', ':unpaid']) AS suffix
    UNION ALL
    SELECT refund.id || suffix FROM payments.refunds AS refund, unnest(ARRAY[':refund', ':refund_failed']) AS suffix
    WHERE refund.booking_id = %(booking_id)s
    UNION ALL
    SELECT dispute.id || suffix
    FROM payments.disputes AS dispute, unnest(ARRAY[':dispute', ':dispute_won', ':lost']) AS suffix
    WHERE dispute.booking_id = %(booking_id)s
)
GROUP BY one.id, entry.currency
ORDER BY one.recorded_at, one.id;


-- name: list_failed_refunds
-- Purpose: refunds of an organization that did not reach their buyers, the latest first.
-- Inputs:  organization_id, since, size.
-- Outputs: refund_id, booking_id, event_id, status (refused | failed), amount, currency.
-- Invariant: reads only.
SELECT refund.id AS refund_id, refund.booking_id, sale.event_id, refund.status, refund.amount, refund.currency
FROM payments.refunds AS refund
JOIN payments.ledger_transactions AS sale ON sale.id = refund.booking_id || ':sale'
WHERE refund.status IN ('refused', 'failed') AND refund.updated_at >= %(since)s
    AND sale.organization_id = %(organization_id)s
ORDER BY refund.updated_at DESC, refund.id
LIMIT %(size)s;
