-- Purpose: a refund that had succeeded came back; or one that was asked for never went.
-- Inputs:  refund_id.
-- Outputs: the refund's status before; no row where this was known.
-- Invariant: fails once; what was set aside may be refunded again, another way.
WITH known AS (
    SELECT id, status FROM payments.refunds WHERE id = %(refund_id)s
),
failed AS (
    UPDATE payments.refunds AS refund
    SET status = 'failed', updated_at = now()
    FROM known
    WHERE refund.id = known.id AND known.status IN ('pending', 'succeeded')
    RETURNING refund.id, refund.booking_id, refund.attempt, refund.amount, known.status AS status_before
),
others AS (
    SELECT coalesce(sum(refund.amount), 0) AS amount
    FROM payments.refunds AS refund
    JOIN failed USING (booking_id, attempt)
    WHERE refund.status = 'succeeded' AND refund.id <> failed.id
)
UPDATE payments.payments AS payment
SET refund_reserved = payment.refund_reserved - failed.amount,
    status = CASE WHEN others.amount = 0 THEN 'captured' ELSE 'partially_refunded' END,
    updated_at = now()
FROM failed, others
WHERE payment.booking_id = failed.booking_id AND payment.attempt = failed.attempt
RETURNING failed.status_before
