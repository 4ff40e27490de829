-- Purpose: let one refund at a time decide what a payment has become.
-- Inputs:  booking_id, attempt.
-- Outputs: nothing.
-- Invariant: takes the row's lock until the transaction ends.
SELECT FROM payments.payments WHERE booking_id = %(booking_id)s AND attempt = %(attempt)s FOR UPDATE
