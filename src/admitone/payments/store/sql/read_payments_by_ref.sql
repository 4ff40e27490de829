-- Purpose: tries by the provider's ids.
-- Inputs:  provider_refs.
-- Outputs: rows in no order; ids that are not ours are missing.
-- Invariant: reads only.
SELECT booking_id, attempt, provider_ref, payment_method, amount, currency, status, decline_code, message,
    next_action, refund_reserved
FROM payments.payments
WHERE provider_ref = ANY (%(provider_refs)s::text[])
