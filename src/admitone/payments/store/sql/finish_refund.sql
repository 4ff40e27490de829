-- Purpose: record that the money went back: the provider gave it, or the counter.
-- Inputs:  refund_id, provider_ref (null: at the counter).
-- Outputs: the payment's new status; no row where the refund was finished before.
-- Invariant: a refund is finished once; the payment is `refunded` when all of it went back.
WITH finished AS (
    UPDATE payments.refunds
    SET status = 'succeeded', provider_ref = %(provider_ref)s, updated_at = now()
    WHERE id = %(refund_id)s AND status = 'pending'
    RETURNING booking_id, attempt, amount
)
UPDATE payments.payments AS payment
SET status = CASE
        WHEN payment.amount = finished.amount + (
            SELECT coalesce(sum(earlier.amount), 0) FROM payments.refunds AS earlier
            WHERE earlier.booking_id = payment.booking_id AND earlier.attempt = payment.attempt
                AND earlier.status = 'succeeded'
        ) THEN 'refunded' ELSE 'partially_refunded' END,
    updated_at = now()
FROM finished
WHERE payment.booking_id = finished.booking_id AND payment.attempt = finished.attempt
RETURNING payment.status
