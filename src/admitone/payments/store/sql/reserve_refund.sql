-- Purpose: set aside a part of a captured payment for a refund, before the provider is asked.
-- Inputs:  refund_id, booking_id, amount, fees.
-- Outputs: the refund's row; none where less than `amount` is left, nothing was captured, or the id is known.
-- Invariant: refunds of a payment, pending ones too, never exceed it.
WITH payment AS (
    UPDATE payments.payments
    SET refund_reserved = refund_reserved + %(amount)s, updated_at = now()
    WHERE booking_id = %(booking_id)s AND status IN ('captured', 'partially_refunded')
        AND refund_reserved + %(amount)s <= amount
        AND NOT EXISTS (SELECT FROM payments.refunds WHERE id = %(refund_id)s)
    RETURNING booking_id, attempt, currency
)
INSERT INTO payments.refunds (id, booking_id, attempt, amount, fees, currency, status)
SELECT %(refund_id)s, booking_id, attempt, %(amount)s, %(fees)s, currency, 'pending' FROM payment
RETURNING id
