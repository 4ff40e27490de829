-- Purpose: let one refund of a booking at a time decide: what it reads next, no twin is changing.
-- Inputs:  booking_id.
-- Outputs: nothing of use.
-- Invariant: takes the rows' locks until the transaction ends.
SELECT FROM payments.payments WHERE booking_id = %(booking_id)s ORDER BY attempt FOR UPDATE
