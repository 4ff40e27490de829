-- Purpose: a refund was made on the provider's side: note it, pending, as if we had asked for it.
-- Inputs:  refund_id (the provider's), booking_id, attempt, amount.
-- Outputs: nothing.
-- Invariant: known once. It comes out of the organizer's part first, out of our fees only beyond that. Never more
--            than the payment: what exceeds it is a discrepancy for a person to look at.
WITH sale AS (
    SELECT coalesce(-sum(entry.amount), 0) AS fees
    FROM payments.ledger_entries AS entry
    WHERE entry.transaction_id = %(booking_id)s || ':sale' AND entry.account = 'fees_revenue'
),
fees_before AS (
    SELECT coalesce(sum(fees), 0) AS amount
    FROM payments.refunds
    WHERE booking_id = %(booking_id)s AND attempt = %(attempt)s AND status IN ('pending', 'succeeded')
),
payment AS (
    UPDATE payments.payments
    SET refund_reserved = refund_reserved + %(amount)s, updated_at = now()
    WHERE booking_id = %(booking_id)s AND attempt = %(attempt)s
        AND status IN ('captured', 'partially_refunded') AND refund_reserved + %(amount)s <= amount
        AND NOT EXISTS (SELECT FROM payments.refunds WHERE id = %(refund_id)s)
    RETURNING booking_id, attempt, amount, currency, refund_reserved
)
INSERT INTO payments.refunds (id, booking_id, attempt, amount, fees, currency, status, is_outside)
SELECT %(refund_id)s, payment.booking_id, payment.attempt, %(amount)s,
    least(
        %(amount)s,
        greatest(0, payment.refund_reserved - (payment.amount - sale.fees) - fees_before.amount)
    ),
    payment.currency, 'pending', true
FROM payment, sale, fees_before
