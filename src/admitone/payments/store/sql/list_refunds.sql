-- Purpose: what was given back for one booking.
-- Inputs:  booking_id.
-- Outputs: rows by time; `method` of what is paid out at the counter.
-- Invariant: reads only.
SELECT refund.id, refund.amount, refund.currency, refund.status, refund.is_outside, refund.created_at,
    refund.refusal AS reason, CASE payment.provider WHEN 'counter' THEN payment.payment_method END AS method
FROM payments.refunds AS refund
JOIN payments.payments AS payment USING (booking_id, attempt)
WHERE refund.booking_id = %(booking_id)s
ORDER BY refund.created_at, refund.id
