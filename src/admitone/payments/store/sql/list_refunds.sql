-- Purpose: what was given back for one booking.
-- Inputs:  booking_id.
-- Outputs: rows by time.
-- Invariant: reads only.
SELECT id, amount, currency, status, is_outside, created_at, refusal AS reason
FROM payments.refunds WHERE booking_id = %(booking_id)s
ORDER BY created_at, id
