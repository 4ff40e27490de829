-- Purpose: the tries of a span of time, to be compared with the provider's books.
-- Inputs:  created_from, created_before.
-- Outputs: rows that have an id at the provider, by booking and attempt.
-- Invariant: reads only.
SELECT booking_id, attempt, provider_ref, payment_method, amount, currency, status, decline_code, message,
    next_action, refund_reserved
FROM payments.payments
WHERE created_at >= %(created_from)s AND created_at < %(created_before)s AND provider_ref IS NOT NULL
ORDER BY booking_id, attempt
