-- Purpose: every try to pay these bookings.
-- Inputs:  booking_ids.
-- Outputs: rows by booking and attempt.
-- Invariant: reads only.
SELECT booking_id, attempt, provider_ref, payment_method, amount, currency, status, decline_code, message,
    next_action, refund_reserved, event_id, buyer_email
FROM payments.payments
WHERE booking_id = ANY (%(booking_ids)s::text[])
ORDER BY booking_id, attempt
