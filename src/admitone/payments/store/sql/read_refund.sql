-- Purpose: a refund and the payment it belongs to.
-- Inputs:  refund_id.
-- Outputs: one row or none; `age_seconds` since it was ordered; `method` of what was paid at the counter.
-- Invariant: reads only.
SELECT refund.id, refund.booking_id, refund.attempt, refund.amount, refund.fees, refund.currency, refund.status,
    payment.provider_ref, CASE payment.provider WHEN 'counter' THEN payment.payment_method END AS method,
    refund.provider_ref AS refund_ref, payment.amount AS payment_amount, sale.organization_id,
    extract(epoch FROM now() - refund.created_at)::float8 AS age_seconds
FROM payments.refunds AS refund
JOIN payments.payments AS payment USING (booking_id, attempt)
LEFT JOIN payments.ledger_transactions AS sale ON sale.id = refund.booking_id || ':sale'
WHERE refund.id = %(refund_id)s
