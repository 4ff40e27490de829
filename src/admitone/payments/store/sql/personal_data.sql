-- name: list_person_payments
-- Purpose: the tries to pay that name one address.
-- Inputs:  address (any case).
-- Outputs: rows without the provider's secrets, in order of booking and attempt.
-- Invariant: reads only.
SELECT booking_id, attempt, provider, provider_ref, amount, currency, status, event_id, buyer_email, created_at
FROM payments.payments WHERE lower(buyer_email) = lower(%(address)s) ORDER BY booking_id, attempt;


-- name: erase_payers
-- Purpose: remove one address from tries to pay.
-- Inputs:  address (any case).
-- Outputs: rowcount.
-- Invariant: a try that the provider may be asked about again keeps it: the repeated request must be the same request.
UPDATE payments.payments SET buyer_email = NULL
WHERE lower(buyer_email) = lower(%(address)s) AND status NOT IN ('created', 'action_required', 'processing');
