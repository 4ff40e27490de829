-- Purpose: which of these bookings are sold, by the books, and not written off.
-- Inputs:  booking_ids.
-- Outputs: booking_id, organization_id.
-- Invariant: reads only.
SELECT sale.booking_id, sale.organization_id
FROM unnest(%(booking_ids)s::text[]) AS asked (id)
JOIN payments.ledger_transactions AS sale ON sale.id = asked.id || ':sale'
WHERE NOT EXISTS (SELECT FROM payments.ledger_transactions AS unpaid WHERE unpaid.id = asked.id || ':unpaid')
