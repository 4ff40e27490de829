-- Purpose: read intents as the simulated processor has them now.
-- Inputs:  ids.
-- Outputs: their rows; those that do not exist are missing.
-- Invariant: reads only.
SELECT id, reference, amount, currency, status, payment_method, decline_code, confirm_key, confirm_status,
    capture_key, cancel_key, amount_refunded, is_disputed
FROM simulated_processor.intents
WHERE id = ANY (%(ids)s::text[])
