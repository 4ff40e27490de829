-- Purpose: record that the provider will not give the money back, and free what was set aside.
-- Inputs:  refund_id, refusal.
-- Outputs: nothing.
-- Invariant: only a pending refund is refused.
WITH refused AS (
    UPDATE payments.refunds
    SET status = 'refused', refusal = %(refusal)s, updated_at = now()
    WHERE id = %(refund_id)s AND status = 'pending'
    RETURNING booking_id, attempt, amount
)
UPDATE payments.payments AS payment
SET refund_reserved = payment.refund_reserved - refused.amount, updated_at = now()
FROM refused
WHERE payment.booking_id = refused.booking_id AND payment.attempt = refused.attempt
